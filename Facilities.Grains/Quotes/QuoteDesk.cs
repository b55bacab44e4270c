using System.Collections.Immutable;
using Facilities.Grains.Accounts;
using Facilities.Grains.Availability;
using Facilities.Grains.Clusters;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using Facilities.Grains.Rates;
using Facilities.Grains.Series;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Bookings;

/// <summary>One item of a request for a quote, as a person asks for it.</summary>
/// <param name="PlatformId">Where.</param>
/// <param name="ServiceId">What.</param>
/// <param name="Start">ISO 8601 with offset; without one, local time of the platform.</param>
/// <param name="Duration">How long; the shortest where nothing is said.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Options">Extras.</param>
/// <param name="Repeat">How it repeats; null where it is one date.</param>
public sealed record AskedItem(
    PlatformId PlatformId, ServiceId ServiceId, string Start, Length? Duration = null, int Quantity = 1,
    ImmutableArray<ChosenOption>? Options = null, Repeat? Repeat = null);

/// <summary>
/// Prices what a person asks for: gathers what the price rests on, checks everything, and seals the quote.
/// </summary>
public sealed class QuoteDesk(IGrainFactory grains, IQuoteBook book, IRateBook rates, IClock clock)
{
    /// <summary>A sealed quote, kept; or every fault of the request at once.</summary>
    public async Task<Answer<QuoteBasis>> Make(
        QuoteId id, Actor by, AccountId accountId, ImmutableArray<AskedItem> asked, VoucherChoice choice,
        Collisions collisions = Collisions.Refuse, string? activity = null)
    {
        var (account, no) = await Account(by, accountId, asked);
        if (account is null) return no!;
        if (account.Profile.Doing(activity) is not { } stated)
            return Refusal.Of(
                "invalidRequest", "The order cannot be priced.",
                new Fault("/activity", StatedActivity.UnknownTo(account.Profile)));
        var isMain = stated.Nace == account.Profile.Nace;
        return await Make(
            id, account with { Profile = stated }, asked, choice, collisions, isMain ? null : activity);
    }

    /// <summary>
    /// A sealed quote on behalf of an account, without its vouchers, by one who may prepare a booking for it.
    /// </summary>
    public async Task<Answer<QuoteBasis>> Prepare(
        QuoteId id, Actor by, AccountId accountId, ImmutableArray<AskedItem> asked)
    {
        if (await grains.GetGrain<IAccountGrain>(accountId.Value).View() is not { } account
            || BookingDecisions.PreparerOf(
                by, asked.IsDefault ? [] : asked.Select(a => a.PlatformId), account.Profile) is null)
            return Refusal.Of(
                "notAllowed",
                "Only a manager of the facility where everything lies, or the company's own cluster, prepares a "
                    + "booking for it.", new Fault("/accountId", "Name a company, and items of your own facility."));
        return Unpriced(asked) is { } no
            ? no
            : await Make(id, account, asked, new VoucherChoice.None(), Collisions.Refuse);
    }

    private async Task<Answer<QuoteBasis>> Make(
        QuoteId id, AccountView account, ImmutableArray<AskedItem> asked, VoucherChoice choice, Collisions collisions,
        string? activity = null)
    {
        var orders = new OrderReader(grains, account.Profile);
        var dates = await orders.Read(asked);
        if (collisions == Collisions.Skip) dates = OrderReader.Free(dates);
        await orders.Refuse(dates);
        if (orders.Refusal is { } refusal) return refusal;
        return await Price(id, account, [.. dates.Select(d => d.Item)], choice, keep: true, activity);
    }

    /// <summary>
    /// Every date of an order as the calendar stands, free or why not; nothing is priced, kept or held. What is free
    /// here is what a quote takes.
    /// </summary>
    public async Task<Answer<OrderDates>> PreviewDates(
        Actor by, AccountId accountId, ImmutableArray<AskedItem> asked)
    {
        var (account, no) = await Account(by, accountId, asked);
        if (account is null) return no!;
        var orders = new OrderReader(grains, account.Profile);
        var dates = await orders.Read(asked);
        return orders.Refusal is { } refusal ? refusal : new OrderDates(await orders.WithAlternatives(dates));
    }

