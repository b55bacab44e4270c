using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Bookings;

/// <summary>Records that the SME paid what a funder rejected; by a manager of the facility it is owed to.</summary>
public sealed record RecordObligationPaid(CommandId Id, Actor By, ClaimId Claim) : Command(Id, By);

/// <summary>A part of an obligation that fell back to the SME.</summary>
/// <param name="Platform">To whom it is owed.</param>
/// <param name="Amount">How much.</param>
public sealed record OwedPart(PlatformId Platform, Money Amount);

/// <summary>What an SME owes a facility because a funder rejected its part.</summary>
/// <param name="Claim">The rejected claim.</param>
/// <param name="Platform">To whom.</param>
/// <param name="Amount">How much.</param>
/// <param name="Paid">Whether the facility saw it.</param>
public sealed record Obligation(ClaimId Claim, PlatformId Platform, Money Amount, bool Paid);

/// <summary>
/// What falls back to the SME by the contract: it stays liable for the whole price. The invoices were for the whole
/// price from the start, so that no further one is due.
/// </summary>
public static class Obligations
{
    /// <summary>All obligations of a booking, paid or not.</summary>
    public static ImmutableArray<Obligation> Of(BookingState booking) =>
    [
        .. from claim in booking.Claims
           where !claim.Paid
           // Claims that were rejected before this was recorded are owed all the same.
           from owed in claim.Owed ?? OwedOf(booking, claim)
           let part = owed with { Amount = owed.Amount - CreditedOf(booking, claim.Claim, owed.Platform) }
           where part.Amount.IsPositive
           select new Obligation(claim.Claim, part.Platform, part.Amount, (booking.ObligationsPaid ?? [])
               .Any(p => p.Claim == claim.Claim && p.Platform == part.Platform)),
    ];

    /// <summary>What each facility is owed for a rejected claim; nothing where the SME had paid all before.</summary>
    public static ImmutableArray<OwedPart> OwedOf(BookingState booking, ClaimSettled claim)
    {
        if (Crediting.LeftOf(booking) is not { } final || final.Funding.Shares.FirstOrDefault(s =>
            s.Kind == FundingKind.Voucher && $"c-{booking.Id}-{s.Id}" == claim.Claim.Value) is not { } share)
            return booking.Credits is null ? [new OwedPart(booking.Platforms[0].Id, claim.Amount)] : [];
        if (booking.Vouchers.FirstOrDefault(v => v.Id.Value == share.Id)?.Programme.PaymentMode.PaysAccount() == true)
            return [];
        return
        [
            .. from part in final.Funding.Allocations
               where part.Kind == FundingKind.Voucher && part.Id == share.Id && part.Amount.IsPositive
               group part.Amount by final.Items.First(i => i.Id == part.Item).Platform into platform
               select new OwedPart(platform.Key, Money.Sum(platform, claim.Amount.Currency)),
        ];
    }

    /// <summary>What was credited of an obligation since it fell back to the account.</summary>
    private static Money CreditedOf(BookingState booking, ClaimId claim, PlatformId platform) => Money.Sum(
        from credit in booking.Credits ?? []
        where credit.Credit.Platform == platform
        from share in credit.Credit.Shares
        where share.FellBack && Credit.ClaimOf(booking.Id!.Value, share.Id) == claim
        select share.Amount, booking.Quote!.Currency);
}

public sealed partial record BookingState
{
    /// <summary>What funders rejected and the account paid instead.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ObligationPaid>? ObligationsPaid { get; init; }
}

public static partial class BookingDecisions
{
    /// <summary>Decides <see cref="RecordObligationPaid"/>.</summary>
    public static Decision<BookingEvent, BookingRefusal> Decide(
        BookingState booking, RecordObligationPaid command, Instant now)
    {
        if (Hidden(booking, command) is { } unknown) return unknown;
        var owed = Obligations.Of(booking).Where(o => o.Claim == command.Claim).ToArray();
        if (owed.Length == 0)
            return No(BookingRefusal.ObligationUnknown, $"Nothing is owed for a claim {command.Claim}.");
        var mine = owed
            .Where(o => command.By.Has(OrganisationKind.Facility, o.Platform.Value, Role.Manager)).ToArray();
        if (mine.Length == 0)
            return No(BookingRefusal.NotAllowed, "Only a manager of the facility that it is owed to records it.");
        var open = mine.Where(o => !o.Paid).ToArray();
        if (open.Length == 0) return Done(booking, "payment of it");

        // From here on it must succeed.
        var paid = open.Select(o => (BookingEvent)new ObligationPaid(o.Claim, o.Platform, command.By.Name)).ToArray();
        var before = paid[..^1].Aggregate(booking, (state, happened) => BookingEvolution.Evolve(state, happened, now));
        return (BookingEvent[])[.. paid[..^1], .. Finished(before, paid[^1], now)];
    }
}
