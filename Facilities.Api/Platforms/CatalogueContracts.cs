using System.Collections.Immutable;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Services;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Api.Platforms;

public sealed record AgreementAnswer(
    AgreementId Id, ImmutableArray<ClusterId> Parties, LocalDate Signed, LocalDate InForceFrom, LocalDate? EndsOn,
    ImmutableArray<AnnexAnswer> Annexes)
{
    public static AgreementAnswer Of(Agreement agreement)
    {
        var annexes = ImmutableArray.CreateBuilder<AnnexAnswer>();
        if (agreement.PartnerTariff) annexes.Add(new AnnexAnswer("partnerTariff", null, null, null));
        if (agreement.CoFinancing is { } annex)
            annexes.Add(new AnnexAnswer("coFinancing", annex.Receiving, annex.Providing, annex.CapPerBooking));
        return new AgreementAnswer(
            agreement.Id, [agreement.First, agreement.Second], agreement.Signed, agreement.InForceFrom,
            agreement.EndsOn, annexes.ToImmutable());
    }
}

public sealed record AnnexAnswer(
    string Kind, Percentage? ReceivingClusterPercent, Percentage? ProvidingClusterPercent, Money? CapPerBooking);

/// <summary>A platform as callers see it.</summary>
public sealed record PlatformAnswer(
    PlatformId PlatformId, string Name, ClusterId ClusterId, string City, string Country, string Nuts, string TimeZone,
    Currency Currency, string ValueChainStage, ImmutableArray<string> Categories, string Description,
    string ProviderName, bool StandingOffer, ImmutableArray<Resource> Resources, ImmutableArray<ServiceAnswer> Services)
{
    public static PlatformAnswer Of(PlatformView view)
    {
        var profile = view.Profile;
        return new PlatformAnswer(
            profile.Id, profile.Name, profile.Cluster, profile.City, profile.Country, profile.Nuts, profile.TimeZone,
            profile.Currency, profile.Stage, profile.Categories, profile.Description, profile.Provider.LegalName,
            view.Offer is not null, view.Resources, [.. view.Services.Select(ServiceAnswer.Of)]);
    }
}

/// <summary>A service as callers see it; <c>pricePer</c> is <c>unit</c> or the time that one price covers.</summary>
public sealed record ServiceAnswer(
    ServiceId ServiceId, string Name, string? Description, string Category, string Unit, string PricePer, Prices Prices,
    Money SetupFee, Money? OperatorPerHour, ImmutableArray<ResourceId> Uses, DurationRule Duration, Length StartStep,
    BufferRule Buffer, Length LeadTime, Length Horizon, ApprovalRule Approval, string? Qualification,
    ImmutableArray<OptionAnswer> Options, ImmutableArray<RungAnswer> Cancellation, Length? Turnaround,
    QuantityRule Quantity, Quota? Quota, SpecialHours? SpecialHours, ImmutableArray<PartialUse> PartialUses,
    NoticeIn NoticeIn = NoticeIn.CalendarDays, VatClass VatClass = VatClass.General)
{
    public static ServiceAnswer Of(Service s) => new(
        s.Id, s.Name, s.Description, s.Category, s.Unit, s.PricePer?.ToString() ?? "unit", s.Prices, s.SetupFee,
        s.OperatorPerHour, s.Uses, s.Duration, s.StartStep, s.Buffer, s.LeadTime, s.Horizon, s.Approval,
        s.Qualification, [.. s.Options.Select(o => new OptionAnswer(o.Id, o.Name, o.Unit, o.Price))],
        [.. s.Cancellation.Select(c => new RungAnswer(c.NoticeDays, c.Fee))], s.Turnaround, s.Quantity,
        s.Rules?.Quota, s.Rules?.SpecialHours, s.Rules?.PartialUses ?? [],
        s.Rules?.NoticeIn ?? NoticeIn.CalendarDays, s.Rules?.VatClass ?? VatClass.General);
}

public sealed record OptionAnswer(OptionId OptionId, string Name, string Unit, Money Price);

public sealed record RungAnswer(int NoticeDays, Percentage FeePercent);
