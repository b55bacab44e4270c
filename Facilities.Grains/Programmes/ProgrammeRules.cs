using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>
/// What a programme asks beyond its rate, caps and regions. A programme that names nothing funds by its flat rate,
/// rounded half up, beside other public money.
/// </summary>
public sealed record ProgrammeRules
{
    /// <summary>No rule beyond the terms.</summary>
    public static readonly ProgrammeRules None = new();

    /// <summary>Rates by the eligible cost; empty means the flat rate. Cost outside all is not funded.</summary>
    public ImmutableArray<RateBracket> Brackets { get; init; } = [];
    /// <summary>The least eligible cost of an order; null where any.</summary>
    public Money? CostMin { get; init; }
    /// <summary>What the SME pays of the eligible net cost before the rate applies; null where nothing.</summary>
    public Money? OwnContribution { get; init; }
    /// <summary>How a share is rounded to the cent.</summary>
    public Rounding Rounding { get; init; }
    /// <summary>Whether its vouchers pay beside other public money.</summary>
    public Stacking Stacking { get; init; }
    /// <summary>NUTS prefixes that are not eligible although a prefix of <c>RegionsInclude</c> matches.</summary>
    public ImmutableArray<string> RegionsExclude { get; init; } = [];
    /// <summary>Which place of the SME must lie in the region.</summary>
    public LocationTest Location { get; init; }
    /// <summary>When it must lie there.</summary>
    public TestTime RegionTestedAt { get; init; }
    /// <summary>NACE prefixes that are not eligible, such as <c>49</c>.</summary>
    public ImmutableArray<string> NaceExclude { get; init; } = [];
    /// <summary>Service categories that are not funded.</summary>
    public ImmutableArray<string> CategoriesExclude { get; init; } = [];
    /// <summary>Platforms, clusters and countries that are accepted beside the regions of the scope.</summary>
    public ImmutableArray<PlatformId> Platforms { get; init; } = [];
    /// <summary>Clusters whose platforms are accepted.</summary>
    public ImmutableArray<ClusterId> Clusters { get; init; } = [];
    /// <summary>Countries whose platforms are accepted, ISO 3166-1 alpha-2.</summary>
    public ImmutableArray<string> Countries { get; init; } = [];
    /// <summary>What must come before the first binding commitment.</summary>
    public StartRule Start { get; init; }
    /// <summary>What must happen while the voucher is valid.</summary>
    public UseInside Inside { get; init; }
    /// <summary>The last day of every voucher, where it comes before the months are over; null where never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LocalDate? ValidUntil { get; init; }
    /// <summary>Vouchers of one group of linked enterprises in a calendar year; null where any number.</summary>
    public int? PerGroupAndYear { get; init; }
    /// <summary>Vouchers of one group of linked enterprises in all; null where any number.</summary>
    public int? PerGroup { get; init; }
    /// <summary>Whether its vouchers pay orders in another currency; left out of rows where they do not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public OtherCurrencies OtherCurrencies { get; init; }
    /// <summary>
    /// What becomes of an award under Article 28 that would pass the ceiling of support; left out of rows where it is
    /// refused.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AboveSupportCeiling AboveSupportCeiling { get; init; }
}

/// <summary>Whether vouchers pay orders in another currency than the programme's.</summary>
public enum OtherCurrencies
{
    /// <summary>Never.</summary>
    Refused,
    /// <summary>
    /// At the reference rate of the European Central Bank for the day of the quote, or the newest of the week before.
    /// The rate is sealed into the quote and stays that of the booking.
    /// </summary>
    RateOfQuoteDay,
}

/// <summary>The rate for an eligible cost between two amounts.</summary>
/// <param name="From">The least cost.</param>
/// <param name="Below">The cost at which it ends; not in it.</param>
/// <param name="Rate">The share that is funded.</param>
public sealed record RateBracket(Money From, Money Below, Percentage Rate);

/// <summary>How a share is rounded to the cent.</summary>
public enum Rounding
{
    /// <summary>Half a cent and more goes up.</summary>
    HalfUp,
    /// <summary>Whatever is beyond the cent falls away.</summary>
    Down,
}

/// <summary>Whether a voucher pays beside other public money for the same order.</summary>
public enum Stacking
{
    /// <summary>Beside co-financing and other vouchers.</summary>
    WithAny,
    /// <summary>Beside co-financing, but no other voucher.</summary>
    WithCoFinancing,
    /// <summary>Alone.</summary>
    Alone,
}

/// <summary>Which place of an SME must lie in the region of a programme.</summary>
public enum LocationTest
{
    /// <summary>An establishment that works there.</summary>
    Establishment,
    /// <summary>The registered office.</summary>
    Seat,
    /// <summary>Where the project is carried out.</summary>
    ProjectSite,
}

/// <summary>When an SME must lie in the region of a programme.</summary>
public enum TestTime
{
    /// <summary>On the day of the application.</summary>
    Application,
    /// <summary>On the day of the award.</summary>
    Award,
    /// <summary>On the day of the payment.</summary>
    Payment,
}

/// <summary>What must come before the first binding commitment: a contract, an order, a deposit.</summary>
public enum StartRule
{
    /// <summary>The award.</summary>
    Award,
    /// <summary>The application.</summary>
    Application,
    /// <summary>Nothing: work may have begun.</summary>
    Any,
}

/// <summary>What must happen while a voucher is valid, by the calendar of the programme's zone.</summary>
public enum UseInside
{
    /// <summary>The booking.</summary>
    Booked,
    /// <summary>The delivery.</summary>
    Delivered,
    /// <summary>The invoice.</summary>
    Invoiced,
    /// <summary>The claim.</summary>
    Claimed,
}
