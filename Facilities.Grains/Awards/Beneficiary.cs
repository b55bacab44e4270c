using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Programmes;

/// <summary>
/// What is known of an SME at the moment of an award. The programme's grain asks its account and the registers of
/// undertakings; nobody sends it.
/// </summary>
/// <param name="Name">As people know it.</param>
/// <param name="Undertaking">The undertaking that it belongs to now, as unions left it.</param>
/// <param name="Group">
/// That undertaking with all that became part of it, and the account itself: awards under any of these names count
/// together.
/// </param>
/// <param name="OtherAid">What it declared of other aid; null where nothing.</param>
public sealed record Beneficiary(
    string Name, string Undertaking, ImmutableSortedSet<string> Group, OtherAidDeclaration? OtherAid)
{
    /// <summary>NACE classes of what it does, the main one first.</summary>
    public ImmutableArray<string> Activities { get; init; } = [];

    /// <summary>What is known of an SME that nobody asked about: it stands for itself and declared nothing.</summary>
    public static Beneficiary Unknown(AccountId account) => new(account.Value, account.Value, [account.Value], null);
}