    private async Task<Answer<AccountView>> Account(Actor by, AccountId accountId, ImmutableArray<AskedItem> asked)
    {
        if (!by.Has(OrganisationKind.Sme, accountId.Value, Role.Owner, Role.Booker)
            || await grains.GetGrain<IAccountGrain>(accountId.Value).View() is not { } account)
            return Refusal.Of(
                "accountUnknown", $"You do not book for an account {accountId}.",
                new Fault("/accountId", "Name an account that you book for."));
        return Unpriced(asked) is { } no ? no : account;
    }

    private static Refusal? Unpriced(ImmutableArray<AskedItem> asked) =>
        asked.IsDefaultOrEmpty || asked.Length > Limits.ItemsPerQuote
            ? Refusal.Of(
                "invalidRequest", "The order cannot be priced.",
                new Fault("/items", $"Ask for 1 to {Limits.ItemsPerQuote} items."))
            : null;

    /// <summary>
    /// What an order would cost an account now; nothing is checked against the calendar and nothing kept.
    /// </summary>
    public Task<Answer<QuoteBasis>> Preview(AccountView account, OrderedItem item) =>
        Price(new QuoteId("preview"), account, [item], new VoucherChoice.Auto(), keep: false);

    /// <summary>A quote as it was made, for those who belong to its account.</summary>
    public async Task<QuoteBasis?> Find(QuoteId id, Actor by) =>
        await book.Find(id) is { } basis && by.BelongsTo(OrganisationKind.Sme, basis.Quote.Account.Value)
            ? basis
            : null;

    private async Task<Answer<QuoteBasis>> Price(
        QuoteId id, AccountView account, ImmutableArray<OrderedItem> items, VoucherChoice choice, bool keep,
        string? activity = null)
    {
        var clusters = items.Select(i => i.Platform.Cluster).Append(account.Profile.Cluster).Distinct().ToArray();
        var terms = await Task.WhenAll(clusters.Select(c => grains.GetGrain<IClusterGrain>(c.Value).Terms()));
        var agreements = terms.SelectMany(t => t.Agreements).DistinctBy(a => a.Id)
            .Where(a => items.Any(i => a.IsBetween(account.Profile.Cluster, i.Platform.Cluster))).ToImmutableArray();
        var now = clock.GetCurrentInstant();
        var outcome = Quotes.Price(new QuoteRequest(
            id, account.Profile, items, agreements, account.Vouchers, choice, now,
            clusters.Zip(terms).Where(c => c.Second.Name is not null).ToDictionary(c => c.First, c => c.Second.Name!))
        {
            Activity = activity,
            Rates = await Rates(account, now),
        });
        if (outcome.Quote is not { } quote)
            return new Refusal(Refusal.NameOf(outcome.Funding.Refusals[0].Code), outcome.Funding.Refusals[0].Reason,
                [.. outcome.Funding.Refusals.Select(r => new Fault(r.Pointer ?? "/vouchers", r.Reason))], []);
        var basis = new QuoteBasis(
            quote, account.Profile, [.. items.Select(i => i.Platform).DistinctBy(p => p.Id)], agreements,
            [
                .. account.Vouchers.Where(v =>
                    quote.Funding.Any(f => f.Kind == FundingKind.Voucher && f.Id == v.Id.Value)),
            ]);
        return keep ? await book.Keep(basis) : basis;
    }

    /// <summary>The reference rates that an account's vouchers may be converted at; none where none is.</summary>
    public async Task<ImmutableArray<DayRate>> Rates(AccountView account, Instant now)
    {
        Currency[] ours =
        [
            .. account.Vouchers.Where(v => v.Programme.EffectiveRules.OtherCurrencies != OtherCurrencies.Refused)
                .Select(v => v.FaceValue.Currency),
        ];
        return ours.Length == 0 ? [] : await rates.Around(ours.Concat(Countries.Currencies), now.InUtc().Date);
    }
}
