using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Applications;
using Facilities.Grains.Banking;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Clusters;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Grains.Undertakings;
using Facilities.Grains.Waitlist;
using Facilities.Tests.Accounts;
using Facilities.Tests.Credits;
using Facilities.Tests.Invoices;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.TestKit;

/// <summary>One event of every kind, with a value in every member that may be empty.</summary>
internal static class Samples
{
    private static readonly AccountId Spree1 = Spree.Id;
    private static readonly BookingId Booking1 = new("booking-1");
    private static readonly ClaimId Claim1 = new("claim-1");
    private static readonly InvoiceId Invoice1 = new("invoice-1");
    private static readonly ItemId Item1 = new("item-1");
    private static readonly PersonId Person1 = new("sme.berlin");
    private static readonly VoucherId Voucher1 = new("voucher-1");
    private static readonly ResourceId Scanner = new("mri-7t");
    private static readonly Instant Later = Start + Duration.FromHours(4);
    private static readonly Instant Until = Now + Duration.FromMinutes(30);
    private static readonly LocalDate LastDay = new(2027, 11, 21);

    private static readonly QuoteRequest Order = WorkedExample(new ChosenOption(new("report"), 1));
    private static readonly Quote Quote1 = Quotes.Price(Order).Quote!;
    private static readonly Settlement Settled = Settlements.Reckon(Quote1, [], Terms(Order, Quote1));

    private static readonly CancellationFee Fee = CancellationFees.Reckon(
        Quote1, new Dictionary<PlatformId, DateTimeZone> { [Imaging.Id] = DateTimeZoneProviders.Tzdb["Europe/Rome"] },
        Start - Duration.FromDays(3), CancellationCase.ByAccount, Eur(100));

    private static readonly ImmutableArray<HoursRule> Hours = [new(
        "FREQ=WEEKLY;BYDAY=MO,TU", TimeOfDay.Parse("08:00"), TimeOfDay.EndOfDay, HoursRule.DefaultValidFrom,
        new LocalDate(2027, 12, 31))];

    private static readonly Closure Helium =
        new(new("closure-1"), new LocalDateTime(2027, 2, 15, 8, 0), new LocalDateTime(2027, 2, 17, 20, 0), "helium");

    private static readonly HeldSlot Slot = new(Item1, HalfDay.Id,
        [new(Scanner, [0]), new(new("imaging-operator"), [1])],
        new(Start - Duration.FromMinutes(30), Start, Later, Later + Duration.FromMinutes(30)));

    private static readonly WaitlistEntry Wish1 = new(
        new("w-1"), Spree1, "Sabine Sample", HalfDay.Id, Length.OfHours(4), 1, Start, Later, 1, Now, Until);

    private static readonly LengthChange Longer = new(
        Item1, Length.OfHours(4), Length.OfHours(8), Quote1.Items[0].Lines, Quote1.Items[0].Net, "8 hours, not 4");
    private static readonly Claim Claim = new(
        Claim1, Booking1, Voucher1, Spree1, [Imaging.Id], Eur(1_090.13m), new ClaimEvidence(
            Quote1.Seal, "sha256:00", Now, "MRI 7 T", Later, Later, "Sabine Sample", ["TO-2027-000123"], Eur(1_710)));

    private static readonly Signature Signed = new(Spree1.Value, "Sabine Sample", Person1, Now, "sha256:00", false);

    private static readonly ImmutableArray<object> Payments =
    [
        new PaymentStarted(1, PaymentMethod.Card, Eur(363.37m), Until, "https://facilities.example", "Sabine Sample"),
        new PaymentOpened(1, "cs_1", "https://pay.example/cs_1"),
        new PaymentReplaced(1),
        new PaymentProcessing(2, Now, Later),
        new PaymentFailed(2, "The bank said no.", Until),
        new PaymentReceived(1, Eur(363.37m), Now, "pi_1"),
        new PaymentCounted(1, PaymentMethod.Card),
        new RevivalRequested(1, 1),
        new BookingRevived(),
        new RevivalRefused("slotTaken", "Somebody was faster.", Item1),
        new RefundRequested("r1", 1, Eur(363.37m), "The slot was taken."),
        new RefundPaid("r1", "re_1"),
        new RefundFailed("r1", "The account is closed."),
    ];

