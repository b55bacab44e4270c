using Facilities.Grains.Kernel;
using Facilities.Grains.Services;

namespace Facilities.Silo.Demonstration;

/// <summary>How far a booking of the history comes, and how it ends.</summary>
internal enum Course
{
    Held,
    HeldLonger,
    AwaitingApproval,
    AwaitingFacility,
    AwaitingAccount,
    AwaitingPayment,
    Confirmed,
    Moved,
    Started,
    Delivered,
    Disputed,
    Accepted,
    Deemed,
    ClaimApproved,
    ClaimRejected,
    Settled,
    Rejected,
    Withdrawn,
    CancelledFree,
    CancelledWithFee,
    CancelledByFacility,
    HoldLapsed,
    ApprovalLapsed,
    SignatureLapsed,
    NoShow,
}

/// <summary>
/// One booking of the history. Days count from the day of loading; the slot is the free one nearest to its day.
/// </summary>
internal sealed record PlannedBooking(
    int Number, string Account, string Platform, string Service, int Booked, int Slot, Course Course, string Purpose,
    string? Duration = null, int Quantity = 1, string? Option = null)
{
    public BookingId Booking => new($"demo-{Number:00}");

    public QuoteId Quote => new($"demo-{Number:00}-quote");

    public CatalogueFile.WrittenService Written { get; } = DemonstrationFiles.Catalogue.Platforms
        .First(p => p.Id.Value == Platform).Services.First(s => s.Id.Value == Service);

    public Length Lasting => Duration is { } text ? Length.Parse(text) : Written.Duration.Min;

    public bool IsApproved => Written.Approval == Grains.Services.ApprovalRule.Manager;

    public bool IsSignedInAdvance =>
        DemonstrationFiles.Organisations.Providers.First(p => p.PlatformId.Value == Platform).StandingOffer;

    /// <summary>Whether a funder pays the company and not the facility.</summary>
    public bool IsPaidBack => Account is "essonne-vectors" or "llobregat-peptides";

    /// <summary>Two of the wallets are spent at the facility; Spree Diagnostics' is left for newcomers.</summary>
    public bool DrawsVoucher => IsPaidBack || (Account is "havel-biologics" or "langhe-biotech"
        && Course != Course.CancelledFree);

    /// <summary>The day after which nothing of the gates is left to do.</summary>
    public int GateDay => IsApproved ? Booked + 1 : Booked;

    /// <summary>
    /// When the delivery is recorded: late enough for a slot that a weekend or a closure pushed back.
    /// </summary>
    public int DeliveryDay => OnGrid(Slot + Lasting.Days + 4);

    /// <summary>When the officer decides and pays what is asked in advance.</summary>
    public int AdvanceDay => OnGrid(GateDay + 1);

    public int AcceptanceDay => DeliveryDay + 4;

    public int ClaimDay => AcceptanceDay + 8;

    public int PaidDay => AcceptanceDay + 12;

    public int CancellationDay => Course switch
    {
        Course.Withdrawn => Booked,
        Course.CancelledFree => Booked + 8,
        Course.CancelledWithFee => OnGrid(Slot - 6),
        _ => -8,
    };

    public CommandId Command(string step) => new($"demo-{Number:00}-{step}");

    /// <summary>The day itself or the next one on which much happens at once.</summary>
    private static int OnGrid(int day) => day >= -4 ? day : (int)Math.Ceiling(day / 4.0) * 4;
}
