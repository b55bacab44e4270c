using System.Collections.Immutable;
using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>
/// All aid that a company and its single undertaking had from elsewhere, as somebody entitled to sign declared it
/// (Regulation (EU) 2023/2831, Article 7(4)).
/// </summary>
/// <param name="Entries">Each aid; none means that there was none.</param>
/// <param name="Text">What was signed.</param>
/// <param name="TextHash">SHA-256 of the text.</param>
/// <param name="SignedOn">The day.</param>
/// <param name="ValidUntil">The last day on which an award may go by it.</param>
/// <param name="ByName">The name as the signer typed it.</param>
public sealed record OtherAidDeclaration(
    ImmutableArray<EarlierAid> Entries, string Text, string TextHash, LocalDate SignedOn, LocalDate ValidUntil,
    string ByName)
{
    /// <summary>Whether an award may go by it on a day.</summary>
    public bool IsValidOn(LocalDate day) => day >= SignedOn && day <= ValidUntil;

    /// <summary>What is wrong with what would be declared, each fault with where it is.</summary>
    public static ImmutableArray<Fault> FaultsOf(ImmutableArray<EarlierAid> entries, LocalDate today)
    {
        if (entries.Length > Limits.DeclaredAids)
            return [new("/entries", $"Declare at most {Limits.DeclaredAids} grants.")];
        var faults = ImmutableArray.CreateBuilder<Fault>();
        Dictionary<string, int> seen = [];
        for (var index = 0; index < entries.Length; index++)
        {
            foreach (var (field, message) in entries[index].Faults(today))
                faults.Add(new($"/entries/{index}/{field}", message));
            if (!seen.TryAdd(entries[index].Digest, index))
                faults.Add(new(
                    $"/entries/{index}", $"It is the same as number {seen[entries[index].Digest] + 1}. Give both a "
                        + "reference if they are two."));
        }
        return faults.ToImmutable();
    }

    /// <summary>What would be signed on a day; the entries have no fault then.</summary>
    /// <param name="account">Who declares.</param>
    /// <param name="members">The enterprises of its single undertaking, itself included.</param>
    /// <param name="entries">The aid.</param>
    /// <param name="today">The day.</param>
    public static OtherAidDeclaration Draft(
        AccountProfile account, ImmutableArray<string> members, ImmutableArray<EarlierAid> entries, LocalDate today)
    {
        var text = new StringBuilder();
        Line($"Declaration of other aid under Article 7(4) of Regulation (EU) 2023/2831, {Words.Day(today)}");
        Line($"Enterprise: {account.Name}{(account.Vat.VatId is { } vat ? $", VAT {vat}" : "")}");
        Line($"Single undertaking (Article 2(2)): {Words.List(members)}");
        Line("Aid that was granted to enterprises of this single undertaking by other authorities in the last three "
            + "years:");
        foreach (var aid in entries.OrderBy(aid => aid.GrantedOn))
            Line($"- {Words.Day(aid.GrantedOn)}: {Words.Money(aid.Amount)} by {aid.Authority}, {aid.Country}, "
                + $"{Words.Unit(aid.Basis.ToString())}, to {aid.Recipient ?? account.Name}"
                + $"{(aid.Reference is { } reference ? $", {reference}" : "")}; counts {Words.Money(aid.Counts)}");
        if (entries.IsEmpty) Line("- none");
        Line("I am entitled to sign for the enterprise. The list is complete and true to the best of my knowledge. I "
            + "will declare anew when more aid is granted or the undertaking changes. I know that aid that was granted "
            + "on a false declaration is paid back with interest.");
        var signed = text.ToString();
        return new(
            entries, signed, SizeDeclaration.HashOf(signed), today, today.PlusMonths(Limits.DeclarationMonths), "");

        void Line(string line) => text.Append(line).Append('\n');
    }
}

/// <summary>Declares all aid from elsewhere; replaces what was declared before.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">A person entitled to sign for the account.</param>
/// <param name="Entries">Each aid; none means that there was none.</param>
/// <param name="Name">The signer's name as typed.</param>
/// <param name="TextHash">Of the text that the signer saw.</param>
public sealed record DeclareOtherAid(
    CommandId Id, Actor By, ImmutableArray<EarlierAid> Entries, string Name, string TextHash) : Command(Id, By);

/// <summary>Records that the register of a country has what was declared for it.</summary>
public sealed record RecordAidFollowed(CommandId Id, Actor By, string Country, int Version) : Command(Id, By);

public static partial class AccountDecisions
{
    /// <summary>Decides <see cref="DeclareOtherAid"/>.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, DeclareOtherAid command, Instant now)
    {
        if (account.Profile is not { } profile) return Unknown();
        if (MaySign(profile, command) is { } refused) return refused;
        var today = now.InUtc().Date;
        if (OtherAidDeclaration.FaultsOf(command.Entries, today) is [var fault, ..])
            return Invalid(fault.Message, fault.Pointer);
        if (NameFault(command.Name) is { } nameless) return Invalid(nameless, "/name");
        var draft = OtherAidDeclaration.Draft(profile, account.Declared.MembersOf(profile), command.Entries, today);
        if (draft.TextHash != command.TextHash) return Changed();
        if (account.Declared.OtherAid is { } before && before.TextHash == draft.TextHash && before.SignedOn == today)
            return Decision<AccountEvent, AccountRefusal>.Nothing;

        // From here on it must succeed.
        return new OtherAidDeclared(draft with { ByName = command.Name.Trim() });
    }

    /// <summary>Decides <see cref="RecordAidFollowed"/>: what was declared since is still to be told.</summary>
    public static Decision<AccountEvent, AccountRefusal> Decide(
        AccountState account, RecordAidFollowed command, Instant now) =>
        command.Version == account.Declared.OtherAidVersion && account.Declared.ToTell.Contains(command.Country)
            ? new OtherAidFollowed(command.Country)
            : Decision<AccountEvent, AccountRefusal>.Nothing;
}
