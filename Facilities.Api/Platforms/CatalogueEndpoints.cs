using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Availability;
using Facilities.Grains.Clusters;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Silo.Platforms;
using NodaTime;
using Orleans;

namespace Facilities.Api.Platforms;

public sealed record PlatformQuery(
    string? Q = null, string? Category = null, ClusterId? Cluster = null, string? Country = null, string? Stage = null,
    int Limit = Query.LimitDefault, string? Cursor = null);

public sealed record SlotQuery(LocalDate? From = null, LocalDate? To = null, Length? Duration = null, int Quantity = 1);

public sealed record SlotsOfService(string TimeZone, Length Duration, ImmutableArray<SlotAnswered> Slots);

public sealed record SlotAnswered(OffsetDateTime Start, OffsetDateTime End, int Free);

public static class CatalogueEndpoints
{
    /// <summary>What anybody may read: clusters, agreements, platforms, free slots.</summary>
    public static RouteGroupBuilder MapCatalogue(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Catalogue");
        group.MapGet("/clusters", async (HttpContext context, Catalogue catalogue) =>
            TypedResults.Ok(Page.Cut(context, await catalogue.Clusters())))
            .ReadsQuery<PageQuery>().Answers<Page<ClusterProfile>>().Refuses(400);
        group.MapGet("/agreements", async (HttpContext context, Catalogue catalogue) =>
            TypedResults.Ok(Page.Cut(context, (await catalogue.Agreements()).Select(AgreementAnswer.Of))))
            .ReadsQuery<PageQuery>().Answers<Page<AgreementAnswer>>().Refuses(400);
        group.MapGet("/platforms", Platforms).ReadsQuery<PlatformQuery>().Answers<Page<PlatformAnswer>>().Refuses(400);
        group.MapGet("/platforms/{platformId}", Platform).Answers<PlatformAnswer>().Refuses(404);
        group.MapGet("/platforms/{platformId}/services/{serviceId}/slots", FreeSlots).ReadsQuery<SlotQuery>()
            .Answers<SlotsOfService>().Refuses(400, 404, 422);
        return api;
    }

    private static async Task<IResult> Platforms(HttpContext context, Catalogue catalogue)
    {
        var query = Query.Read<PlatformQuery>(context);
        return TypedResults.Ok(Page.Cut(
            context, (await catalogue.Platforms()).Where(p => Fits(p, query)).Select(PlatformAnswer.Of)));
    }

    /// <summary>Whether a platform fits the filters; text is looked for in names, descriptions and cities.</summary>
    public static bool Fits(PlatformView platform, PlatformQuery query)
    {
        var profile = platform.Profile;
        bool Says(string? text) => text?.Contains(query.Q!, StringComparison.CurrentCultureIgnoreCase) == true;
        return (query.Category is null || platform.Services.Any(s => s.Category == query.Category))
            && (query.Cluster is null || profile.Cluster == query.Cluster)
            && (query.Country is null || profile.Country == query.Country)
            && (query.Stage is null || profile.Stage == query.Stage)
            && (string.IsNullOrWhiteSpace(query.Q)
                || Says(profile.Name) || Says(profile.Description) || Says(profile.City)
                || platform.Services.Any(s => Says(s.Name) || Says(s.Description)));
    }

    private static async Task<IResult> Platform(HttpContext context, IGrainFactory grains, string platformId)
    {
        if (!Id.IsValid(platformId) || await grains.GetGrain<IPlatformGrain>(platformId).View() is not { } platform)
            return Problems.Of(404, "platformUnknown", $"There is no platform {platformId}.");
        context.SetEntityTag(platform.Edition);
        return TypedResults.Ok(PlatformAnswer.Of(platform));
    }

    private static async Task<IResult> FreeSlots(
        HttpContext context, IGrainFactory grains, IClock clock, string platformId, string serviceId)
    {
        var query = Query.Read<SlotQuery>(context);
        if (!Id.IsValid(platformId)) return Problems.Of(404, "platformUnknown", $"There is no platform {platformId}.");
        if (!Id.IsValid(serviceId)) return Problems.Of(404, "notOffered", $"There is no service {serviceId}.");
        var from = query.From ?? clock.GetCurrentInstant().InUtc().Date;
        var to = query.To ?? from.PlusDays(14);
        if (Faults(from, to) is { IsEmpty: false } faults) return Problems.InvalidRequest(faults, 422);
        var answer = await grains.GetGrain<IPlatformGrain>(platformId)
            .FreeSlots(new SlotsAsked(new ServiceId(serviceId), query.Duration, query.Quantity, from, to));
        if (answer.Refusal is { } refusal)
            return Refusal.Of(refusal).AsProblem() with
            {
                Status = refusal.Code == PlatformRefusal.NotOffered
                    ? 404 : Refusals.StatusOf(Refusal.NameOf(refusal.Code)),
            };
        var zone = DateTimeZoneProviders.Tzdb[answer.Platform!.Profile.TimeZone];
        return TypedResults.Ok(new SlotsOfService(
            zone.Id, answer.Duration, [.. answer.Slots.Select(s => Of(s, zone))]));
    }

    private static ImmutableArray<Fault> Faults(LocalDate from, LocalDate to)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (from.Year is < 1970 or > 2999) faults.Add(new Fault("/from", "A date lies between 1970 and 2999."));
        else if (to.Year is < 1970 or > 3000) faults.Add(new Fault("/to", "A date lies between 1970 and 2999."));
        else if (to < from) faults.Add(new Fault("/to", "The last date may not lie before the first."));
        else if (Period.DaysBetween(from, to) > Limits.SlotDays)
            faults.Add(new Fault("/to", $"Ask for at most {Limits.SlotDays} days at once."));
        return faults.ToImmutable();
    }

    public static SlotAnswered Of(Slot slot, DateTimeZone zone) =>
        new(slot.Start.InZone(zone).ToOffsetDateTime(), slot.End.InZone(zone).ToOffsetDateTime(), slot.Free);
}
