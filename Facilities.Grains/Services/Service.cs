using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;

namespace Facilities.Grains.Services;

/// <summary>What can be bought: it uses one or more resources for a time, at a price by tariff class.</summary>
/// <param name="Id">Unique within the platform.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Description">What is included; null where the name says all.</param>
/// <param name="Category">The kind of service, such as <c>imaging</c>.</param>
/// <param name="Unit">What one unit is called, such as <c>halfDay</c>.</param>
/// <param name="PricePer">The time that one price covers; null where the price is per unit whatever the time.</param>
/// <param name="Prices">Net prices by tariff class.</param>
/// <param name="SetupFee">Net, once per item.</param>
/// <param name="OperatorPerHour">Net, an hour of the operator; null where none is needed.</param>
/// <param name="Uses">The resources that are needed together.</param>
/// <param name="Duration">The allowed durations.</param>
/// <param name="StartStep">Starts lie this far apart, counted from each opening.</param>
/// <param name="Buffer">Time before and after that no other booking of the unit may use.</param>
/// <param name="LeadTime">The least notice before the start.</param>
/// <param name="Horizon">How far ahead a start may lie.</param>
/// <param name="Approval">Whether the facility approves each booking.</param>
/// <param name="Qualification">What the account must hold; null where nothing.</param>
/// <param name="Options">Extras by quantity.</param>
/// <param name="Cancellation">The cancellation ladder, longest notice first.</param>
/// <param name="Turnaround">When results are to be expected after the end; null where at once.</param>
/// <param name="Quantity">How many may be ordered and what they occupy.</param>
public sealed record Service(
    ServiceId Id, string Name, string? Description, string Category, string Unit, Length? PricePer, Prices Prices,
    Money SetupFee, Money? OperatorPerHour, ImmutableArray<ResourceId> Uses, DurationRule Duration, Length StartStep,
    BufferRule Buffer, Length LeadTime, Length Horizon, ApprovalRule Approval, string? Qualification,
    ImmutableArray<ServiceOption> Options, ImmutableArray<CancellationRung> Cancellation, Length? Turnaround,
    QuantityRule Quantity)
{
    /// <summary>Rules that not every service has; left out of what is stored where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServiceRules? Rules { get; init; }
}

/// <summary>Net unit prices by tariff class, all in the platform's currency.</summary>
/// <param name="Home">For accounts of the platform's own cluster.</param>
/// <param name="Partner">For accounts whose cluster has an agreement in force with the annex partnerTariff.</param>
/// <param name="External">For everybody else.</param>
/// <param name="Academic">For universities and public research.</param>
public sealed record Prices(Money Home, Money Partner, Money External, Money Academic)
{
    /// <summary>The price of one class.</summary>
    public Money For(TariffClass tariff) => tariff switch
    {
        TariffClass.Home => Home,
        TariffClass.Partner => Partner,
        TariffClass.Academic => Academic,
        _ => External,
    };
}

/// <summary>Which price an account pays.</summary>
public enum TariffClass
{
    /// <summary>The account's cluster runs the platform.</summary>
    Home,
    /// <summary>An agreement with the annex partnerTariff is in force between the two clusters.</summary>
    Partner,
    /// <summary>Neither.</summary>
    External,
    /// <summary>The account is a university or public research body.</summary>
    Academic,
}

/// <summary>
/// Allowed durations: from the least to the most, in steps, all of one kind (elapsed or calendar days).
/// </summary>
/// <param name="Min">The shortest.</param>
/// <param name="Max">The longest.</param>
/// <param name="Step">Counted from <paramref name="Min"/>.</param>
public sealed record DurationRule(Length Min, Length Max, Length Step);

/// <summary>
/// Time around a booking that may lie outside hours and beside other buffers, but never inside another booking of the
/// unit.
/// </summary>
/// <param name="Before">Before the start.</param>
/// <param name="After">After the end.</param>
public sealed record BufferRule(Length Before, Length After);

/// <summary>Who approves a booking.</summary>
public enum ApprovalRule
{
    /// <summary>Nobody needs to.</summary>
    Automatic,
    /// <summary>A manager of the facility.</summary>
    Manager,
}

/// <summary>An extra that can be ordered with a service.</summary>
/// <param name="Id">Unique within the service.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Unit">What one is called.</param>
/// <param name="Price">Net, for one.</param>
public sealed record ServiceOption(OptionId Id, string Name, string Unit, Money Price);

/// <summary>One rung of the cancellation ladder.</summary>
/// <param name="NoticeDays">Applies from this many calendar days of notice, in the platform's zone.</param>
/// <param name="Fee">Share of the time and operator lines.</param>
public sealed record CancellationRung(int NoticeDays, Percentage Fee);

/// <summary>How many may be ordered, and what they occupy.</summary>
/// <param name="Max">The most in one item.</param>
/// <param name="Occupies">One unit of each resource, or as many as ordered.</param>
public sealed record QuantityRule(int Max, Occupies Occupies);

/// <summary>What a quantity occupies.</summary>
public enum Occupies
{
    /// <summary>One unit of each resource whatever the quantity.</summary>
    Once,
    /// <summary>As many units as the quantity.</summary>
    PerQuantity,
}
