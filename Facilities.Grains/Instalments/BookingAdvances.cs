using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Bookings;

public sealed partial class BookingParts
{
    /// <summary>The advances of a confirmed booking, as its vouchers' programmes are told of them.</summary>
    public static IEnumerable<(ProgrammeId Programme, Claim Claim)> AdvancesOf(BookingState booking) =>
        from share in booking.Quote!.Funding
        where share.Kind == FundingKind.Voucher
        let terms = booking.Vouchers.First(v => v.Id.Value == share.Id).Programme
        let amount = InstalmentTerms.AdvanceOf(terms, share.OfVoucher)
        where amount.IsPositive
        let signed = booking.Signatures.Max(s => s.At)
        let zone = DateTimeZoneProviders.Tzdb[terms.TimeZone]
        select (terms.Id, new Claim(
            Advances.IdOf(booking.Id!.Value, new(share.Id)), booking.Id.Value, new(share.Id), booking.Account!.Id,
            [.. booking.Platforms.Select(p => p.Id)], amount, new ClaimEvidence(
                booking.Quote!.Seal, booking.ContentHash, signed,
                string.Join(", ", booking.Items.Select(i => i.Name)), null, null, "", [], booking.Quote.Net))
        {
            Advance = new(
                terms.Instalments!.Advance, share.OfVoucher,
                signed.InZone(zone).Date.PlusDays(terms.Instalments!.PaidWithinDays)),
        });

    /// <summary>Opens the advances of a booking that was confirmed.</summary>
    private async Task OpenAdvances(BookingState booking)
    {
        foreach (var (programme, claim) in AdvancesOf(booking))
            Must(await grains.GetGrain<IProgrammeGrain>(programme.Value).OpenAdvance(new OpenAdvance(
                Step(booking, $"advance-{claim.Voucher}"), Actor.System, claim)));
    }

    /// <summary>Ends the advances of which the booking claims nothing.</summary>
    private async Task EndAdvances(BookingState booking)
    {
        if (!booking.WasFirm) return;
        var claimed = booking.Final?.Funding.Shares.Select(s => s.Id).ToHashSet() ?? [];
        foreach (var (programme, claim) in AdvancesOf(booking).Where(a => !claimed.Contains(a.Claim.Voucher.Value)))
            Must(await grains.GetGrain<IProgrammeGrain>(programme.Value).EndAdvance(new EndAdvance(
                Step(booking, $"advance-over-{claim.Voucher}"), Actor.System, claim, booking.Status switch
                {
                    BookingStatus.NoShow => "Nobody turned up.",
                    BookingStatus.Cancelled => "The booking was cancelled.",
                    _ => "Nothing was delivered that the voucher pays for.",
                })));
    }
}
