using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Claims;

/// <summary>The moments that a claim is judged by.</summary>
/// <param name="AppliedAt">When the SME applied; null where the funder awarded without an application.</param>
/// <param name="AwardedAt">When the legal right arose.</param>
/// <param name="ExpiresOn">The last day of the voucher.</param>
/// <param name="BookedAt">When the booking was made.</param>
/// <param name="SignedAt">The first binding commitment: when the contract was accepted by both.</param>
/// <param name="DeliveredAt">When the facility recorded the delivery.</param>
/// <param name="InvoicedAt">When the invoice was issued.</param>
/// <param name="AcceptedAt">When the SME accepted it.</param>
/// <param name="ClaimedAt">When the claim was opened.</param>
/// <param name="HasReport">Whether usage was recorded by the facility and accepted by the SME.</param>
public sealed record ClaimMoments(
    Instant? AppliedAt, Instant AwardedAt, LocalDate ExpiresOn, Instant BookedAt, Instant SignedAt,
    Instant DeliveredAt, Instant InvoicedAt, Instant AcceptedAt, Instant ClaimedAt, bool HasReport);

/// <summary>What an officer would check of a claim, checked beforehand; each with what was found.</summary>
public static class ClaimChecks
{
    /// <summary>All checks, in the programme's zone.</summary>
    /// <param name="terms">The rules as the voucher was awarded under.</param>
    /// <param name="moments">When what happened.</param>
    /// <param name="places">Where the SME is on the day, for programmes that ask at payment; null for others.</param>
    public static ImmutableArray<RuleCheck> Of(ProgrammeTerms terms, ClaimMoments moments, Places? places = null) =>
    [
        Start(terms, moments), Inside(terms, moments), Period(terms, moments), Report(moments),
        .. places is not null && terms.EffectiveRules.RegionTestedAt == TestTime.Payment
            ? [Eligibility.Region(terms, places)]
            : Array.Empty<RuleCheck>(),
    ];

    private static RuleCheck Start(ProgrammeTerms terms, ClaimMoments moments)
    {
        var (from, what) = terms.EffectiveRules.Start switch
        {
            StartRule.Award => (moments.AwardedAt, "the award"),
            StartRule.Application => (moments.AppliedAt ?? moments.AwardedAt, "the application"),
            _ => (Instant.MinValue, ""),
        };
        var passed = moments.SignedAt >= from;
        return new(
            "retroactiveStart", passed, what.Length == 0
                ? "The programme lets work begin at any time."
                : $"The contract was accepted on {Time(terms, moments.SignedAt)}, {what} was on {Time(terms, from)}.",
            "start rule of the programme",
            passed ? null : $"Work that was ordered before {what} cannot be funded.");
    }

    private static RuleCheck Inside(ProgrammeTerms terms, ClaimMoments moments)
    {
        var (at, what) = terms.EffectiveRules.Inside switch
        {
            UseInside.Delivered => (moments.DeliveredAt, "delivered"),
            UseInside.Invoiced => (moments.InvoicedAt, "invoiced"),
            UseInside.Claimed => (moments.ClaimedAt, "claimed"),
            _ => (moments.BookedAt, "booked"),
        };
        var passed = at.InZone(Zone(terms)).Date <= moments.ExpiresOn;
        return new(
            "insideValidity", passed,
            $"It was {what} on {Time(terms, at)}; the voucher was valid until {Words.Day(moments.ExpiresOn)}.",
            "validity of the voucher", passed ? null : $"What is not {what} in time is the SME's to pay.");
    }

    private static RuleCheck Period(ProgrammeTerms terms, ClaimMoments moments)
    {
        var last = moments.AcceptedAt.InZone(Zone(terms)).Date.PlusDays(terms.ClaimDays);
        var passed = moments.ClaimedAt.InZone(Zone(terms)).Date <= last;
        return new(
            "claimPeriod", passed,
            $"It was claimed on {Time(terms, moments.ClaimedAt)}; claims are made until {Words.Day(last)}, "
                + $"{Words.Count(terms.ClaimDays, "day")} after acceptance.",
            "claim period of the programme", passed ? null : "Only the funder may accept a late claim.");
    }

    private static RuleCheck Report(ClaimMoments moments) => new(
        "report", moments.HasReport,
        moments.HasReport
            ? "The facility recorded the usage and the SME accepted it."
            : "The usage was not recorded by the facility and accepted by the SME.",
        "report of both sides", moments.HasReport ? null : "Ask the facility and the SME for it.");

    private static string Time(ProgrammeTerms terms, Instant at) => Words.Time(at, Zone(terms));

    private static DateTimeZone Zone(ProgrammeTerms terms) => DateTimeZoneProviders.Tzdb[terms.TimeZone];
}
