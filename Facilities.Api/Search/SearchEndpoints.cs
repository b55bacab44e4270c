using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Search;
using Facilities.Grains.Services;
using Facilities.Silo.Platforms;
using NodaTime;
using Orleans;

namespace Facilities.Api.Search;

public enum SearchSort { Start, Price }

public sealed record SearchQuery(
    string? Category = null, LocalDate? From = null, LocalDate? To = null, Length? Duration = null,
    string? Country = null,
    ClusterId? Cluster = null, AccountId? AccountId = null, SearchSort Sort = SearchSort.Start, int Limit = 50);

/// <summary>
/// A free slot; <c>accountPays</c> is what it costs the account in the end, <c>paysProviders</c> what is due at the
/// booking: more than that where a programme pays back.
/// </summary>
public sealed record FoundSlotAnswer(
    PlatformId PlatformId, ServiceId ServiceId, OffsetDateTime Start, OffsetDateTime End, int Free, Money Net,
    Money? AccountPays, Money? PaysProviders, string? Reason);

public static class SearchEndpoints
{
    /// <summary>Free slots over every platform at once.</summary>
    public static RouteGroupBuilder MapSearch(this RouteGroupBuilder api)
    {
        api.MapGet("/slots", Find).WithTags("Catalogue").ReadsQuery<SearchQuery>()
            .Answers<Page<FoundSlotAnswer>>().Refuses(400, 401, 404, 422);
        return api;
    }

    private static async Task<IResult> Find(
        HttpContext context, SlotSearch search, Catalogue catalogue, IGrainFactory grains, IClock clock)
    {
        var query = Query.Read<SearchQuery>(context);
        var from = query.From ?? clock.GetCurrentInstant().InUtc().Date;
        var to = query.To ?? from.PlusDays(30);
        if (from.Year is < 1970 or > 2999 || to < from || Period.DaysBetween(from, to) > Limits.SlotDays)
            return Problems.InvalidRequest(
                "/to", $"Ask for at most {Limits.SlotDays} days at once, the last not before the first.", 422);
        AccountView? account = null;
        if (query.AccountId is { } id)
        {
            if (!context.RequiredActor().BelongsTo(OrganisationKind.Sme, id.Value))
                return Problems.NotFound($"There is no account {id} among yours.");
            account = await grains.GetGrain<IAccountGrain>(id.Value).View();
        }
        var found = await search.Find(new SearchRequest(
            query.Category, from, to, query.Duration, query.Country, query.Cluster, query.Sort == SearchSort.Price,
            query.Limit, query.Limit), account, catalogue.Platforms);
        return TypedResults.Ok(Page.Whole(found.Select(Of)));
    }

    private static FoundSlotAnswer Of(FoundSlot found)
    {
        var zone = DateTimeZoneProviders.Tzdb[found.Platform.TimeZone];
        return new FoundSlotAnswer(
            found.Platform.Id, found.Service.Id, found.Slot.Start.InZone(zone).ToOffsetDateTime(),
            found.Slot.End.InZone(zone).ToOffsetDateTime(), found.Slot.Free, found.Net, found.Price?.AccountPays,
            found.Price?.PaysProviders, found.Price?.Items[0].Tariff.Reason);
    }
}
