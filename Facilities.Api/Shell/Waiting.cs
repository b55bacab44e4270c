using System.Collections.Immutable;
using Facilities.Grains.Applications;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using Facilities.Grains.Services;
using Facilities.Grains.Undertakings;
using Facilities.Grains.Waitlist;
using Facilities.Silo.Applications;
using Facilities.Silo.Bookings;
using Facilities.Silo.Platforms;
using Facilities.Silo.Programmes;
using Facilities.Silo.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Shell;

/// <summary>One thing that waits for somebody.</summary>
/// <param name="Step">What is to be done, as a heading: "To sign".</param>
/// <param name="For">The organisation for which it waits.</param>
/// <param name="Due">Until when; null where nothing ends.</param>
public sealed record WaitingThing(
    string Step, Membership For, string Title, string With, string Address, Instant? Due, BookingState? Booking,
    Money? Amount)
{
    /// <summary>Where the due time is said, where there is no booking.</summary>
    public DateTimeZone? Zone { get; init; }
}

/// <summary>What waits for the reader, asked once for the page and its frame.</summary>
public sealed class Waiting(
    BookingLists bookings, ProgrammeLists programmes, ApplicationLists applications, AidRegister register,
    Facilities.Silo.Accounts.VoucherLists vouchers, WaitlistLists waits, WaitlistDesk desk, IGrainFactory grains,
    Say say)
{
    /// <summary>The step of a funder whose aid must soon stand in the central register.</summary>
    public const string ToRegister = "Aid to register";

    /// <summary>The step of a funder to whom companies applied.</summary>
    public const string ToDecide = "Applications to decide";

    private Task<ImmutableArray<WaitingThing>>? _asked;

    public Task<ImmutableArray<WaitingThing>> Of(Actor actor) => _asked ??= Ask(actor);

    private async Task<ImmutableArray<WaitingThing>> Ask(Actor actor)
    {
        var things = ImmutableArray.CreateBuilder<WaitingThing>();
        foreach (var membership in actor.Memberships)
        {
            var found = membership.Kind switch
            {
                OrganisationKind.Sme =>
                    (await bookings.Waiting(new AccountId(membership.OrganisationId), null, say.Now))
                    .Select(b => OfBooking(membership, b)),
                OrganisationKind.Facility =>
                    (await TurnsOf(actor, new PlatformId(membership.OrganisationId)))
                    .Select(b => OfBooking(membership, b)),
                OrganisationKind.Funder => await ClaimsOf(membership),
                _ => [],
            };
            things.AddRange(found.OfType<WaitingThing>());
            if (membership.Kind == OrganisationKind.Sme) things.AddRange(await Offers(actor, membership));
            things.AddRange(await Questions(membership));
            if (membership.Kind == OrganisationKind.Sme) things.AddRange(await ToBePaidBack(membership));
            things.AddRange(await ToPayBack(membership));
            if (membership.Kind == OrganisationKind.Funder) things.AddRange(await ToEnter(membership));
            things.AddRange(await Applications(membership));
            if (membership.Kind == OrganisationKind.Sme) things.AddRange(await Ending(membership));
        }
        return things.ToImmutable();
    }

    /// <summary>Claims to decide, then to pay: as many as anybody sees to before looking again.</summary>
    private async Task<IEnumerable<WaitingThing>> ClaimsOf(Membership membership)
    {
        var programme = new ProgrammeId(membership.OrganisationId);
        ClaimStanding[] claims =
        [
            .. await programmes.Claims(programme, ClaimStatus.Open, Limits.PageMax),
            .. await programmes.Claims(programme, ClaimStatus.Approved, Limits.PageMax),
        ];
        if (claims.Length == 0) return [];
        var names = (await vouchers.Accounts(claims.Select(c => c.Claim.Account).Distinct()))
            .ToDictionary(a => a.Id, a => a.Name);
        return claims.Select(c => OfClaim(
            membership, c, names.GetValueOrDefault(c.Claim.Account, c.Claim.Account.Value)));
    }

    /// <summary>What waits for a platform, without requests that others of it decide on.</summary>
    private async Task<IEnumerable<BookingState>> TurnsOf(Actor actor, PlatformId platform)
    {
        var waiting = await bookings.Waiting(null, platform, say.Now);
        if (await grains.GetGrain<IPlatformGrain>(platform.Value).Approvers() is null) return waiting;
        var (parts, mine) = (new ApprovalParts(grains), new List<BookingState>());
        foreach (var booking in waiting)
            if (booking.Status != BookingStatus.AwaitingApproval || ApprovalTurns.Of(
                booking, await parts.Of(booking, platform), actor, say.Now).ByName is not null) mine.Add(booking);
        return mine;
    }

    /// <summary>Time that is held for an account from waitlists.</summary>
    private async Task<IEnumerable<WaitingThing>> Offers(Actor actor, Membership membership)
    {
        var account = new AccountId(membership.OrganisationId);
        return from waited in await desk.Of(actor, account, await waits.PlatformsOf(account))
               where waited.Wish.Entry.IsOffered
               let profile = waited.Platform.Profile
               let offer = waited.Wish.Entry.Offer!
               let zone = DateTimeZoneProviders.Tzdb[profile.TimeZone]
               select new WaitingThing(
                   "Offered to you", membership,
                   waited.Platform.Services.FirstOrDefault(s => s.Id == waited.Wish.Entry.Service)?.Name ?? "A slot",
                   $"{profile.Name}, {say.Range(offer.Slot.Busy.Start, offer.Slot.Busy.End, zone)}", "/waitlist",
                   offer.Until, null, null)
               { Zone = zone };
    }

    /// <summary>Vouchers that the account was reminded of, since they end soon and something is left.</summary>
    private async Task<IEnumerable<WaitingThing>> Ending(Membership membership) =>
        (await vouchers.OfAccount(new AccountId(membership.OrganisationId)))
        .Where(v => v is { Reminded: not null, End: null } && v.Available.IsPositive && v.IsValidAt(say.Now))
        .Select(v => new WaitingThing(
            "To use before it ends", membership, v.Programme.Name, v.Programme.Funder, "/vouchers", v.EndOfLastDay,
            null, v.Available)
        { Zone = v.Zone });

    /// <summary>Questions of funders about claims of an account or a platform.</summary>
    private async Task<IEnumerable<WaitingThing>> Questions(Membership membership)
    {
        if (membership.Kind is not (OrganisationKind.Sme or OrganisationKind.Facility)) return [];
        var isAccount = membership.Kind == OrganisationKind.Sme;
        return (await programmes.Asked(
            isAccount ? new AccountId(membership.OrganisationId) : null,
            isAccount ? null : new PlatformId(membership.OrganisationId))).Select(asked => new WaitingThing(
                "To answer", membership, asked.Standing.Claim.Evidence.Service,
                asked.Standing.Questions!.Value[^1].Text,
                $"/programmes/{asked.Programme}/claims/{asked.Standing.Claim.Id}", null, null,
                isAccount ? asked.Standing.Claim.Amount : asked.Standing.Claim.InOrder));
    }

    /// <summary>Claims that pay the account back, as long as it did not say where.</summary>
    private async Task<IEnumerable<WaitingThing>> ToBePaidBack(Membership membership)
    {
        var things = new List<WaitingThing>();
        foreach (var (programme, standing) in await programmes.Undecided(new AccountId(membership.OrganisationId)))
            if ((standing.Payout?.Account is null || standing.Payout.CameBack)
                && ClaimAccountDecisions.MayState(standing)
                && (await programmes.Find(programme))?.PaymentMode.PaysAccount() == true)
                things.Add(new WaitingThing(
                    "To be paid back", membership, standing.Claim.Evidence.Service, "Say on which account",
                    $"/programmes/{programme}/claims/{standing.Claim.Id}", null, null, standing.Claim.Amount));
        return things;
    }

    /// <summary>What a company or a facility owes back to a funder.</summary>
    private async Task<IEnumerable<WaitingThing>> ToPayBack(Membership membership) =>
        membership.Kind is not (OrganisationKind.Sme or OrganisationKind.Facility) ? [] :
            from owed in await programmes.OwedBack(membership.OrganisationId)
            from debt in owed.Standing.OpenDebts
            let what = owed.Standing.Claim.Advance is null ? "Of a claim" : "Of an advance"
            select new WaitingThing(
                "To pay back", membership, owed.Standing.Claim.Evidence.Service,
                $"{what}, until {say.Day(debt.DueOn)}",
                $"/programmes/{owed.Programme}/claims/{owed.Standing.Claim.Id}", null, null, debt.OpenTransfer);

    /// <summary>Aid whose entry in the central register is urgent, or wrong.</summary>
    private async Task<IEnumerable<WaitingThing>> ToEnter(Membership membership)
    {
        var id = new ProgrammeId(membership.OrganisationId);
        if (await programmes.Find(id) is not { } terms) return [];
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        var today = say.Now.InZone(zone).Date;
        return (await register.Pressing(id, today, Limits.PageMax))
            .Select(a => new WaitingThing(
                ToRegister, membership, a.Held.NeedsCorrection ? "Correct the entry" : "Enter the award", a.Name,
                $"/programmes/{id}/aid-register", a.Held.RegisterBy is { } by && !a.Held.NeedsCorrection
                    ? by.PlusDays(1).AtStartOfDayInZone(zone).ToInstant() : null, null, a.Held.Entry.Counts)
            {
                Zone = zone,
            });
    }

    /// <summary>Applications that a funder decides, and those in which a company must send what is missing.</summary>
    private async Task<IEnumerable<WaitingThing>> Applications(Membership membership) => membership.Kind switch
    {
        OrganisationKind.Funder =>
            from application in await applications.OfProgramme(
                new ProgrammeId(membership.OrganisationId), Refusal.NameOf(ApplicationStatus.Submitted),
                most: Limits.PageMax)
            select new WaitingThing(
                ToDecide, membership, application.AccountName, application.Purpose,
                $"/programmes/{membership.OrganisationId}/applications/{application.Id}", null, null,
                application.Amount),
        OrganisationKind.Sme =>
            from listed in await applications.OfAccount(new AccountId(membership.OrganisationId))
            where listed.Application.Status == ApplicationStatus.Incomplete
            select new WaitingThing(
                "To complete", membership, "Application for a voucher", listed.Application.Completion!.Question,
                $"/programmes/{listed.Programme}/applications/{listed.Application.Id}", null, null,
                listed.Application.Amount),
        _ => [],
    };

    private static WaitingThing? OfBooking(Membership membership, BookingState booking)
    {
        var step = (membership.Kind, booking.Status) switch
        {
            (OrganisationKind.Sme, BookingStatus.Held or BookingStatus.AwaitingSignature)
                when booking.PreparedBy is not null && !booking.HasSigned(membership.OrganisationId) =>
                "Prepared for you",
            (_, BookingStatus.Held or BookingStatus.AwaitingSignature) =>
                booking.HasSigned(membership.OrganisationId) ? null : "To sign",
            (_, BookingStatus.AwaitingApproval) => "To approve",
            (_, BookingStatus.AwaitingPayment) => "To pay",
            (OrganisationKind.Sme, BookingStatus.Delivered) => "To accept",
            (OrganisationKind.Facility, BookingStatus.Confirmed) => "To deliver",
            (OrganisationKind.Facility, BookingStatus.Accepted) => "Payments to record",
            (OrganisationKind.Sme, BookingStatus.Accepted) => "To pay instead of the funder",
            _ => null,
        };
        if (step is null) return null;
        var with = membership.Kind == OrganisationKind.Facility
            ? booking.Account!.Name
            : Words.List([.. booking.Platforms.Select(p => $"{p.Name}, {p.City}")]);
        return new WaitingThing(step, membership, Words.List([.. booking.Items.Select(i => i.Name)]), with,
            $"/bookings/{booking.Id}", booking.IsBeforeConfirmation ? booking.HeldUntil : booking.AcceptBy, booking,
            AmountOf(membership, booking));
    }

    /// <summary>What the step is about: the open invoices, the SME's share, or what the facility earns.</summary>
    private static Money AmountOf(Membership membership, BookingState booking) =>
        booking.Status == BookingStatus.Accepted
            ? Money.Sum(
                (membership.Kind == OrganisationKind.Facility
                    ? booking.Invoices.Where(i => !i.Paid).Select(i => i.ToPay) : [])
                .Concat(Obligations.Of(booking).Where(o => !o.Paid).Select(o => o.Amount)), booking.Quote!.Currency)
            : membership.Kind == OrganisationKind.Facility ? Crediting.PriceOf(booking).Totals.Net
            : Crediting.PriceOf(booking).PaysProviders;

    private static WaitingThing OfClaim(Membership membership, ClaimStanding standing, string company) => new(
        standing.Status == ClaimStatus.Open ? "Claims to decide" : "Claims to pay", membership,
        (standing.Claim.Advance is null ? "" : "Advance: ") + standing.Claim.Evidence.Service, company,
        $"/programmes/{membership.OrganisationId}/claims/{standing.Claim.Id}", null, null, standing.Claim.Amount);
}
