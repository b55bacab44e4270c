using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Bookings;

/// <summary>An invoice of the booking.</summary>
/// <param name="Id">The invoice.</param>
/// <param name="Number">In the provider's series.</param>
/// <param name="Platform">Who issued it.</param>
/// <param name="Payable">What it asks the account for.</param>
/// <param name="Paid">Whether the facility saw the payment.</param>
public sealed record BookedInvoice(InvoiceId Id, string Number, PlatformId Platform, Money Payable, bool Paid)
{
    /// <summary>What was credited before it was paid; null for nothing, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Credited { get; init; }

    /// <summary>What the account pays of it, credits taken off.</summary>
    [JsonIgnore]
    public Money ToPay => Payable - (Credited ?? Money.Zero(Payable.Currency));
}

public sealed partial record BookingState
{
    /// <summary>Credits on its invoices, in order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<BookedCredit>? Credits { get; init; }
}
