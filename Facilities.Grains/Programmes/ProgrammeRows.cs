using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Applications;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>What lists, reports and the ledger see of a programme.</summary>
public static class ProgrammeRows
{
    /// <summary>What leaves the grain with its events.</summary>
    public static Effects EffectsOf(
        ProgrammeState before, ProgrammeState after, ImmutableArray<Placed<ProgrammeEvent>> events, Instant at) => new(
        [.. Of(after, events, at), .. ApplicationRows.Of(before, after, events)],
        [.. DueOf(before, after, at), .. ApplicationRows.DueOf(before, after)], []);

    /// <summary>The rows that follow from events.</summary>
    public static ImmutableArray<RowWrite> Of(
        ProgrammeState after, ImmutableArray<Placed<ProgrammeEvent>> events, Instant at)
    {
        var terms = after.Written!;
        var rows = ImmutableArray.CreateBuilder<RowWrite>();
        foreach (var (version, happened) in events)
        {
            if (happened is ProgrammePublished or ProgrammeLifeEvent) rows.AddRange(LifeRows(after));
            if (ClaimOf(happened) is { } claim) rows.Add(ClaimRow(terms, after.Claims[claim.Value]));
            if (PostingOf(after, happened, $"programme/{terms.Id}", version, at) is { } posting) rows.Add(posting);
        }
        return rows.ToImmutable();
    }

    /// <summary>
    /// Wakes the programme as long as a wallet or a booking has still to be told something, however many others were.
    /// </summary>
    public static ImmutableArray<DueWrite> DueOf(ProgrammeState before, ProgrammeState after, Instant at) =>
        after.IsOpen ? [new DueWrite("resume", at + Limits.Resume)]
        : before.IsOpen ? [new DueWrite("resume", null)]
        : [];

    /// <summary>A draft stands apart, so that no list of what is published can show it.</summary>
    private static IEnumerable<RowWrite> LifeRows(ProgrammeState after)
    {
        var terms = after.Written!;
        var body = JsonSerializer.Serialize(terms, Json.Options);
        if (after.Life.Draft is not null) return [Row.Of("programme_drafts", terms.Id.Value, ("body", body))];
        var row = Row.Of(
            "programmes", terms.Id.Value, ("country", terms.Country),
            ("status", after.Life.ClosedAt is null ? null : "closed"), ("body", body));
        return after.Life is { Editions.Length: 1, Written: > 1 }
            ? [row, new RowWrite("programme_drafts", terms.Id.Value, null)]
            : [row];
    }

    private static ClaimId? ClaimOf(ProgrammeEvent happened) => happened switch
    {
        ClaimOpened e => e.Claim.Id,
        ClaimApproved e => e.Claim,
        ClaimRejected e => e.Claim,
        ClaimPaid e => e.Claim,
        ClaimQueried e => e.Claim,
        ClaimAnswered e => e.Claim,
        ClaimAccountStated e => e.Claim,
        ClaimPaymentProven e => e.Claim,
        ClaimPaymentReturned e => e.Claim,
        CreditEvent e => e.Claim,
        DebtEvent e => e.Claim,
        InstalmentEvent e => InstalmentRows.ClaimOf(e),
        _ => null,
    };

    private static RowWrite ClaimRow(ProgrammeTerms terms, ClaimStanding standing) => Row.Of(
        "claims", standing.Claim.Id.Value,
        ("programme_id", terms.Id.Value), ("booking_id", standing.Claim.Booking.Value),
        ("voucher_id", standing.Claim.Voucher.Value), ("platform_id", standing.Claim.Platforms[0].Value),
        ("account_id", standing.Claim.Account.Value),
        ("status", JsonNamingPolicy.CamelCase.ConvertName(standing.Status.ToString())),
        ("opened_at", standing.OpenedAt),
        ("owed_by", OwedBy(standing)),
        ("amount", Kept(standing).Minor), ("currency", standing.Claim.Amount.Currency.Code),
        ("body", JsonSerializer.Serialize(standing, Json.Options)));

    /// <summary>What lists count of it; what is or was owed back of an advance belongs to no delivery.</summary>
    private static Money Kept(ClaimStanding standing) => standing.Claim.Advance is null ? standing.Claim.Amount
        : standing.Claim.Amount - Money.Sum(
            (standing.Debts ?? []).Where(d => d.IsOpen || d.Repaid == d.Amount).Select(d => d.Amount),
            standing.Claim.Amount.Currency);

    /// <summary>Who is reminded that something is to be paid back; null where nothing is.</summary>
    private static string? OwedBy(ClaimStanding standing) => standing.OpenDebts.FirstOrDefault()?.By switch
    {
        Debtor.Company => standing.Claim.Account.Value,
        Debtor.Facility => standing.Claim.Platforms[0].Value,
        _ => null,
    };

    private static RowWrite? PostingOf(
        ProgrammeState after, ProgrammeEvent happened, string owner, long version, Instant at)
    {
        var key = $"{owner}/{version}";
        RowWrite? ClaimPosting(ClaimId id, string debit, string credit, string text)
        {
            var claim = after.Claims[id.Value].Claim;
            if (claim.Amount.IsZero) return null;
            return Posting.Row(key, owner, at, debit, credit, claim.Amount, text, claim.Booking, claim.Voucher);
        }
        if (InstalmentRows.PostingOf(after, happened, key, owner, at) is { } advance) return advance.Row;
        return happened switch
        {
            ProgrammePublished e =>
                Posting.Row(key, owner, at, "grant", "free", e.Terms.Budget, "Budget published", null, null),
            ProgrammeChanged { Added.IsPositive: true } e =>
                Posting.Row(key, owner, at, "grant", "free", e.Added, "Budget raised", null, null),
            VoucherAwarded e => Posting.Row(
                key, owner, at, "free", "awarded", e.Amount, $"Voucher awarded to {e.Account}", null, e.Voucher),
            ClaimOpened e => ClaimPosting(e.Claim.Id, "redeemed", "claimed", "Delivery accepted, claim opened"),
            ClaimApproved e => ClaimPosting(e.Claim, "claimed", "approved", "Claim approved"),
            ClaimRejected e => ClaimPosting(e.Claim, "claimed", "returned", "Claim rejected"),
            ClaimPaymentReturned { WasPaid: true } e =>
                ClaimPosting(e.Claim, "paid", "approved", "The payment came back"),
            ClaimPaid e => ClaimPosting(e.Claim, "approved", "paid", $"Paid, reference {e.Reference}"),
            CreditEvent e => ClaimCrediting.PostingOf(after, e, key, owner, at),
            DebtEvent e => DebtBook.PostingOf(after, e, key, owner, at),
            VoucherReduced e => Posting.Row(
                key, owner, at, e.Cause == ReductionCause.ClaimRejected ? "returned" : "awarded", "free", e.Amount,
                e.Reason, null, e.Voucher),
            _ => null,
        };
    }
}
