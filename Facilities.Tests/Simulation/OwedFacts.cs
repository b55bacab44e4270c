using System.Collections.Immutable;
using Facilities.Grains.Bookings;

namespace Facilities.Tests.Simulation;

internal sealed partial record BookingFacts
{
    /// <summary>What the account owes since a funder rejected it.</summary>
    public ImmutableHashSet<string> Owed { get; init; } = [];

    private BookingFacts Owing(BookingEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case BookingInvoiced e:
                must(!Invoices.Contains(e.Invoice.Value), "that invoice is known");
                return this with
                {
                    Invoices = Invoices.Add(e.Invoice.Value),
                    Asked = Asked.Add(e.Invoice.Value, (e.Platform.Value, e.Payable.Minor)),
                };
            case InvoicePaid e:
                must(Invoices.Contains(e.Invoice.Value) && !InvoicesPaid.Contains(e.Invoice.Value), "it is paid");
                return this with
                {
                    InvoicesPaid = InvoicesPaid.Add(e.Invoice.Value),
                    Received = Received + Asked[e.Invoice.Value].Asks,
                };
            case ClaimSettled e:
                must(Stage is Stage.Accepted or Stage.Settled, "nothing was accepted");
                must(e.Paid || e.Owed!.Value.Sum(o => o.Amount.Minor) == OwedFor(e), "more or less is owed");
                return this with
                {
                    Owed = Owed.Union((e.Owed ?? []).Select(o => $"{e.Claim} {o.Platform}")),
                    OwedInstead = OwedInstead.AddRange((e.Owed ?? []).Select(o =>
                        KeyValuePair.Create($"{e.Claim} {o.Platform}", o.Amount.Minor))),
                    RejectedClaims = e.Paid ? RejectedClaims : RejectedClaims.Add(e.Claim.Value),
                };
            case ObligationPaid e:
                var key = $"{e.Claim} {e.Platform}";
                must(Owed.Contains(key), "that is not owed");
                return this with
                {
                    Owed = Owed.Remove(key),
                    PaidInstead = PaidInstead.Add(key, OwedInstead[key]),
                    Received = Received + OwedInstead[key],
                };
            default:
                return this;
        }
    }

    /// <summary>The account had paid all of it before where it is the one that the funder pays.</summary>
    private long OwedFor(ClaimSettled claim) => Left!.Funding.Shares
        .Where(s => !s.ToAccount && ClaimOf(s.Id) == claim.Claim.Value).Sum(s => s.Amount.Minor);
}
