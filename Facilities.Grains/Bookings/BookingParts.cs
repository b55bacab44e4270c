using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Clusters;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using Facilities.Grains.Services;
using Orleans;

namespace Facilities.Grains.Bookings;

/// <summary>Why a part could not follow.</summary>
public sealed record PartRefusal(BookingRefusal Refusal, string Reason, ItemId? Item);

/// <summary>
/// The calls a booking makes to the grains that hold its parts. Each is idempotent by booking and step, so that the
/// whole may be repeated after a crash. Platforms come in the order of their ids, so that two campaigns cannot refuse
/// each other for what neither will get.
/// </summary>
public sealed partial class BookingParts(IGrainFactory grains)
{
    /// <summary>Holds slots, then vouchers, then co-financing; stops at the first refusal.</summary>
    public async Task<PartRefusal?> Hold(BookingState booking)
    {
        foreach (var platform in Platforms(booking))
        {
            var reply = await grains.GetGrain<IPlatformGrain>(platform.Value).HoldSlots(new HoldSlots(
                Step(booking, "hold"), Actor.System, booking.Id!.Value, booking.Account!.Id,
                Wanted(booking.Quote!, platform))
            {
                Qualifications = QualificationsOf(booking.Account!),
            });
            if (reply.Refusal is { } refusal) return Of(refusal);
        }
        var vouchers = await grains.GetGrain<IAccountGrain>(booking.Account!.Id.Value)
            .ReserveVouchers(new ReserveVouchers(
                Step(booking, "reserve"), Actor.System, booking.Id!.Value, VoucherParts(booking.Quote!.Funding))
            {
                PreparedBy = PreparerOf(booking),
            });
        if (vouchers.Refusal is { } no) return Of(no);
        foreach (var (cluster, agreement, amount) in CoFinancing(booking.Quote.Funding))
        {
            var reply = await grains.GetGrain<IClusterGrain>(cluster).ReserveCoFinancing(new ReserveCoFinancing(
                Step(booking, "reserve"), Actor.System, booking.Id!.Value, agreement, amount));
            if (reply.Refusal is { } refusal) return Of(refusal);
        }
        return null;
    }

    /// <summary>
    /// Holds anew what an expired booking had, as it lay then, by the same doors as the first time; stops at the first
    /// refusal.
    /// </summary>
    public async Task<PartRefusal?> HoldAgain(BookingState booking)
    {
        var (id, again) = (booking.Id!.Value, booking.Revival!.Value);
        foreach (var platform in Platforms(booking))
        {
            var reply = await grains.GetGrain<IPlatformGrain>(platform.Value).HoldSlots(new HoldSlots(
                Step(booking, "hold" + RevivalOf(booking)), Actor.System, id, booking.Account!.Id,
                Wanted(BookingDecisions.AsMoved(booking), platform))
            {
                Qualifications = QualificationsOf(booking.Account!),
                Revival = again,
                MovesBefore = booking.MoveNumber,
            });
            if (reply.Refusal is { } refusal) return Of(refusal);
        }
        var vouchers = await grains.GetGrain<IAccountGrain>(booking.Account!.Id.Value)
            .ReserveVouchers(new ReserveVouchers(
                Step(booking, "reserve" + RevivalOf(booking)), Actor.System, id, VoucherParts(booking.Quote!.Funding))
            {
                Revival = again,
                PreparedBy = PreparerOf(booking),
            });
        if (vouchers.Refusal is { } no) return Of(no);
        foreach (var (cluster, agreement, amount) in CoFinancing(booking.Quote.Funding))
        {
            var reply = await grains.GetGrain<IClusterGrain>(cluster).ReserveCoFinancing(new ReserveCoFinancing(
                Step(booking, "reserve" + RevivalOf(booking)), Actor.System, id, agreement, amount)
            {
                Revival = again,
            });
            if (reply.Refusal is { } refusal) return Of(refusal);
        }
        return null;
    }

