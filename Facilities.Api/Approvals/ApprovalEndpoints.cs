using System.Collections.Immutable;
using Facilities.Api.Bookings;
using Facilities.Api.Http;
using Facilities.Api.Platforms;
using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Services;
using Facilities.Silo.Bookings;
using Facilities.Silo.Identity;
using NodaTime;
using Orleans;

namespace Facilities.Api.Approvals;

/// <summary>A free slot instead of an item's; proposed where the facility named it.</summary>
public sealed record InsteadAnswer(
    ItemId ItemId, PlatformId PlatformId, ServiceId ServiceId, OffsetDateTime Start, OffsetDateTime End, int Free,
    bool Proposed)
{
    public static InsteadAnswer Of(Instead other) => new(
        other.Item, other.Slot.PlatformId, other.Slot.ServiceId, other.Slot.Start, other.Slot.End, other.Slot.Free,
        other.Proposed);
}

public sealed record ReturnedAnswer(FundingKind Kind, string Id, string Name, Money Amount);

/// <summary>Somebody on the waitlist who would be offered the time.</summary>
public sealed record NextAnswer(
    PlatformId PlatformId, AccountId AccountId, string AccountName, ServiceId ServiceId, Instant JoinedAt);

/// <summary>Another request that waits for approval and overlaps in time on a resource.</summary>
public sealed record OtherRequest(
    BookingId BookingId, AccountId AccountId, string AccountName, ItemId ItemId, ServiceId ServiceId,
    OffsetDateTime Start, OffsetDateTime End, Instant? Due);

/// <summary>What becomes of a request that is refused, and what else waits for the same resources.</summary>
public sealed record ConsequencesAnswer(
    ImmutableArray<BookingItemAnswer> Items, ImmutableArray<ReturnedAnswer> Returned, ImmutableArray<NextAnswer> Next,
    ImmutableArray<OtherRequest> Requests);

/// <summary>Who decides, for which services (none means all), and who in their place; by their addresses.</summary>
public sealed record ApproverBody(
    string Email, ImmutableArray<ServiceId>? Services = null, string? DeputyEmail = null, LocalDate? AwayFrom = null,
    LocalDate? AwayUntil = null);

public sealed record ApproversBody(ImmutableArray<ApproverBody> Approvers, int DeputyAfterDays = 1);

public sealed record ApproverAnswer(
    PersonId PersonId, string Name, ImmutableArray<ServiceId> Services, PersonId? DeputyId, string? DeputyName,
    LocalDate? AwayFrom, LocalDate? AwayUntil);

/// <summary>Who approves; where nobody is named for a service, every manager may.</summary>
public sealed record ApproversAnswer(ImmutableArray<ApproverAnswer> Approvers, int DeputyAfterDays)
{
    public static ApproversAnswer Of(ApprovalRules rules) => new(
        [.. rules.Approvers.Select(a => new ApproverAnswer(
            a.Who.Person, a.Who.Name, a.Services, a.Deputy?.Person, a.Deputy?.Name, a.AwayFrom, a.AwayUntil))],
        rules.DeputyAfterDays);
}

public static class ApprovalEndpoints
{
    /// <summary>Who approves at a platform, and what follows from a refusal.</summary>
    public static RouteGroupBuilder MapApprovals(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/platforms/{platformId}/approvers").WithTags("Facility").RequireActor();
        group.MapGet("", Approvers).Answers<ApproversAnswer>().Refuses(401, 403, 404);
        group.MapPut("", Choose).Reads<ApproversBody>()
            .Answers<ApproversAnswer>().Refuses(400, 401, 403, 404, 412, 422);
        return api;
    }

    private static async Task<IResult> Approvers(HttpContext context, IGrainFactory grains, string platformId)
    {
        var (grain, platform) = await Managed(context, grains, platformId);
        context.SetEntityTag(platform.Edition);
        return TypedResults.Ok(ApproversAnswer.Of(await grain.Approvers() ?? ApprovalRules.Anybody));
    }

    private static async Task<IResult> Choose(
        HttpContext context, IGrainFactory grains, People people, string platformId)
    {
        var body = await Body.Read<ApproversBody>(context);
        var (grain, platform) = await Managed(context, grains, platformId);
        var approvers = ImmutableArray.CreateBuilder<Approver>();
        var faults = ImmutableArray.CreateBuilder<Fault>();
        foreach (var (one, index) in body.Approvers.Take(ApprovalRules.ApproversMax + 1).Select((a, i) => (a, i)))
            approvers.Add(new Approver(
                await Manager(people, platformId, one.Email, $"/approvers/{index}/email", faults), one.Services ?? [],
                one.DeputyEmail is { } deputy
                    ? await Manager(people, platformId, deputy, $"/approvers/{index}/deputyEmail", faults)
                    : null, one.AwayFrom, one.AwayUntil));
        var rules = new ApprovalRules(approvers.ToImmutable(), body.DeputyAfterDays);
        if (faults.Count > 0)
            throw new ProblemException(Problems.InvalidRequest(
                [.. faults, .. ApproverFaults.Of(rules, id => platform.Services.Any(s => s.Id == id))], 422));
        (await grain.ChooseApprovers(new ChooseApprovers(
            context.CommandId("approvers"), context.RequiredActor(), rules, context.ExpectedVersion()))).OrThrow();
        return await Approvers(context, grains, platformId);
    }

