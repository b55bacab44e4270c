using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Invoices;
using Facilities.Silo.Programmes;
using Orleans;

namespace Facilities.Api.Claims;

/// <summary>Claims as those see them whom they concern: the funder, the facility and the SME.</summary>
public sealed class ClaimDoor(ProgrammeLists programmes, InvoiceLists invoices, IGrainFactory grains)
{
    /// <summary>A claim with what it rests on; null where there is none, or it does not concern the reader.</summary>
    public async Task<ClaimFile?> Find(Actor by, string programme, string claim)
    {
        if (!Id.IsValid(programme) || !Id.IsValid(claim)
            || await programmes.Claim(new ProgrammeId(programme), new ClaimId(claim)) is not { } standing
            || !Concerns(by, programme, standing.Claim))
            return null;
        // The funder is no party of the booking; what it may see of it is what the claim rests on.
        var booking = await grains.GetGrain<IBookingGrain>(standing.Claim.Booking.Value).View(Actor.System);
        var account = await grains.GetGrain<IAccountGrain>(standing.Claim.Account.Value).View();
        return booking is not null && (booking.Final is not null || standing.Claim.Advance is not null)
            && account is not null
            ? new ClaimFile(standing, booking, account.Profile)
            : null;
    }

    /// <summary>All that a claim rests on, as one file.</summary>
    public async Task<byte[]> Pack(ClaimFile file) =>
        EvidencePack.Make(file, await invoices.OfBooking(file.Standing.Claim.Booking));

    /// <summary>Whether a reader sees where the company is paid back: the company and the funder do.</summary>
    public static bool SeesAccount(Actor by, ClaimFile file) =>
        by.BelongsTo(OrganisationKind.Sme, file.Account.Id.Value)
        || by.BelongsTo(OrganisationKind.Funder, file.Voucher.Programme.Id.Value);

    private static bool Concerns(Actor by, string programme, Claim claim) =>
        by.BelongsTo(OrganisationKind.Funder, programme) || ClaimDecisions.PartyOf(claim, by) is not null;
}