    /// <summary>What sets the steps of a booking that was held anew apart from those before.</summary>
    public static string RevivalOf(BookingState booking) =>
        booking.Revival is { } again ? string.Create(CultureInfo.InvariantCulture, $"-{again}") : "";

    /// <summary>Gives back whatever is held, and bars late messages of this booking.</summary>
    public async Task Release(BookingState booking)
    {
        var (id, again) = (booking.Id!.Value, booking.Revival ?? 0);
        var step = Step(booking, "release" + RevivalOf(booking));
        foreach (var platform in Platforms(booking))
            Must(await grains.GetGrain<IPlatformGrain>(platform.Value).ReleaseSlots(
                new ReleaseSlots(step, Actor.System, id, NeverHeld: !booking.WasFirm
                    && (booking.Status == BookingStatus.NotHeld || again > 0))
                { Revival = again }));
        Must(await grains.GetGrain<IAccountGrain>(booking.Account!.Id.Value).ReleaseVouchers(
            new ReleaseVouchers(step, Actor.System, id) { Revival = again }));
        foreach (var (cluster, _, _) in CoFinancing(booking.Quote!.Funding))
            Must(await grains.GetGrain<IClusterGrain>(cluster).ReleaseCoFinancing(
                new ReleaseCoFinancing(step, Actor.System, id) { Revival = again }));
        await EndAdvances(booking);
    }

    /// <summary>Makes slots and vouchers firm, all at once: nobody can refuse.</summary>
    public async Task Firm(BookingState booking)
    {
        var (id, step) = (booking.Id!.Value, Step(booking, "firm"));
        var slots = Platforms(booking).Select(platform => grains.GetGrain<IPlatformGrain>(platform.Value)
            .FirmSlots(new FirmSlots(step, Actor.System, id))).ToArray();
        var vouchers = grains.GetGrain<IAccountGrain>(booking.Account!.Id.Value)
            .FirmVouchers(new FirmVouchers(step, Actor.System, id));
        await Task.WhenAll([.. slots, vouchers]);
        foreach (var firm in slots) Must(await firm);
        Must(await vouchers);
        await OpenAdvances(booking);
    }

    /// <summary>
    /// Changes slots at the one platform that it concerns: other starts, another length, or an end. Where it refuses,
    /// the change is given up there first: another process may have asked for the same, and found the slot free
    /// meanwhile.
    /// </summary>
    public async Task<PartRefusal?> Move(BookingState booking)
    {
        var (id, wanted) = Moving(booking).Single();
        var (platform, step) = (
            grains.GetGrain<IPlatformGrain>(id.Value), Step(booking, $"move-{booking.MoveNumber}"));
        var reply = booking.SplitAsked is { Split: var split }
            ? await platform.SplitSlot(new SplitSlot(
                step, Actor.System, booking.Id!.Value, split.First.Id, split.First.Duration,
                new WantedSlot(
                    split.Second.Id, split.Second.Service, split.Second.Start, split.Second.Duration,
                    split.Second.Quantity),
                booking.MoveNumber)
            {
                Qualifications = QualificationsOf(booking.Account!),
            })
            : booking.ReleaseAsked is { } release
            ? await platform.TrimSlot(new TrimSlot(
                step, Actor.System, booking.Id!.Value, release.Item, release.From, booking.MoveNumber))
            : await platform.MoveSlots(new MoveSlots(
                step, Actor.System, booking.Id!.Value, wanted, booking.MoveNumber)
            {
                Qualifications = QualificationsOf(booking.Account!),
            });
        if (reply.Refusal is not { } refusal) return null;
        var barred = await platform.BarMove(new BarMove(
            Step(booking, $"bar-move-{booking.MoveNumber}"), Actor.System, booking.Id!.Value, booking.MoveNumber));
        return barred.Accepted ? Of(refusal) : null;
    }