    internal static async Task<IResult> Consequences(
        HttpContext context, IGrainFactory grains, RefusalDesk desk, BookingLists lists, string id)
    {
        var by = context.RequiredActor();
        var booking = await BookingEndpoints.Seen(context, grains, id);
        if (!booking.Platforms.Any(p => by.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager)))
            return Problems.NotAllowed("Only a manager of the facility sees what a refusal would bring about.");
        var falls = await desk.WouldFall(booking, by);
        var others = await OtherRequests.Of(grains, lists, booking, by);
        var names = await AccountNames.Of(
            grains, falls.Next.Select(n => n.Wish.Entry.Account).Concat(others.Select(o => o.Booking.Account!.Id)));
        return TypedResults.Ok(new ConsequencesAnswer(
            [.. BookingAnswer.Of(booking).Items.Where(i => falls.Items.Any(f => f.Id == i.ItemId))],
            [.. falls.Returned.Select(f => new ReturnedAnswer(f.Kind, f.Id, f.Name, f.Amount))],
            [.. falls.Next.Select(n => new NextAnswer(
                n.Platform, n.Wish.Entry.Account, names[n.Wish.Entry.Account], n.Wish.Entry.Service,
                n.Wish.Entry.JoinedAt))],
            [.. others.Select(o => new OtherRequest(
                o.Booking.Id!.Value, o.Booking.Account!.Id, names[o.Booking.Account.Id], o.Item.Id, o.Item.Service,
                Local(o.Item.Start, o), Local(o.Item.End, o), o.Booking.HeldUntil))]));
    }

    private static OffsetDateTime Local(Instant instant, (BookingState Booking, BookedItem Item) other) =>
        instant.InZone(other.Booking.ZoneOf(other.Item.Id)).ToOffsetDateTime();

    private static async Task<(IPlatformGrain Grain, PlatformView Platform)> Managed(
        HttpContext context, IGrainFactory grains, string platformId)
    {
        if (!Id.IsValid(platformId) || await grains.GetGrain<IPlatformGrain>(platformId).View() is not { } platform)
            throw new ProblemException(Problems.Of(404, "platformUnknown", $"There is no platform {platformId}."));
        return context.RequiredActor().Has(OrganisationKind.Facility, platformId, Role.Manager)
            ? (grains.GetGrain<IPlatformGrain>(platformId), platform)
            : throw new ProblemException(Problems.Of(
                403, "notAllowed", "Only a manager of the facility says who approves."));
    }

    private static async Task<Colleague> Manager(
        People people, string platformId, string email, string pointer, ImmutableArray<Fault>.Builder faults)
    {
        if (await people.FindByEmail(email) is { Actor: var actor }
            && actor.Has(OrganisationKind.Facility, platformId, Role.Manager))
            return new Colleague(actor.Person, actor.Name);
        faults.Add(new Fault(pointer, "No manager of the facility signs in with this address."));
        // Somebody else for each, so that nobody seems to deputise for themselves.
        return new Colleague(new PersonId($"nobody-{faults.Count}"), email);
    }
}

/// <summary>Requests that wait for approval and want a resource at the same time as a booking.</summary>
internal static class OtherRequests
{
    public static async Task<ImmutableArray<(BookingState Booking, BookedItem Item)>> Of(
        IGrainFactory grains, BookingLists lists, BookingState booking, Actor by)
    {
        var found = ImmutableArray.CreateBuilder<(BookingState, BookedItem)>();
        foreach (var platform in booking.Platforms.Where(p =>
            by.Has(OrganisationKind.Facility, p.Id.Value, Role.Manager)))
        {
            var services = (await grains.GetGrain<IPlatformGrain>(platform.Id.Value).View())!.Services
                .ToDictionary(s => s.Id, s => s.Uses);
            var mine = booking.Items.Where(i => i.Platform == platform.Id).ToArray();
            var waiting = await lists.Find(new BookingFilter(
                null, platform.Id, Refusal.NameOf(BookingStatus.AwaitingApproval), mine.Min(i => i.Start),
                mine.Max(i => i.End), null, Limits.PageMax));
            found.AddRange(
                from other in waiting
                where other.Id != booking.Id
                from item in other.Items
                where item.Platform == platform.Id && mine.Any(m => m.Start < item.End && item.Start < m.End
                    && services[m.Service].Intersect(services[item.Service]).Any())
                select (other, item));
        }
        return found.ToImmutable();
    }
}
