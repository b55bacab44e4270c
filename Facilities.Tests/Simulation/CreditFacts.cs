using System.Collections.Immutable;
using Facilities.Grains.Bookings;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;

namespace Facilities.Tests.Simulation;

/// <summary>A credit as the auditor counts it, in cents of the order.</summary>
internal sealed record CreditFact(Credit Credit)
{
    public string? Note { get; init; }

    public bool IsTransferred { get; init; }

    public ImmutableHashSet<string> Settled { get; init; } = [];

    public bool IsSettled => Note is not null && (IsTransferred || Credit.ByTransfer.Minor == 0)
        && Credit.Shares.All(s => !s.IsClaimed || Settled.Contains(s.Id));
}

/// <summary>What was delivered and credited, and who got what for it.</summary>
internal sealed partial record BookingFacts
{
    /// <summary>The figures of the delivery, as last recorded.</summary>
    public Settlement? Price { get; init; }

    public ImmutableArray<CreditFact> Credits { get; init; } = [];

    /// <summary>What each invoice asks for, with what was credited of it before it was paid.</summary>
    public ImmutableDictionary<string, (string Platform, long Asks)> Asked { get; init; } =
        ImmutableDictionary<string, (string, long)>.Empty;

    /// <summary>What facilities got of the account, in cents of the order.</summary>
    public long Received { get; init; }

    /// <summary>What the account paid of what funders rejected, by claim and facility.</summary>
    public ImmutableDictionary<string, long> PaidInstead { get; init; } = ImmutableDictionary<string, long>.Empty;

    public ImmutableDictionary<string, long> OwedInstead { get; init; } = ImmutableDictionary<string, long>.Empty;

    public ImmutableHashSet<string> RejectedClaims { get; init; } = [];

    /// <summary>What is left of the delivery, all credits taken off.</summary>
    public Settlement? Left => Credits is [.., var last] ? last.Credit.Left : Price;

    private BookingFacts Crediting(BookingCreditEvent happened, Action<bool, string> must)
    {
        switch (happened)
        {
            case BookingCredited { Credit: var credit }:
                must(Stage is Stage.Accepted or Stage.Settled, "nothing was accepted");
                must(!IsPending, "parts are on their way");
                must(credit.Number == Credits.Length + 1, $"it is the credit {credit.Number}");
                Fits(credit, must);
                return Lowered(credit) with
                {
                    Stage = Stage.Accepted,
                    IsPending = true,
                    Credits = Credits.Add(new(credit)),
                };
            case CreditNoted e:
                must(Credits[^1] is { Note: null } && e.Number == Credits.Length, "it has its note");
                return Change(e.Number, c => c with { Note = e.NoteNumber });
            case CreditSettled e:
                must(!Credits[e.Number - 1].Settled.Contains(e.Voucher.Value), "its funder has it already");
                return Change(e.Number, c => c with { Settled = c.Settled.Add(e.Voucher.Value) });
            case CreditTransferred e:
                must(!Credits[e.Number - 1].IsTransferred, "it was transferred before");
                return Change(e.Number, c => c with { IsTransferred = true }) with
                {
                    Received = Received - Credits[e.Number - 1].Credit.ByTransfer.Minor,
                };
            default:
                throw new InvalidOperationException($"The auditor does not know {happened.GetType().Name}.");
        }
    }

