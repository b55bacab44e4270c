using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>Issues the platform's invoice for its part of a booking, with the next number of its series.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">For which booking; one invoice for each.</param>
/// <param name="Platform">The platform as it stood when the contract was made.</param>
/// <param name="Account">The customer as it stood then.</param>
/// <param name="Final">The final figures of a delivery; null for a cancellation fee.</param>
/// <param name="Quote">The sealed quote.</param>
/// <param name="Fee">The cancellation fee; null for a delivery.</param>
/// <param name="ContractHash">The contract's hash.</param>
/// <param name="SuppliedAt">When the service was completed, or the booking ended.</param>
public sealed record IssueInvoice(
    CommandId Id, Actor By, BookingId Booking, PlatformProfile Platform, AccountProfile Account,
    Settlement? Final, Quote Quote, CancellationFee? Fee, string ContractHash, Instant SuppliedAt) : Command(Id, By)
{
    /// <summary>What the SME paid before, of which this invoice takes up to what it comes to; null for nothing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PaidBefore? Paid { get; init; }

    /// <summary>Vouchers whose funder pays the SME afterwards: it pays their part, too; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<VoucherId>? Reimbursed { get; init; }

    /// <summary>The invoice of a platform for a booking.</summary>
    public static InvoiceId InvoiceOf(PlatformId platform, BookingId booking) => new($"i-{booking}-{platform}");
}

public sealed partial class PlatformGrain
{
    /// <inheritdoc/>
    public async Task<Reply<PlatformRefusal>> IssueInvoice(IssueInvoice command)
    {
        var known = await rates.Around(
            DeclaredVat.Foreign(command.Platform.Provider.Address.Country, command.Platform.Currency),
            command.SuppliedAt.InUtc().Date);
        return await Tell(command, (state, asked, now) => PlatformDecisions.Decide(state, asked, known, now));
    }
}

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="IssueInvoice"/>. Numbers have no gap: this is their only writer.</summary>
    /// <param name="platform">Whose invoice.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="rates">Of <see cref="DeclaredVat.Foreign"/>, around the day of supply.</param>
    /// <param name="now">When.</param>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, IssueInvoice command, ImmutableArray<DayRate> rates, Instant now)
    {
        if (platform.Profile is not { } profile) return Unknown();
        if (!command.By.IsSystem) return No(PlatformRefusal.NotAllowed, "Only a booking asks for its invoice.");
        if (platform.Invoiced.ContainsKey(command.Booking.Value))
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        var today = now.InZone(platform.Zone).Date;
        var year = today.Year.ToString(CultureInfo.InvariantCulture);
        var number = platform.InvoicesByYear.GetValueOrDefault(year) + 1;
        var head = new InvoiceHead(
            IssueInvoice.InvoiceOf(profile.Id, command.Booking),
            string.Create(
                CultureInfo.InvariantCulture, $"{profile.Id.Value.ToUpperInvariant()}-{year}-{number:000000}"),
            today, command.SuppliedAt.InZone(platform.Zone).Date, command.Booking, command.ContractHash);
        var invoice = command.Final is { } final
            ? InvoiceMaking.ForAcceptance(
                head, command.Platform, command.Account, final, command.Reimbursed?.ToHashSet())
            : InvoiceMaking.ForCancellation(head, command.Platform, command.Account, command.Quote, command.Fee!);
        if (invoice is not null && command.Paid is { } paid) invoice = InvoiceMaking.PaidBefore(invoice, paid);

        // From here on it must succeed. A platform that gets nothing of a fee issues nothing.
        return invoice is null
            ? Decision<PlatformEvent, PlatformRefusal>.Nothing
            : new InvoiceIssued(
                DeclaredVat.On(invoice, rates), command.Booking, command.Account.Id);
    }
}
