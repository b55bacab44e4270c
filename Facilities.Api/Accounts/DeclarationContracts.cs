using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Api.Accounts;

/// <summary>
/// A declaration of size. The enterprise whose id is the account's is the one that declares; <c>name</c> and
/// <c>textHash</c> sign the text of a preview.
/// </summary>
public sealed record DeclarationBody(
    ImmutableArray<Enterprise> Enterprises, ImmutableArray<Holding> Holdings = default, string Name = "",
    string TextHash = "")
{
    public Ownership OwnershipOf(AccountId account) => new(
        new(account.Value),
        [
            .. Enterprises.Select(
                e => e with { Name = e.Name.Trim(), Periods = e.Periods.IsDefault ? [] : e.Periods }),
        ],
        Holdings.IsDefault ? [] : Holdings);
}

/// <summary>Whether what is shown was signed, and still counts.</summary>
public enum DeclarationStatus { None, Valid, Expired, Draft }

/// <summary>The class with how it was derived, line by line, and the text that is signed for it.</summary>
public sealed record DeclarationAnswer(
    AccountId AccountId, DeclarationStatus Status, LocalDate? SignedOn, LocalDate? ValidUntil, string? SignedBy,
    SizeClass Class, string Reason, string Rules, ImmutableArray<SizeLine> Lines, ImmutableArray<YearClass> Years,
    ImmutableArray<string> SingleUndertaking, ImmutableArray<Enterprise> Enterprises, ImmutableArray<Holding> Holdings,
    string Text, string TextHash)
{
    /// <summary>What was declared; where nothing was, the form to begin with.</summary>
    public static DeclarationAnswer Of(AccountView account, LocalDate today) => account.Declared.Size is { } signed
        ? Of(account.Profile.Id, signed, signed.IsValidOn(today) ? DeclarationStatus.Valid : DeclarationStatus.Expired)
        : Of(
            account.Profile.Id,
            SizeDeclaration.Draft(account.Profile, SizeDeclaration.Blank(account.Profile, today), today),
            DeclarationStatus.None);

    public static DeclarationAnswer Of(AccountId account, SizeDeclaration declaration, DeclarationStatus status)
    {
        var (ownership, size) = (declaration.Ownership, declaration.Assessment);
        var isSigned = status is DeclarationStatus.Valid or DeclarationStatus.Expired;
        return new(
            account, status, isSigned ? declaration.SignedOn : null, isSigned ? declaration.ValidUntil : null,
            isSigned ? declaration.ByName : null, size.Class, size.Reason, size.Rules,
            SizeLine.Of(ownership, size, declaration.SignedOn), size.Years, MembersOf(ownership),
            ownership.Enterprises, ownership.Holdings, declaration.Text, declaration.TextHash);
    }

    /// <summary>
    /// The enterprises that are one undertaking for state aid: majorities alone count, and no persons.
    /// </summary>
    public static ImmutableArray<string> MembersOf(Ownership ownership) =>
    [
        .. Links.SingleUndertaking(ownership, ownership.Subject)
            .Select(id => ownership.Enterprises.First(e => e.Id.Value == id).Name),
    ];
}
