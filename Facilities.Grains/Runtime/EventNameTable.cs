using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Clusters;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;

namespace Facilities.Grains.Runtime;

public static partial class EventNames
{
    private static (string Name, Type Type)[] Table =>
    [
        ("cluster.registered.v1", typeof(ClusterRegistered)),
        ("cluster.coFinancingBudgetSet.v1", typeof(CoFinancingBudgetSet)),
        ("cluster.platformSelected.v1", typeof(PlatformSelected)),
        ("cluster.agreementSigned.v1", typeof(AgreementSigned)),
        ("cluster.coFinancingReserved.v1", typeof(CoFinancingReserved)),
        ("cluster.coFinancingReleased.v1", typeof(CoFinancingReleased)),
        ("cluster.coFinancingOwed.v1", typeof(CoFinancingOwed)),
        ("platform.registered.v1", typeof(PlatformRegistered)),
        ("platform.standingOfferSigned.v1", typeof(StandingOfferSigned)),
        ("platform.hoursChanged.v1", typeof(HoursChanged)),
        ("platform.closureAdded.v1", typeof(ClosureAdded)),
        ("platform.closureRemoved.v1", typeof(ClosureRemoved)),
        ("platform.closurePlanned.v1", typeof(ClosurePlanned)),
        ("platform.plannedClosureRemoved.v1", typeof(PlannedClosureRemoved)),
        ("platform.holidaysChosen.v1", typeof(HolidaysChosen)),
        ("platform.serviceChanged.v1", typeof(ServiceChanged)),
        ("platform.slotsHeld.v1", typeof(SlotsHeld)),
        ("platform.slotsMoved.v1", typeof(SlotsMoved)),
        ("platform.moveBarred.v1", typeof(MoveBarred)),
        ("platform.slotsFirmed.v1", typeof(SlotsFirmed)),
        ("platform.slotsReleased.v1", typeof(SlotsReleased)),
        ("platform.invoiceIssued.v1", typeof(InvoiceIssued)),
        ("account.registered.v1", typeof(AccountRegistered)),
        ("account.voucherReceived.v1", typeof(VoucherReceived)),
        ("account.vouchersReserved.v1", typeof(VouchersReserved)),
        ("account.vouchersFirmed.v1", typeof(VouchersFirmed)),
        ("account.vouchersReleased.v1", typeof(VouchersReleased)),
        ("account.vouchersRedeemed.v1", typeof(VouchersRedeemed)),
        ("programme.published.v1", typeof(ProgrammePublished)),
        ("programme.voucherAwarded.v1", typeof(VoucherAwarded)),
        ("programme.voucherHandedOver.v1", typeof(VoucherHandedOver)),
        ("programme.claimOpened.v1", typeof(ClaimOpened)),
        ("programme.claimApproved.v1", typeof(ClaimApproved)),
        ("programme.claimRejected.v1", typeof(ClaimRejected)),
        ("programme.claimPaid.v1", typeof(ClaimPaid)),
        ("programme.claimReported.v1", typeof(ClaimReported)),
        ("booking.requested.v1", typeof(BookingRequested)),
        ("booking.held.v1", typeof(BookingHeld)),
        ("booking.notHeld.v1", typeof(BookingNotHeld)),
        ("booking.holdExtended.v1", typeof(HoldExtended)),
        ("booking.approved.v1", typeof(BookingApproved)),
        ("booking.rejected.v1", typeof(BookingRejected)),
        ("booking.contractSigned.v1", typeof(ContractSigned)),
        ("booking.paymentAgreed.v1", typeof(PaymentAgreed)),
        ("booking.deadlineSet.v1", typeof(DeadlineSet)),
        ("booking.confirmed.v1", typeof(BookingConfirmed)),
        ("booking.moveRequested.v1", typeof(MoveRequested)),
        ("booking.moved.v1", typeof(BookingMoved)),
        ("booking.moveRefused.v1", typeof(MoveRefused)),
        ("booking.cancelled.v1", typeof(BookingCancelled)),
        ("booking.expired.v1", typeof(BookingExpired)),
        ("booking.noShowRecorded.v1", typeof(NoShowRecorded)),
        ("booking.deliveryRecorded.v1", typeof(DeliveryRecorded)),
        ("booking.deliveryDisputed.v1", typeof(DeliveryDisputed)),
        ("booking.deliveryAccepted.v1", typeof(DeliveryAccepted)),
        ("booking.invoiced.v1", typeof(BookingInvoiced)),
        ("booking.partsFollowed.v1", typeof(PartsFollowed)),
        ("booking.claimSettled.v1", typeof(ClaimSettled)),
        ("booking.invoicePaid.v1", typeof(InvoicePaid)),
        ("booking.settled.v1", typeof(BookingSettled)),
    ];
}