    private static readonly AidEntry Aid = new(
        "voucher-1", new("spree-diagnostics"), "DE", AidBasis.DeMinimis, new LocalDate(2026, 11, 21), Eur(5_000),
        Eur(5_000), "Berlin Investment Agency", AidSource.Voucher, Eur(1_500))
    {
        Programme = new("berlin-abroad"),
        Nace = "72.11",
    };

    private static readonly Call Call1 = new(
        new("call-1"), "Spring", new LocalDateTime(2027, 3, 1, 9, 0), new LocalDateTime(2027, 3, 31, 18, 0),
        CallKind.Ranked, Eur(50_000), [new("merit", "Merit", 60, 10)], [new(Person1, "Olga Officer")]);

    private static readonly RuleCheck Check1 = new("region", false, "It is in ITC1.", "regions", "Move there.");

    private static readonly Application Application1 = new(
        new("a-1"), Spree1, "Spree Diagnostics", Call1.Id, Eur(5_000), "A pilot.", ["notStarted"], "Sabine Sample",
        Now, ApplicationStatus.Submitted)
    {
        Completion = new("The quote.", LastDay, "Here it is."),
        Assessments = ImmutableSortedDictionary<string, Assessment>.Empty.Add(
            "p", new Assessment("Olga Officer", false, "None.", [new("merit", 8)], "Good.")),
        Verdict = new(Eur(5_000), "Good.", "Olga Officer", Now, Voucher1, "Regions.", "Move."),
        Attempts = 1,
        RegisterRefusal = "The ceiling.",
    };