    /// <summary>Gives back the slots of items that are cancelled on their own.</summary>
    public async Task Drop(BookingState booking)
    {
        var dropped = booking.DropAsked!.Fees.Select(f => booking.Items.First(i => i.Id == f.Item));
        foreach (var at in dropped.GroupBy(i => i.Platform).OrderBy(g => g.Key.Value, StringComparer.Ordinal))
            Must(await grains.GetGrain<IPlatformGrain>(at.Key.Value).DropSlots(new DropSlots(
                Step(booking, $"drop-{booking.MoveNumber}"), Actor.System, booking.Id!.Value,
                [.. at.Select(i => i.Id)], booking.MoveNumber)));
    }

    /// <summary>Has each platform issue its invoice; answers the invoices in the platforms' order.</summary>
    public async Task<ImmutableArray<BookedInvoice>> Invoice(BookingState booking, NodaTime.Instant suppliedAt)
    {
        var invoices = ImmutableArray.CreateBuilder<BookedInvoice>();
        var paid = booking.Paid;
        foreach (var id in Platforms(booking))
        {
            var platform = grains.GetGrain<IPlatformGrain>(id.Value);
            Must(await platform.IssueInvoice(new IssueInvoice(
                Step(booking, "invoice"), Actor.System, booking.Id!.Value, booking.PlatformOf(id), booking.Account!,
                booking.Final, booking.Quote! with { Items = booking.Whole },
                booking.Cancellation, booking.ContentHash, suppliedAt)
            {
                Reimbursed = ReimbursedOf(booking),
                Paid = paid.IsPositive ? new PaidBefore(paid, PaymentEvolution.Word(booking.Counted!.Method)) : null,
            }));
            if (await platform.InvoiceOf(booking.Id.Value) is not { } issued) continue;
            invoices.Add(new BookedInvoice(
                IssueInvoice.InvoiceOf(id, booking.Id.Value), issued.Number, id, issued.Payable, false));
            paid -= issued.PaidBefore ?? Money.Zero(paid.Currency);
        }
        return invoices.ToImmutable();
    }

    // Left out where there are none, so that a step is the same message to every version.
    private static ImmutableArray<VoucherId>? ReimbursedOf(BookingState booking) =>
        booking.Vouchers.Any(v => v.Programme.PaymentMode.PaysAccount())
            ? [.. booking.Vouchers.Where(v => v.Programme.PaymentMode.PaysAccount()).Select(v => v.Id)]
            : null;

    /// <summary>Redeems vouchers, makes co-financing due and opens the claims, with the invoices as evidence.</summary>
    public async Task SettleUp(BookingState booking)
    {
        var funding = booking.Final!.Funding.Shares;
        Must(await grains.GetGrain<IAccountGrain>(booking.Account!.Id.Value).RedeemVouchers(new RedeemVouchers(
            Step(booking, "redeem"), Actor.System, booking.Id!.Value, VoucherParts(funding))));
        await EndAdvances(booking);
        foreach (var (cluster, _, _) in CoFinancing(booking.Quote!.Funding))
        {
            var owed = CoFinancing(funding).FirstOrDefault(c => c.Cluster == cluster).Amount;
            Must(await grains.GetGrain<IClusterGrain>(cluster).OweCoFinancing(new OweCoFinancing(
                Step(booking, "owe"), Actor.System, booking.Id!.Value,
                owed.Currency.Code is null ? Money.Zero(booking.Quote.Currency) : owed)));
        }
        foreach (var share in funding.Where(s => s.Kind == FundingKind.Voucher))
            Must(await grains.GetGrain<IProgrammeGrain>(share.Payer).OpenClaim(new OpenClaim(
                Step(booking, $"claim-{share.Id}"), Actor.System, ClaimOf(booking, share))));
    }

    /// <summary>The slots that a quote wants at one platform.</summary>
    public static ImmutableArray<WantedSlot> Wanted(Quote quote, PlatformId platform) =>
    [
        .. quote.Items.Where(i => i.Platform == platform && !i.Dropped).OrderBy(i => i.Start)
            .Select(i => new WantedSlot(i.Id, i.Service, i.Start, i.Duration, i.Quantity)),
    ];

    private static IEnumerable<PlatformId> Platforms(BookingState booking) =>
        booking.Platforms.Select(p => p.Id).OrderBy(id => id.Value, StringComparer.Ordinal);

