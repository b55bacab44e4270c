namespace Facilities.Grains.Accounts;

/// <summary>What an SME declares of itself.</summary>
public abstract record DeclarationEvent : AccountEvent;

/// <summary>Somebody entitled to sign declared its size; replaces what was declared before.</summary>
public sealed record SizeDeclared(SizeDeclaration Declaration) : DeclarationEvent;
