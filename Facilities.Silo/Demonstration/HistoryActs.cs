using System.Collections.Immutable;
using Facilities.Grains.Banking;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Grains.Waitlist;
using Facilities.Silo.Programmes;
using NodaTime.Text;
using Orleans;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// What people do in the history, by the commands that the doors send. Each does nothing where it was done before.
/// </summary>
internal sealed class HistoryActs(
    IGrainFactory grains, QuoteDesk quotes, BookingDesk desk, ProgrammeLists programmes, HistorySlots slots)
{
    public async Task Book(PlannedBooking plan)
    {
        var by = AccountActor(plan);
        if (await Grain(plan).View(by) is not null || await slots.Find(plan) is not { } start) return;
        var asked = new AskedItem(
            new PlatformId(plan.Platform), new ServiceId(plan.Service), OffsetDateTimePattern.ExtendedIso.Format(start),
                plan.Lasting,
            plan.Quantity, plan.Option is { } option ? [new ChosenOption(new OptionId(option), 1)] : []);
        VoucherChoice vouchers = plan.DrawsVoucher ? new VoucherChoice.Auto() : new VoucherChoice.None();
        var basis = Ensure.Done(await quotes.Make(plan.Quote, by, new AccountId(plan.Account), [asked], vouchers));
        Ensure.Done(await desk.Book(plan.Booking, by, plan.Quote, basis.Quote.Seal, plan.Purpose));
    }

    /// <summary>Another company waits for the slot that this one has asked for, where that is the last one.</summary>
    public async Task Wait(PlannedBooking plan)
    {
        var other = plan.Account == "seine-therapeutics" ? "tisza-devices" : "seine-therapeutics";
        if (await Grain(plan).View(AccountActor(plan)) is not { Quote.Items: [var item, ..] }) return;
        var reply = await grains.GetGrain<IPlatformGrain>(plan.Platform).JoinWaitlist(new JoinWaitlist(
            plan.Command("wait"), DemonstrationPeople.ActorOf(other), new WaitlistEntryId($"w-{plan.Booking}"),
            new AccountId(other), item.Service, item.Duration, item.Quantity, item.Start,
            item.Start + WaitlistEntry.OneSlot));
        if (reply.Refusal?.Code is not (PlatformRefusal.SlotFree or PlatformRefusal.InsideLeadTime)) Ensure.Done(reply);
    }

    public Task Extend(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.Held && !b.Extended,
        (grain, _) => grain.Extend(new ExtendHold(plan.Command("extend"), AccountActor(plan))));

    public Task Approve(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.AwaitingApproval,
        (grain, _) => grain.Approve(new ApproveBooking(plan.Command("approve"), FacilityActor(plan), true, "")));

    public Task Reject(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.AwaitingApproval,
        (grain, _) => grain.Approve(new ApproveBooking(
            plan.Command("reject"), FacilityActor(plan), false,
                "The material does not meet our biosafety conditions")));

    public Task SignForAccount(PlannedBooking plan) => Sign(plan, AccountActor(plan), plan.Account);

    public Task SignForFacility(PlannedBooking plan) => Sign(plan, FacilityActor(plan), plan.Platform);

    public Task Pay(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.AwaitingPayment,
        (grain, _) =>
            grain.AgreePayment(new AgreePayment(plan.Command("pay"), AccountActor(plan), PaymentMethod.Invoice)));

    public async Task Move(PlannedBooking plan)
    {
        var by = AccountActor(plan);
        if (await Grain(plan).View(by) is not { Status: BookingStatus.Confirmed, MoveNumber: 0 } booking) return;
        if (await slots.Another(plan, booking.Start) is not { } start) return;
        Ensure.Done(await desk.Reschedule(plan.Command("move"), by, plan.Booking,
            [new ItemStart(booking.Items[0].Id, start)]));
    }

    public Task Cancel(PlannedBooking plan) =>
        When(plan, b => b.IsBeforeConfirmation || b.Status == BookingStatus.Confirmed,
        (grain, _) => grain.Cancel(plan.Course == Course.CancelledByFacility
            ? new CancelBooking(plan.Command("cancel"), FacilityActor(plan), "The instrument is being repaired")
            : new CancelBooking(plan.Command("cancel"), AccountActor(plan), "The samples are not ready")));

    public Task RecordNoShow(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.Confirmed,
        (grain, _) =>
            grain.NoShow(new RecordNoShow(plan.Command("no-show"), FacilityActor(plan),
            "Nobody came and nobody called")));

    public Task Deliver(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.Confirmed,
        (grain, booking) =>
            grain.Deliver(new DeliverBooking(plan.Command("deliver"), FacilityActor(plan), Usage(plan, booking))));

    public Task Accept(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.Delivered,
        (grain, _) => grain.Accept(new AcceptDelivery(plan.Command("accept"), AccountActor(plan), true,
            "Results received")));

    public Task Dispute(PlannedBooking plan) => When(plan, b => b.Status == BookingStatus.Delivered
        && b.AcceptBy is not null,
        (grain, _) => grain.Accept(new AcceptDelivery(
            plan.Command("dispute"), AccountActor(plan), false, "The spectra of the second day are missing")));

    /// <summary>The company says where it is paid; the number is the published example of its country.</summary>
    public Task StateAccounts(PlannedBooking plan) => Claims(plan, ClaimStatus.Open, (grain, claim, _) =>
        grain.StateClaimAccount(new StateClaimAccount(
            plan.Command("account"), AccountActor(plan), claim, new BankParty(
                AccountActor(plan).Memberships[0].OrganisationName,
                DemonstrationFiles.Organisations.Providers.First(p => p.Address.Country == CountryOf(plan)).Iban))));

    public Task ApproveClaims(PlannedBooking plan) => Claims(plan, ClaimStatus.Open, (grain, claim, by) =>
        grain.DecideClaim(
        new DecideClaim(plan.Command("claim-approve"), by, claim, true, "Evidence complete")));

    public Task RejectClaims(PlannedBooking plan) => Claims(plan, ClaimStatus.Open, (grain, claim, by) =>
        grain.DecideClaim(
        new DecideClaim(plan.Command("claim-reject"), by, claim, false, "The activity began before the award")));

    public Task PayClaims(PlannedBooking plan) => Claims(plan, ClaimStatus.Approved, (grain, claim, by) =>
        grain.PayClaim(
        new PayClaim(plan.Command("claim-pay"), by, claim, $"T-{plan.Number:0000}")));

    public async Task RecordInvoicesPaid(PlannedBooking plan)
    {
        var by = FacilityActor(plan);
        if (await Grain(plan).View(by) is not { } booking) return;
        foreach (var invoice in booking.Invoices.Where(i => !i.Paid && i.Payable.IsPositive))
            Ensure.Done(await Grain(plan)
                .RecordInvoicePaid(new RecordInvoicePaid(plan.Command("paid"), by, invoice.Id)));
    }

    private Task Sign(PlannedBooking plan, Actor by, string party) => When(plan,
        b => b.IsBeforeConfirmation && b.ApprovalPassed && !b.HasSigned(party),
        (grain, booking) => grain.Sign(new SignContract(plan.Command($"sign-{party}"), by, booking.ContentHash,
            by.Name)));

    private async Task When(
        PlannedBooking plan, Func<BookingState, bool> isDue, Func<IBookingGrain, BookingState,
            Task<Reply<BookingRefusal>>> act)
    {
        var grain = Grain(plan);
        if (await grain.View(AccountActor(plan)) is { } booking && isDue(booking)) Ensure.Done(await act(grain,
            booking));
    }

    private async Task Claims(
        PlannedBooking plan, ClaimStatus status, Func<IProgrammeGrain, ClaimId, Actor,
            Task<Reply<ProgrammeRefusal>>> act)
    {
        if (await Grain(plan).View(AccountActor(plan)) is not { Quote.Funding: { } funding }) return;
        foreach (var standing in await programmes.ClaimsOf(plan.Booking))
        {
            if (standing.Status != status) continue;
            var programme = funding.First(s => s.Id == standing.Claim.Voucher.Value).Payer;
            Ensure.Done(await act(
                grains.GetGrain<IProgrammeGrain>(programme), standing.Claim.Id,
                    DemonstrationPeople.ActorOf(programme)));
        }
    }

    /// <summary>As booked; here and there the operator was needed for less.</summary>
    private static ImmutableArray<ItemUsage> Usage(PlannedBooking plan, BookingState booking)
    {
        var item = booking.Quote!.Items[0];
        return plan.Number % 4 == 2 && item.Duration.Minutes >= 180
            ? [new ItemUsage(item.Id, Length.OfMinutes(item.Duration.Minutes - 60), item.Quantity,
                "Done an hour early")]
            : [];
    }

    private static string CountryOf(PlannedBooking plan) =>
        DemonstrationFiles.Organisations.Accounts.First(a => a.Id.Value == plan.Account).Country;

    private IBookingGrain Grain(PlannedBooking plan) => grains.GetGrain<IBookingGrain>(plan.Booking.Value);

    private static Actor AccountActor(PlannedBooking plan) => DemonstrationPeople.ActorOf(plan.Account);

    private static Actor FacilityActor(PlannedBooking plan) => DemonstrationPeople.ActorOf(plan.Platform);
}