    /// <summary>Reckons a credit again: lines, VAT, and that everybody together pays less by just that.</summary>
    private void Fits(Credit credit, Action<bool, string> must)
    {
        var (before, after) = (Left!, credit.Left);
        foreach (var (was, now) in before.Items.Zip(after.Items))
        {
            for (var line = 1; line <= was.Lines.Length; line++)
                must(now.Lines[line - 1].Amount.Minor == was.Lines[line - 1].Amount.Minor - credit.Lines
                    .Where(l => l.Item == was.Id && l.Line == line).Sum(l => l.Amount.Minor),
                    $"line {line} of {was.Id} is {now.Lines[line - 1].Amount} after the credit");
            must(was.Platform == credit.Platform || now.Net == was.Net, $"{was.Id} is another facility's");
        }
        must(GrossOf(after) == after.Totals.Gross.Minor, $"{GrossOf(after)} are left and not {after.Totals.Gross}");
        var gross = GrossOf(before) - GrossOf(after);
        must(credit.Gross.Minor == gross && gross > 0, $"{gross} are credited and not {credit.Gross}");
        foreach (var share in before.Funding.Shares)
            must(AmountOf(after, share) >= 0 && AmountOf(after, share) == share.Amount.Minor - credit.Shares
                .Where(s => Same(s, share)).Sum(s => s.Amount.Minor), $"{share.Id} does not pay less by the credit");
        must(credit.Shares.Where(s => !s.ToAccount).Sum(s => s.Amount.Minor) + credit.Account.Minor == gross,
            $"of {gross} funders and the company get another sum");
        must(credit.Shares.All(s => s.Kind == FundingKind.CoFinancing
            || s.FellBack == RejectedClaims.Contains(ClaimOf(s.Id))), "what fell back is another claim");
        var invoice = Asked.First(a => a.Value.Platform == credit.Platform.Value);
        var isPaid = InvoicesPaid.Contains(invoice.Key);
        must(credit.FromInvoice.Minor == (isPaid ? 0 : Math.Min(credit.Account.Minor, invoice.Value.Asks)),
            $"{credit.FromInvoice} are taken off the invoice");
        var instead = credit.Shares.Where(s => s is { FellBack: true, ToAccount: false }
            && PaidInstead.ContainsKey($"{ClaimOf(s.Id)} {credit.Platform}")).Sum(s => s.Amount.Minor);
        must(credit.ByTransfer.Minor + credit.ByRefund.Minor + credit.FromInvoice.Minor
            == credit.Account.Minor + instead, $"the company gets {credit.ByTransfer} back");
    }

    private BookingFacts Lowered(Credit credit)
    {
        var (key, (platform, asks)) = Asked.First(a => a.Value.Platform == credit.Platform.Value);
        var owed = OwedInstead;
        foreach (var share in credit.Shares.Where(s => s.FellBack))
            if (owed.TryGetValue($"{ClaimOf(share.Id)} {platform}", out var open))
                owed = owed.SetItem($"{ClaimOf(share.Id)} {platform}", open - share.Amount.Minor);
        return this with
        {
            Asked = Asked.SetItem(key, (platform, asks - credit.FromInvoice.Minor)),
            OwedInstead = owed,
            Owed = [.. Owed.Where(o => owed[o] > 0)],
        };
    }

    /// <summary>Lines with VAT at the rate of each, rounded once for each rate.</summary>
    public static long GrossOf(Settlement price) => price.Tax.Select((tax, index) =>
    {
        var net = price.Items.Where(i => i.TaxIndex == index).Sum(i => i.Lines.Sum(l => l.Amount.Minor));
        return net + (long)decimal.Round(net * tax.Rate / 100, MidpointRounding.AwayFromZero);
    }).Sum();

    public static long NetOf(Settlement price) =>
        price.Items.Where(i => !i.Dropped).Sum(i => i.Lines.Sum(l => l.Amount.Minor));

    /// <summary>The share of a voucher of what is left, in cents of the order and in its own minor units.</summary>
    public (long Amount, long OfVoucher) ShareOf(string voucher) =>
        Left?.Funding.Shares.FirstOrDefault(s => s.Kind == FundingKind.Voucher && s.Id == voucher) is { } share
            ? (share.Amount.Minor, share.OfVoucher.Minor)
            : (0, 0);

    private string ClaimOf(string voucher) => $"c-{Request!.Booking}-{voucher}";

    private static long AmountOf(Settlement price, FundingShare share) => price.Funding.Shares
        .Where(s => s.Kind == share.Kind && s.Id == share.Id && s.Payer == share.Payer).Sum(s => s.Amount.Minor);

    private static bool Same(CreditedShare one, FundingShare other) =>
        one.Kind == other.Kind && one.Id == other.Id && one.Payer == other.Payer;

    private BookingFacts Change(int number, Func<CreditFact, CreditFact> change) => this with
    {
        Credits = Credits.SetItem(number - 1, change(Credits[number - 1])),
    };
}
