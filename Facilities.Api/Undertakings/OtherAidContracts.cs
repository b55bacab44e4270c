using System.Collections.Immutable;
using Facilities.Api.Accounts;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Api.Undertakings;

/// <summary>All aid from elsewhere; <c>name</c> and <c>textHash</c> sign the text of a preview.</summary>
public sealed record OtherAidBody(ImmutableArray<EarlierAid> Entries, string Name = "", string TextHash = "");

/// <summary>How a file is read: in place of what was declared, or beside it.</summary>
public sealed record OtherAidQuery(bool Add = false);

/// <summary>What was declared of other aid, with the text that is signed for it.</summary>
public sealed record OtherAidAnswer(
    AccountId AccountId, DeclarationStatus Status, LocalDate? SignedOn, LocalDate? ValidUntil, string? SignedBy,
    ImmutableArray<string> SingleUndertaking, ImmutableArray<EarlierAid> Entries, string Text, string TextHash)
{
    /// <summary>What was declared; where nothing was, that there was no aid, to be signed.</summary>
    public static OtherAidAnswer Of(AccountView account, LocalDate today) =>
        account.Declared.OtherAid is { } signed
            ? Of(account, signed, signed.IsValidOn(today) ? DeclarationStatus.Valid : DeclarationStatus.Expired)
            : Of(account, Draft(account, [], today), DeclarationStatus.None);

    public static OtherAidAnswer Of(AccountView account, OtherAidDeclaration aid, DeclarationStatus status)
    {
        var isSigned = status is DeclarationStatus.Valid or DeclarationStatus.Expired;
        return new(
            account.Profile.Id, status, isSigned ? aid.SignedOn : null, isSigned ? aid.ValidUntil : null,
            isSigned ? aid.ByName : null, account.Declared.MembersOf(account.Profile), aid.Entries, aid.Text,
            aid.TextHash);
    }

    /// <summary>What would be signed.</summary>
    public static OtherAidDeclaration Draft(
        AccountView account, ImmutableArray<EarlierAid> entries, LocalDate today) =>
        OtherAidDeclaration.Draft(account.Profile, account.Declared.MembersOf(account.Profile), entries, today);
}

/// <summary>What somebody sends: a list, or a file of values.</summary>
public static class OtherAidReading
{
    /// <summary>The list, or every fault of it at once.</summary>
    public static Refusal? Fault(ImmutableArray<EarlierAid> entries, LocalDate today) =>
        OtherAidDeclaration.FaultsOf(entries, today) is { IsEmpty: false } faults
            ? Refused(faults.Select(f => f.Message), faults) : null;

    /// <summary>What a file declares, or every fault by line and column and nothing.</summary>
    /// <param name="file">UTF-8.</param>
    /// <param name="beside">What was declared before, where the file is added to it.</param>
    /// <param name="today">The day.</param>
    public static Answer<Holder> Read(
        ReadOnlySpan<byte> file, ImmutableArray<EarlierAid> beside, LocalDate today)
    {
        var (aid, faults) = EarlierAidFile.Read(Csv.Read(file), today);
        return faults.IsEmpty
            ? new Holder(EarlierAid.Union(beside, aid))
            : Refused(faults.Select(f => f.ToString()), [.. faults.Select(f => f.ToFault())]);
    }

    /// <summary>A list, where an answer needs a thing.</summary>
    public sealed record Holder(ImmutableArray<EarlierAid> Entries);

    private static Refusal Refused(IEnumerable<string> messages, ImmutableArray<Fault> faults) => Refusal.Of(
        "invalidDeclaration", "Nothing was declared: " + string.Join(" ", messages.Take(20)), faults);
}
