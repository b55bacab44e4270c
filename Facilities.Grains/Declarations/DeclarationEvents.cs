using Facilities.Grains.Kernel;

namespace Facilities.Grains.Accounts;

/// <summary>What an SME declares of itself.</summary>
public abstract record DeclarationEvent : AccountEvent;

/// <summary>Somebody entitled to sign declared its size; replaces what was declared before.</summary>
public sealed record SizeDeclared(SizeDeclaration Declaration) : DeclarationEvent;

/// <summary>Somebody entitled to sign declared all aid from elsewhere; replaces what was declared before.</summary>
public sealed record OtherAidDeclared(OtherAidDeclaration Declaration) : DeclarationEvent;

/// <summary>The register of a country has what was declared for it.</summary>
public sealed record OtherAidFollowed(string Country) : DeclarationEvent;

/// <summary>Another account says that the two are one undertaking; it counts once this one confirms.</summary>
/// <param name="From">The other account.</param>
/// <param name="FromName">As people know it.</param>
/// <param name="ByName">Who said so for it.</param>
public sealed record UndertakingProposed(AccountId From, string FromName, string ByName) : DeclarationEvent;

/// <summary>Two undertakings are one: both sides say so, or the operator has evidence.</summary>
/// <param name="With">The other account.</param>
/// <param name="Closing">The undertaking whose registers are closed.</param>
/// <param name="Into">The undertaking that stays; the first of the two by their names.</param>
/// <param name="ByName">Who confirmed it.</param>
/// <param name="Evidence">What the operator went by; empty where both sides confirmed.</param>
public sealed record UndertakingsUnited(
    AccountId With, string Closing, string Into, string ByName, string Evidence) : DeclarationEvent;

/// <summary>The registers of every country have become one.</summary>
public sealed record UndertakingsJoined : DeclarationEvent;

/// <summary>The account belongs to another single undertaking now.</summary>
public sealed record UndertakingChanged(string Undertaking) : AccountEvent;