    private static ImmutableArray<VoucherPart> VoucherParts(IEnumerable<FundingShare> funding) =>
    [
        .. funding.Where(s => s.Kind == FundingKind.Voucher)
            .Select(s => new VoucherPart(new VoucherId(s.Id), s.OfVoucher)),
    ];

    private static IEnumerable<(string Cluster, AgreementId Agreement, Money Amount)> CoFinancing(
        ImmutableArray<FundingShare> funding) =>
        funding.Where(s => s.Kind == FundingKind.CoFinancing)
            .GroupBy(s => s.Payer, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (
                g.Key,
                new AgreementId(g.First().Id),
                Money.Sum(g.Select(s => s.Amount), g.First().Amount.Currency)));

    private static Claim ClaimOf(BookingState booking, FundingShare share) => new(
        new ClaimId($"c-{booking.Id}-{share.Id}"), booking.Id!.Value, new VoucherId(share.Id), booking.Account!.Id,
        [.. booking.Platforms.Select(p => p.Id)], share.OfVoucher, new ClaimEvidence(
            booking.Quote!.Seal, booking.ContentHash, booking.Signatures.Max(s => s.At),
            string.Join(", ", booking.Items.Select(i => i.Name)), booking.DeliveredAt!.Value, booking.AcceptedAt!.Value,
            booking.AcceptedBy!, [.. booking.Invoices.Select(i => i.Number)], booking.Final!.Totals.Net))
    {
        OfOrder = share.Charged is { } charged ? new Converted(share.Amount, charged.Rates) : null,
    };

    // Left out where there are none, so that a step is the same message to every version.
    private static ImmutableArray<string>? QualificationsOf(AccountProfile account) =>
        account.Qualifications.IsDefaultOrEmpty ? null : account.Qualifications;

    private static string? PreparerOf(BookingState booking) =>
        booking.PreparedBy is { } by ? $"{by.Kind}/{by.OrganisationId}" : null;

    private static CommandId Step(BookingState booking, string step) => new($"{booking.Id}:{step}");

    internal static PartRefusal Of(Refused<PlatformRefusal> refusal) => new(refusal.Code switch
    {
        PlatformRefusal.SlotTaken or PlatformRefusal.MoveOver => BookingRefusal.SlotTaken,
        PlatformRefusal.BookingEnded => BookingRefusal.BookingEnded,
        PlatformRefusal.QualificationMissing => BookingRefusal.QualificationMissing,
        PlatformRefusal.QualificationExpired => BookingRefusal.QualificationExpired,
        PlatformRefusal.QuotaExceeded => BookingRefusal.QuotaExceeded,
        _ => BookingRefusal.SlotNotOffered,
    }, refusal.Reason, refusal.Pointer is { } item ? new ItemId(item) : null);

    private static PartRefusal Of(Refused<AccountRefusal> refusal) => new(refusal.Code switch
    {
        AccountRefusal.VoucherTooSmall or AccountRefusal.VoucherUnknown => BookingRefusal.VoucherTooSmall,
        AccountRefusal.VoucherExpired => BookingRefusal.VoucherExpired,
        AccountRefusal.TooManyHolds => BookingRefusal.TooManyHolds,
        _ => BookingRefusal.BookingEnded,
    }, refusal.Reason, null);

    private static PartRefusal Of(Refused<ClusterRefusal> refusal) => new(
        refusal.Code == ClusterRefusal.CoFinancingUsedUp
            ? BookingRefusal.CoFinancingUsedUp
            : BookingRefusal.BookingEnded,
        refusal.Reason, null);

    /// <summary>
    /// A step that only goes forward cannot be refused; if it is, the process stops here and is seen.
    /// </summary>
    private static void Must<TRefusal>(Reply<TRefusal> reply) where TRefusal : struct, Enum
    {
        if (reply.Refusal is { } refusal)
            throw new InvalidOperationException($"A part refused to follow: {refusal.Code}, {refusal.Reason}");
    }
}
