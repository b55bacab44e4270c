using System.Collections.Immutable;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Silo.Demonstration;

/// <summary><c>catalogue.json</c> as it is written.</summary>
internal sealed record CatalogueFile(
    ImmutableArray<string> Criteria, ImmutableArray<ClusterProfile> Clusters,
        ImmutableArray<CatalogueFile.WrittenAgreement> Agreements,
    ImmutableArray<CatalogueFile.WrittenPlatform> Platforms)
{
    internal sealed record WrittenAgreement(
        AgreementId Id, ImmutableArray<ClusterId> Parties, LocalDate Signed, LocalDate InForceFrom,
            ImmutableArray<WrittenAnnex> Annexes)
    {
        public Agreement ToAgreement() => new(
            Id, Parties[0], Parties[1], Signed, InForceFrom, EndsOn: null,
            PartnerTariff: Annexes.Any(a => a.Kind == "partnerTariff"),
            CoFinancing: Annexes.FirstOrDefault(a => a.Kind == "coFinancing") is { } annex
                ? new CoFinancingAnnex(
                    Percentage.From(annex.ReceivingClusterPercent), Percentage.From(annex.ProvidingClusterPercent),
                        annex.CapPerBooking!.Value)
                : null);
    }

    internal sealed record WrittenAnnex(
        string Kind, decimal ReceivingClusterPercent, decimal ProvidingClusterPercent, Money? CapPerBooking);

    internal sealed record WrittenPlatform(
        PlatformId Id, string Name, ClusterId ClusterId, string City, string Country, string Nuts, string TimeZone,
            Currency Currency,
        string ValueChainStage, ImmutableArray<string> Categories, string Description,
        ImmutableDictionary<string, System.Text.Json.JsonElement> Selection, ImmutableArray<WrittenResource> Resources,
        ImmutableArray<WrittenService> Services)
    {
        public PlatformProfile ToProfile(Provider provider) => new(
            Id, Name, ClusterId, City, Country, Nuts, TimeZone, Currency, ValueChainStage, Categories, Description,
                provider);
    }

    internal sealed record WrittenResource(
        ResourceId Id, string Name, int Units, ImmutableArray<WrittenHours> Hours,
            ImmutableArray<WrittenClosure> Closures)
    {
        public Resource ToResource() => new(
            Id, Name, Units,
            [.. Hours.Select(h => new HoursRule(h.Rrule, h.From, h.To, h.ValidFrom ?? HoursRule.DefaultValidFrom,
                h.ValidUntil))],
            [.. Closures.Select((c, index) => new Closure(new ClosureId($"{Id}-closure-{index + 1}"), c.From, c.To,
                c.Reason))]);
    }

    internal sealed record WrittenHours(string Rrule, TimeOfDay From, TimeOfDay To, LocalDate? ValidFrom,
        LocalDate? ValidUntil);

    internal sealed record WrittenClosure(LocalDateTime From, LocalDateTime To, string Reason);

    internal sealed record WrittenService(
        ServiceId Id, string Name, string? Description, string Category, string Unit, string PricePer,
            WrittenPrices Prices,
        decimal SetupFee, decimal? OperatorPerHour, ImmutableArray<ResourceId> Uses, DurationRule Duration,
            Length StartStep,
        BufferRule Buffer, Length LeadTime, Length Horizon, ApprovalRule Approval, string? Qualification,
        ImmutableArray<WrittenOption> Options, ImmutableArray<WrittenRung> Cancellation, Length? Turnaround,
            QuantityRule Quantity)
    {
        public Service ToService(Currency currency)
        {
            Money In(decimal amount) => Money.Of(amount, currency);
            return new Service(
                Id, Name, Description, Category, Unit, PricePer == "unit" ? null : Length.Parse(PricePer),
                new Prices(In(Prices.Home), In(Prices.Partner), In(Prices.External), In(Prices.Academic)),
                In(SetupFee), OperatorPerHour is { } rate ? In(rate) : null, Uses, Duration, StartStep, Buffer,
                    LeadTime, Horizon,
                Approval, Qualification, [.. Options.Select(o => new ServiceOption(o.Id, o.Name, o.Unit, In(o.Price)))],
                [.. Cancellation.Select(c => new CancellationRung(c.NoticeDays, Percentage.From(c.FeePercent)))],
                    Turnaround, Quantity);
        }
    }

    internal sealed record WrittenPrices(decimal Home, decimal Partner, decimal External, decimal Academic);

    internal sealed record WrittenOption(OptionId Id, string Name, string Unit, decimal Price);

    internal sealed record WrittenRung(int NoticeDays, decimal FeePercent);
}
