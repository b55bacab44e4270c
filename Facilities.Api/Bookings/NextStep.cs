using Facilities.Api.Shell;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;

namespace Facilities.Api.Bookings;

/// <summary>What a reader may do with a booking; only which forms are drawn: the grains decide.</summary>
public sealed class Standing(BookingState booking, Actor actor, Say say)
{
    public bool IsAccount { get; } = actor.BelongsTo(OrganisationKind.Sme, booking.Account!.Id.Value);

    public bool MayBook { get; } = actor.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Booker);

    /// <summary>The facilities of the booking that the reader manages.</summary>
    public PlatformProfile[] Manages { get; } =
        [.. booking.Platforms.Where(p => actor.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager))];

    public bool MayManage => Manages.Length > 0;

    public bool ToApprove => MayManage && booking.Status == BookingStatus.AwaitingApproval;

    public bool ToSign => booking.IsBeforeConfirmation && booking.ApprovalPassed && SignsFor.Length > 0;

    /// <summary>The parties that the reader signs for and that have not signed.</summary>
    public string[] SignsFor { get; } =
    [
        .. new[] { (OrganisationKind.Sme, booking.Account!.Id.Value, booking.Account.Name) }
            .Concat(booking.Platforms.Select(p => (OrganisationKind.Facility, p.Id.Value, p.Provider.LegalName)))
            .Where(p => actor.Has(p.Item1, p.Item2, Role.Signatory) && !booking.HasSigned(p.Item2))
            .Select(p => p.Item3),
    ];

    public bool ToPay => booking.Status == BookingStatus.AwaitingPayment
        && booking.Attempts?.Any(a => a.Stage == PaymentStage.Processing) != true
        && actor.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Finance);

    public bool ToExtend => MayBook && booking is { Status: BookingStatus.Held, Extended: false };

    public bool ToDeliver => MayManage && booking.Start <= say.Now
        && (booking.Status == BookingStatus.Confirmed || IsDisputed);

    public bool ToAccept => booking.Status == BookingStatus.Delivered && IsAccount;

    public bool MayEnd =>
        (MayBook || MayManage) && (booking.IsBeforeConfirmation || booking.Status == BookingStatus.Confirmed);

    /// <summary>The slots that somebody of the reader's side may check in for, and has not.</summary>
    public BookedItem[] ToCheckIn { get; } =
    [
        .. booking.Items.Where(i => booking.Status == BookingStatus.Confirmed
            && i.Start - Limits.CheckInBefore <= say.Now && say.Now < i.End
            && Sides(booking, actor, i).Any(byFacility =>
                !(booking.Arrivals ?? []).Any(a => a.Item == i.Id && a.ByFacility == byFacility))),
    ];

    /// <summary>Whether the rest of a slot can be given back.</summary>
    public bool MayRelease =>
        (MayBook || MayManage) && booking.Status == BookingStatus.Confirmed && say.Now < booking.End;

    public bool MayChangeLength => MayBook && booking.Status == BookingStatus.Confirmed && IsToCome;

    public bool MayMove => MayEnd && IsToCome;

    /// <summary>Whether a part can be cancelled and the rest kept.</summary>
    public bool MayDrop => MayMove && booking.Status == BookingStatus.Confirmed && booking.Items.Length > 1;

    /// <summary>A series has dates to change long after its first.</summary>
    private bool IsToCome => booking.Items.Any(i => say.Now < i.Start);

    /// <summary>Whether something can be credited of an invoice of theirs.</summary>
    public bool MayCredit => booking is { Status: BookingStatus.Accepted or BookingStatus.Settled }
        && booking.Invoices.Any(i => actor.Has(OrganisationKind.Facility, i.Platform.Value, Role.Manager)
            && Crediting.NetLeft(booking, i.Platform).IsPositive);

    public bool MayHandOver => MayEnd && BookingDecisions.MayHandOver(booking, actor) && say.Now < booking.End;

    public bool MaySplit =>
        (MayBook || MayManage) && booking.Status == BookingStatus.Confirmed && IsToCome;

    /// <summary>Whether it was prepared for a company that has not signed.</summary>
    public bool ToAnswer => booking is { IsBeforeConfirmation: true, PreparedBy: not null }
        && !booking.HasSigned(booking.Account!.Id.Value);

    /// <summary>Whether what was prepared can be declined, or taken back by who prepared it.</summary>
    public bool MayDecline => ToAnswer && booking.PreparedBy is { } preparer
        && (actor.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Booker, Role.Signatory)
            || actor.Has(preparer.Kind, preparer.OrganisationId, Role.Manager, Role.ClusterManager));

    /// <summary>Of somebody of both sides the facility's word counts.</summary>
    private static IEnumerable<bool> Sides(BookingState booking, Actor actor, BookedItem item) =>
        actor.Has(OrganisationKind.Facility, item.Platform.Value, Role.Manager) ? [true]
        : actor.Has(OrganisationKind.Sme, booking.Account!.Id.Value, Role.Owner, Role.Booker) ? [false]
        : [];

    private bool IsCreditOpen => (booking.Credits ?? []).Any(c => !c.IsSettled);

    private bool HadAdvance => booking.WasFirm && BookingParts.AdvancesOf(booking).Any();

    private bool IsDisputed => booking is { Status: BookingStatus.Delivered, AcceptBy: null };

    /// <summary>One sentence: what is next, who does it, and by when.</summary>
    public string Next()
    {
        var by = booking.HeldUntil is { } until ? say.Until(until, booking.Zone) : "";
        var platform = booking.Platforms[0].Name;
        var account = booking.Account!.Name;
        return booking.Status switch
        {
            BookingStatus.AwaitingApproval when MayManage => $"Approve or refuse it by {by}.",
            BookingStatus.AwaitingApproval =>
                $"{platform} decides by {by}. The slot and the funding are held until then.",
            BookingStatus.Held or BookingStatus.AwaitingSignature when ToAnswer && IsAccount => SignsFor.Length > 0
                ? $"Sign the contract by {by}, or decline it."
                : $"Somebody who may sign for {account} signs by {by}, or declines it.",
            BookingStatus.Held or BookingStatus.AwaitingSignature when ToAnswer && SignsFor.Length == 0 =>
                $"{account} signs or declines it by {by}.",
            BookingStatus.Held or BookingStatus.AwaitingSignature when SignsFor.Length > 0 =>
                $"Sign the contract by {by}, or the slot is free for others again.",
            BookingStatus.Held or BookingStatus.AwaitingSignature => $"The other side signs by {by}.",
            BookingStatus.AwaitingPayment when IsAccount =>
                $"Say by {by} how you pay {say.Money(booking.Quote!.PaysProviders)}.",
            BookingStatus.AwaitingPayment => $"{account} agrees its payment by {by}.",
            BookingStatus.Confirmed when MayManage && booking.Start <= say.Now => "Record what was delivered.",
            BookingStatus.Confirmed => "The slot is firm. The facility records the delivery after it.",
            BookingStatus.Delivered when IsDisputed =>
                $"{account} did not accept. The facility records the delivery again, or both agree.",
            BookingStatus.Delivered when IsAccount && booking.AcceptBy is { } due =>
                $"Accept by {say.Until(due, booking.Zone)}; after that it counts as accepted.",
            BookingStatus.Delivered =>
                $"{account} accepts{(booking.AcceptBy is { } due ? $" by {say.Until(due, booking.Zone)}" : "")}.",
            BookingStatus.Accepted when MayManage && booking.Invoices.Any(i => !i.Paid && i.ToPay.IsPositive) =>
                "Record the payment when it arrives.",
            BookingStatus.Accepted
                when IsAccount && booking.Invoices.Any(i => i is { Paid: false, ToPay.IsPositive: true }) =>
                booking.Final!.PaidBack.IsZero
                    ? "Pay the invoice to the facility."
                    : "Pay the invoice to the facility; the funder pays its part back to you then.",
            BookingStatus.Accepted when Obligations.Of(booking).Any(o => !o.Paid) => MayManage
                ? $"Record what {account} pays instead of the funder when it arrives."
                : $"The funder refused its part. By the contract {(IsAccount ? "you pay" : account + " pays")} it.",
            BookingStatus.Accepted when IsCreditOpen && booking.Final?.PaidBack.IsPositive == true =>
                "What was credited is on its way back; the claims say what is owed to the funder.",
            BookingStatus.Accepted when IsAccount && booking.Final?.PaidBack.IsPositive == true =>
                "The funder decides on the claim, and pays you back on the account that you state there.",
            BookingStatus.Accepted when IsCreditOpen =>
                "What was credited is on its way back.",
            BookingStatus.Accepted => "The funder decides on the claim.",
            BookingStatus.Settled => "Nobody owes anything.",
            BookingStatus.Cancelled when IsAccount && HadAdvance =>
                "Cancelled. Slot and funding are free again; what the funder paid in advance is owed back.",
            BookingStatus.Cancelled => "Cancelled. Slot and funding are free again.",
            BookingStatus.Expired => "The deadline passed. Slot and funding are free again.",
            BookingStatus.Rejected => "The facility refused. Slot and funding are free again.",
            BookingStatus.NoShow => "Nobody turned up; the last rung of the ladder applies.",
            _ => "",
        };
    }
}