    public static readonly ImmutableArray<object> Events =
    [
        new ClusterRegistered(new(new("biotop"), "BioTOP", "Berlin", ["DE3", "DE4"], "DE", "Europe/Berlin",
            Currency.Eur, "mature")),
        new CoFinancingBudgetSet(Eur(60_000)),
        new PlatformSelected(Imaging.Id, ImmutableSortedDictionary<string, int>.Empty.Add("quality", 5),
            "Visited in March."),
        new AgreementSigned(BiopmedBiotop with { EndsOn = new LocalDate(2029, 3, 31) }),
        new CoFinancingReserved(Booking1, BiopmedBiotop.Id, Eur(153)),
        new CoFinancingReleased(Booking1),
        new CoFinancingRevivalBarred(Booking1, 1),
        new CoFinancingOwed(Booking1, Eur(153)),
        new CoFinancingCredited(Booking1, 1, Eur(42.50m)),

        new PlatformRegistered(Imaging, [new Resource(Scanner, "MRI 7 T", 1, Hours, [Helium])], [HalfDay]),
        new StandingOfferSigned("Mario Campione", Person1),
        new HoursChanged(Scanner, Hours),
        new ClosureAdded(Scanner, Helium),
        new ClosureRemoved(Scanner, Helium.Id),
        new ClosurePlanned(
            new(new("closure-2"), [Scanner], new LocalDateTime(2027, 3, 2, 8, 0), new LocalDateTime(2027, 3, 2, 12, 0),
                "calibration", "FREQ=MONTHLY;BYDAY=1TU", new LocalDate(2027, 12, 31)), [Booking1]),
        new PlannedClosureRemoved(new("closure-2")),
        new HolidaysChosen(new("IT", [Scanner], [new LocalDate(2027, 4, 25)]), [Booking1]),
        new CalendarAdded(new(new("calendar-1"), "Maintenance", [Scanner], [0], [])),
        new CalendarSynced(new("calendar-1"), [new(Start, Later)], [new(Later, Later + Duration.FromHours(1))]),
        new CalendarRemoved(new("calendar-1")),
        new ServiceChanged(HalfDay with
        {
            Description = "With contrast.", Qualification = "animal", Turnaround = Length.OfDays(5),
            Approval = ApprovalRule.Manager,
        }),
        new QualificationGranted(Spree1, "animal", new LocalDate(2027, 12, 31), "FELASA B", "Mario Campione"),
        new QualificationWithdrawn(Spree1, "animal", "The training is out of date.", "Mario Campione"),
        new ApproversChosen(new ApprovalRules(
            [new Approver(new(Person1, "Mario Campione"), [HalfDay.Id], new(new("deputy"), "Dora Deputy"),
                LastDay, LastDay)], 1)),
        new SlotsHeld(Booking1, Spree1, [Slot]),
        new SlotsSetAside(Booking1, [Slot], 1),
        new SlotsMoved(Booking1, [Slot], 1),
        new MoveBarred(Booking1, 2),
        new SlotsFirmed(Booking1),
        new SlotsReleased(Booking1),
        new SlotsDropped(Booking1, [Item1], 4),
        new SlotRevivalBarred(Booking1, 1),
        new InvoiceIssued(InvoiceTests.Of(InvoiceTests.Reference(Spree)), Booking1, Spree1),
        .. CreditSamples.OfPlatform(Booking1, Spree1),
        new WaitlistJoined(Wish1),
        new SlotOffered(Wish1.Id, Slot, Until),
        new OfferWithdrawn(Wish1.Id, "Closed for helium."),
        new OfferTaken(Wish1.Id, Booking1),
        new OfferReturned(Wish1 with { Offer = new WaitlistOffer(Slot, Until), TakenBy = Booking1 }),
        new WaitEnded(Wish1.Id, WaitEnd.Lapsed, "Facilities"),

        new AccountRegistered(Spree with { Qualifications = ["animal"] }),
        new VoucherReceived(Voucher1, BerlinAbroad with { CapPerOrder = Eur(4_000) }, Eur(5_000), Now, LastDay),
        new VouchersReserved(Booking1, [new(Voucher1, Eur(1_090.13m))]),
        new HoldPrepared(Booking1, "Facility/biopmed-imaging"),
        new VouchersFirmed(Booking1),
        new AdvanceDrawn(Booking1, [new(Voucher1, Eur(545.07m))]),
        new AdvanceReturned(Voucher1, Booking1, Eur(545.07m), 1),
        new VouchersReleased(Booking1),
        new VoucherRevivalBarred(Booking1, 1),
        new VouchersRedeemed(Booking1, [new(Voucher1, Eur(1_090.13m))]),
        new SizeDeclared(DeclarationSamples.Size),
        new RedemptionReturned(Voucher1, Claim1, Eur(1_090.13m)),
        new RedemptionCredited(Voucher1, Booking1, 1, Eur(375)),
        new OtherAidDeclared(DeclarationSamples.OtherAid),
        new ActivitiesDeclared("72.11", [new("01.11", true)], "Robin Meyer"),
        new OtherAidFollowed("HU"),
        new UndertakingProposed(new("havel-biologics"), "Havel Biologics", "Tobias Lehmann"),
        new UndertakingsUnited(
            new("havel-biologics"), "spree-diagnostics", "havel-biologics", "Robin Meyer", "Commercial register."),
        new UndertakingsJoined(),
        new UndertakingChanged("havel-biologics"),
        new VouchersWatched([Voucher1]),
        new VoucherReminded(Voucher1, 30),
        new VoucherEnded(Voucher1, VoucherEnd.Revoked, "The seat moved abroad.", "Olga Officer"),
        new VoucherLapsed(Voucher1, Eur(1_500), 1),
        new LapseTold(Voucher1, 1),

        new ProgrammeDrafted(BerlinAbroad with
        {
            Years = [new(2026, Eur(200_000)), new(2027, Eur(300_000))],
            BasisValidity = new(new LocalDate(2026, 1, 1), LastDay),
        }, "Olga Officer"),
        new ProgrammePublished(BerlinAbroad),
        new ProgrammeChanged(BerlinAbroad with { Budget = Eur(600_000) }, Eur(100_000), "Olga Officer"),
        new ProgrammeClosed("The budget is spent.", "Olga Officer"),
        new CallSet(Call1, "Olga Officer"),
        new ApplicationSubmitted(Application1, [Check1]),
        new CompletionAsked(Application1.Id, "The quote.", LastDay, "Olga Officer"),
        new ApplicationCompleted(Application1.Id, "Here it is.", "Sabine Sample"),
        new ApplicationLapsed(Application1.Id),
        new ApplicationWithdrawn(Application1.Id, "No need.", "Sabine Sample"),
        new InterestDeclared(Application1.Id, Person1, "Olga Officer", true, "My brother works there."),
        new ApplicationScored(Application1.Id, Person1, [new("merit", 8)], "Well thought out."),
        new ApplicationApproved(Application1.Id, Voucher1, Eur(5_000), "Good.", "Olga Officer", [Check1]),
        new ApplicationRejected(Application1.Id, "Not in the region.", "Olga Officer", [Check1]),
        new AwardPrepared(
            Voucher1, Spree1, Eur(5_000), new LocalDate(2026, 11, 21), Eur(5_000), LastDay, "First come."),
        new AwardWithdrawn(Voucher1, "The ceiling would be exceeded."),
        new VoucherAwarded(Voucher1, Spree1, Eur(5_000), LastDay, "First come."),
        new VoucherHandedOver(Voucher1),
        new ClaimOpened(Claim),
        new ClaimApproved(Claim1, "Olga Officer", "Complete."),
        new ClaimRejected(Claim1, "Olga Officer", "Too late."),
        new ClaimPaid(Claim1, "IBB-2027-17"),
        new PaymentBatchMade(new(
            "b-1", Now, "Ulrike Hartmann", new(2027, 2, 5), new("Agency", "DE89370400440532013000"),
            [new(Claim1, "FP01", Eur(1_090.13m), new("Provider", "IT60X0542811101000000123456"), "TO-2027-000123")])),
        new PaymentBatchWithdrawn("b-1", "Ulrike Hartmann"),
        new ClaimPaymentReturned(Claim1, true, "AC04: the account is closed"),
        new BankStatementTaken(["S-1"], "00", ["S-1/E-1"], "Ulrike Hartmann"),
        new ClaimReported(Claim1),
        new ClaimQueried(Claim1, "Olga Officer", "Where is the report?", new LocalDate(2027, 2, 15)),
        new ClaimAnswered(Claim1, "spree-diagnostics", "Sabine Sample", "It follows by post."),
        new ClaimAccountStated(
            Claim1, new("Spree Diagnostics", "DE89370400440532013000"), "Sabine Sample"),
        new ClaimPaymentProven(Claim1, "Spree Diagnostics paid: 2,000.00 EUR of invoice TO-2027-000123."),
        .. Instalments.AdvanceSamples.All(Claim),
        new VoucherReduced(Voucher1, Eur(1_090.13m), ReductionCause.ClaimRejected, "The claim was rejected.", Claim1),
        new AidLowered(Voucher1, 1),

        .. CreditSamples.OfProgramme(Claim1),
        new AidGranted(Aid, Eur(42_000), new LocalDate(2026, 12, 18)),
        new AidRecorded(Aid, new LocalDate(2026, 12, 18)),
        new AidDeclared(
            new("spree-diagnostics"), [Aid with { Id = "declared-1", Source = AidSource.Declared }], "Sabine Sample"),
        new AidReduced("voucher-1", Eur(1_500), "The voucher expired."),
        new AidRegistered("voucher-1", "DE-2026-0001", "Olga Officer"),
        new UndertakingJoined(
            "havel-biologics", [new RegisteredAid(Aid, new LocalDate(2026, 12, 18), "DE-2026-0001", Now)]),
        new UndertakingClosed("spree-diagnostics"),

        new BookingRequested(
            Booking1, Quote1, Spree, [Imaging], [BiopmedBiotop], [Voucher("voucher-1", Eur(5_000))],
            [new StandingOffer(Imaging.Id, "Mario Campione", Person1, Now)], "A pilot.", "sha256:00", "Sabine Sample"),
        new BookingPrepared(new(OrganisationKind.Facility, "biopmed-imaging", "Imaging", "Mario Campione")),
        new ResponsibleNamed(Person1, "Sabine Sample", "Sabine Sample"),
        new BookingHeld(Until),
        new BookingNotHeld("slotTaken", "Somebody was faster.", Item1),
        new HoldExtended(Until),
        new BookingApproved(Imaging.Id, "Mario Campione", "Welcome."),
        new BookingRejected(Imaging.Id, "Mario Campione", "No operator."),
        new AlternativesProposed(Imaging.Id, [new ItemStart(Item1, Later)]),
        new ContractSigned(Signed),
        new PaymentAgreed(PaymentMethod.SepaDebit, "Sabine Sample"),
        .. Payments,
        new DeadlineSet(Until),
        new BookingConfirmed(),
        new MoveRequested([new ItemMove(Item1, Start, Later)], 1, "Sabine Sample"),
        new MoveAcrossRequested([new ItemMove(Item1, Start, Later)], 1, "Sabine Sample"),
        new PlacesHeld(1),
        new MoveGivenUp("slotTaken", "Somebody was faster.", Item1),
        new NoticeKept([new KeptNotice(Item1, Start, 5, Now)]),
        new BookingMoved(),
        new MoveRefused("slotTaken", "Somebody was faster.", Item1),
        new LengthChangeRequested(Longer, Start, Later, 2, "Sabine Sample"),
        new LengthChanged(Longer, "Sabine Sample"),
        new ReleaseRequested(Item1, Start, 3, "Sabine Sample"),
        new TimeReleased(Item1, Start, Later, "Sabine Sample"),
        new DropRequested(Fee.Items, 4, false, "Sabine Sample", "One date less."),
        new ItemsDropped(Fee.Items, false, "Sabine Sample", "One date less."),
        new SplitRequested(
            new(Quote1.Items[0], Quote1.Items[0] with { Id = new("i2") }, new(Item1, Start, 5, Now)), 4,
            "Sabine Sample"),
        new SlotSplit(new(Quote1.Items[0], Quote1.Items[0] with { Id = new("i2") }, null), "Sabine Sample"),
        new CheckedIn(Item1, true, "Mario Campione"),
        new BookingNoted("Bring dry ice.", "Sabine Sample"),
        new UsageRecorded([new ItemUsage(Item1, Length.OfHours(4), 1, "As planned.")], "Mario Campione"),
        new BookingCancelled(Fee, false, "Sabine Sample", "The sample broke."),
        new BookingExpired("The hold ended."),
        new NoShowRecorded(Fee, "Mario Campione", "Waited an hour."),
        new DeliveryRecorded([new ItemUsage(Item1, Length.OfHours(4), 1, "As planned.")], Settled, "Mario Campione",
            Later),
        new DeliveryDisputed("Sabine Sample", "One scan is missing."),
        new DeliveryAccepted("Sabine Sample", "Thank you.", true),
        new BookingInvoiced(Invoice1, "TO-2027-000123", Imaging.Id, Eur(466.87m)),
        new PartsFollowed(),
        new ClaimSettled(Claim1, true, Eur(1_090.13m)),
        new ObligationPaid(Claim1, Imaging.Id, "Mario Campione"),
        new InvoicePaid(Invoice1, "Mario Campione"),
        new BookingSettled(),
        .. CreditSamples.OfBooking(Settled),
    ];
}
