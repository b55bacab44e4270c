using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Facilities.Api.Bookings;
using Facilities.Api.Series;
using Facilities.Grains.Bookings;
using Facilities.Grains.Funding;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Rates;
using Facilities.Grains.Series;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Api.Quotes;

/// <summary>The body of <c>POST /quotes</c>.</summary>
/// <param name="Activity">NACE class of the activity that the work is for; left out for the main one.</param>
public sealed record QuoteBody(
    AccountId AccountId, ImmutableArray<AskedItem> Items, VouchersWanted? Vouchers = null,
    Collisions Collisions = Collisions.Refuse, string? Activity = null);

/// <summary><c>"auto"</c>, <c>"none"</c> or a list of voucher ids.</summary>
[JsonConverter(typeof(VouchersWantedConverter))]
public readonly record struct VouchersWanted(VoucherChoice? Choice);

internal sealed class VouchersWantedConverter : JsonConverter<VouchersWanted>
{
    private const string Shape = "Write \"auto\", \"none\" or a list of voucher ids.";

    public override VouchersWanted Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new VouchersWanted(reader.GetString() switch
            {
                "auto" => new VoucherChoice.Auto(),
                "none" => new VoucherChoice.None(),
                _ => throw new JsonException(Shape),
            });
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException(Shape);
        var ids = ImmutableArray.CreateBuilder<VoucherId>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            ids.Add(reader.TokenType == JsonTokenType.String && Id.IsValid(reader.GetString())
                ? VoucherId.From(reader.GetString()!)
                : throw new JsonException(Shape));
        return new VouchersWanted(new VoucherChoice.Named(ids.ToImmutable()));
    }

    public override void Write(Utf8JsonWriter writer, VouchersWanted value, JsonSerializerOptions options) =>
        throw new NotSupportedException("It is only read.");
}

/// <summary>A quote as callers see it.</summary>
public sealed record QuoteAnswer(
    QuoteId QuoteId, AccountId AccountId, Instant ValidUntil, string Seal, ImmutableArray<QuoteItemAnswer> Items,
    ImmutableArray<FundingAnswer> Funding, ImmutableArray<TaxLine> Tax, Money Net, Money TaxTotal, Money Gross,
    Money AccountPays, ImmutableArray<string> Notes, ImmutableArray<SeriesAnswer> Series)
{
    /// <summary>NACE class of the activity that the work is for; null where it is the account's main one.</summary>
    public string? Activity { get; init; }

    /// <summary>VAT that no provider charges and the account declares at home.</summary>
    public ImmutableArray<SelfAccountedVat> SelfAccounted { get; init; } = [];

    /// <summary>What the account pays the providers; more than it costs it where funders pay it back.</summary>
    public required Money PaysProviders { get; init; }

    /// <summary>What funders pay back to the account afterwards.</summary>
    public required Money PaidBack { get; init; }

    public static QuoteAnswer Of(Quote quote, IReadOnlyDictionary<PlatformId, DateTimeZone> zones) => new(
        quote.Id, quote.Account, quote.ValidUntil, quote.Seal,
        [.. quote.Items.Select(i => QuoteItemAnswer.Of(i, zones[i.Platform]))],
        [.. quote.Funding.Select(FundingAnswer.Of)],
        quote.Tax, quote.Net, quote.TaxTotal, quote.Gross, quote.AccountPays, quote.Notes,
        [
            .. SeriesWords.Of(
                quote.Items.Select(i => new SeriesSlot(i.Id, i.Start, i.End)),
                item => zones[quote.Items.First(i => i.Id == item).Platform]).Select(SeriesAnswer.Of),
        ])
    {
        PaysProviders = quote.PaysProviders,
        PaidBack = quote.PaidBack,
        Activity = quote.Activity,
    };
}

/// <summary>One priced item.</summary>
public sealed record QuoteItemAnswer(
    ItemId ItemId, PlatformId PlatformId, ServiceId ServiceId, string ServiceName, OffsetDateTime Start,
    OffsetDateTime End, Length Duration, int Quantity, ImmutableArray<ChosenOption> Options, TariffAnswer Tariff,
    ImmutableArray<PriceLine> Lines, Money Net)
{
    public static QuoteItemAnswer Of(QuotedItem item, DateTimeZone zone) => new(
        item.Id, item.Platform, item.Service, item.ServiceName, item.Start.InZone(zone).ToOffsetDateTime(),
        item.End.InZone(zone).ToOffsetDateTime(), item.Duration, item.Quantity, item.Options,
        new TariffAnswer(item.Tariff.Class, item.Tariff.Reason, item.Tariff.Agreement), item.Lines, item.Net);
}

/// <summary>The tariff class and why.</summary>
public sealed record TariffAnswer(TariffClass Class, string Reason, AgreementId? AgreementId);

/// <summary>Whom a funder or cluster pays.</summary>
public enum FundingPayee
{
    /// <summary>The provider, after the delivery was accepted.</summary>
    Provider,
    /// <summary>The account, once it has paid the provider.</summary>
    Account,
}

/// <summary>What somebody else pays.</summary>
public sealed record FundingAnswer(
    FundingKind Kind, string Id, string Name, Money Amount, string Reason, string PayerId, FundingPayee PaidTo)
{
    /// <summary>What it takes of a voucher in another currency; null where it takes the amount.</summary>
    public Money? Charged { get; init; }

    /// <summary>At which rates, from the order's currency to the voucher's; null where nothing is converted.</summary>
    public RatePair? Conversion { get; init; }

    public static FundingAnswer Of(FundingShare share) => new(
        share.Kind, share.Id, share.Name, share.Amount, share.Reason, share.Payer,
        share.ToAccount ? FundingPayee.Account : FundingPayee.Provider)
    {
        Charged = share.Charged?.Amount,
        Conversion = share.Charged?.Rates,
    };
}
