using Facilities.Grains.Availability;
using Facilities.Grains.Kernel;
using Facilities.Grains.Services;
using NodaTime;

namespace Facilities.Grains.Platforms;

/// <summary>
/// Says that an account is qualified for what services of the platform need, or until when from now on.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">A manager of the facility.</param>
/// <param name="Account">Which account.</param>
/// <param name="Qualification">One that a service of the platform needs.</param>
/// <param name="ValidUntil">The last day on which it counts, today or later; null where it does not end.</param>
/// <param name="Note">Such as which training it rests on; may be empty.</param>
public sealed record GrantQualification(
    CommandId Id, Actor By, AccountId Account, string Qualification, LocalDate? ValidUntil, string Note)
    : Command(Id, By);

/// <summary>Takes a qualification back, also one that the account's profile names. What is booked stays.</summary>
public sealed record WithdrawQualification(
    CommandId Id, Actor By, AccountId Account, string Qualification, string Note) : Command(Id, By);

/// <summary>What an account is qualified for at one platform; the newest word of its managers.</summary>
/// <param name="Account">Which account.</param>
/// <param name="Qualification">As services name it.</param>
/// <param name="ValidUntil">The last day on which it counts; null where it does not end.</param>
/// <param name="IsWithdrawn">Whether it was taken back.</param>
/// <param name="Note">What the manager noted.</param>
/// <param name="ByName">Who said so.</param>
/// <param name="At">When.</param>
public sealed record Qualified(
    AccountId Account, string Qualification, LocalDate? ValidUntil, bool IsWithdrawn, string Note, string ByName,
    Instant At)
{
    internal static string Key(AccountId account, string qualification) => $"{account}|{qualification}";
}

/// <summary>Who asks for slots, as far as it matters to a platform.</summary>
/// <param name="Account">Which account.</param>
/// <param name="Qualifications">
/// What its profile names: these count where no manager of the platform has said otherwise, and do not end.
/// </param>
public sealed record Customer(AccountId Account, System.Collections.Immutable.ImmutableArray<string> Qualifications);

public static partial class PlatformDecisions
{
    /// <summary>Decides <see cref="GrantQualification"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, GrantQualification command, Instant now)
    {
        if (NotQualifying(platform, command, command.Note) is { } refusal) return refusal;
        var needed = platform.Services.Values.Select(s => s.Qualification).OfType<string>().Distinct().ToArray();
        if (!needed.Contains(command.Qualification))
            return No(PlatformRefusal.NotValid, $"No service here needs the qualification {command.Qualification}, "
                + $"but {Words.List(needed)}.", "/qualification");
        var today = PlatformClock.DateAt(now, platform.Zone);
        if (command.ValidUntil is { } last && (last < today || !DateRange.Holds(last)))
            return No(PlatformRefusal.NotValid,
                $"The last day is {Words.IsoDay(today)} or later. To end it now, withdraw it.", "/validUntil");
        if (Known(platform, command.Account, command.Qualification) is { IsWithdrawn: false } held
            && held.ValidUntil == command.ValidUntil && held.Note == command.Note)
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;

        // From here on it must succeed.
        return new QualificationGranted(
            command.Account, command.Qualification, command.ValidUntil, command.Note, command.By.Name);
    }

    /// <summary>Decides <see cref="WithdrawQualification"/>.</summary>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, WithdrawQualification command, Instant now)
    {
        if (NotQualifying(platform, command, command.Note) is { } refusal) return refusal;
        var known = Known(platform, command.Account, command.Qualification);
        if (known is { IsWithdrawn: true }) return Decision<PlatformEvent, PlatformRefusal>.Nothing;
        if (known is null && platform.Services.Values.All(s => s.Qualification != command.Qualification))
            return No(PlatformRefusal.NotValid,
                $"No service here needs the qualification {command.Qualification}.", "/qualification");

        // From here on it must succeed.
        return new QualificationWithdrawn(command.Account, command.Qualification, command.Note, command.By.Name);
    }

    /// <summary>
    /// Why a customer's qualification does not do for a slot, which it must through its last day; null where it does.
    /// </summary>
    public static Refused<PlatformRefusal>? Unqualified(
        PlatformState platform, Customer customer, WantedSlot slot, Instant now) =>
        platform.Services.TryGetValue(slot.Service.Value, out var service)
            ? Unqualified(platform, service, customer, slot, now)
            : null;

    private static Refused<PlatformRefusal>? Unqualified(
        PlatformState platform, Service service, Customer customer, WantedSlot slot, Instant now)
    {
        if (service.Qualification is not { } needed) return null;
        var name = platform.Profile!.Name;
        if (Known(platform, customer.Account, needed) is not { } held)
            return customer.Qualifications.Contains(needed) ? null : No(
                PlatformRefusal.QualificationMissing,
                $"{service.Name} is for accounts with the qualification {needed}. Ask {name} how to get it.",
                slot.Item.Value);
        var zone = platform.Zone;
        if (held.IsWithdrawn)
            return No(PlatformRefusal.QualificationMissing,
                $"{service.Name} is for accounts with the qualification {needed}, and {name} withdrew yours on "
                    + $"{Words.Day(PlatformClock.DateAt(held.At, zone))}. Ask {name} how to get it again.",
                slot.Item.Value);
        // What lies beyond all horizons is refused for that.
        var last = PlatformClock.DateAt(slot.Start > SlotRules.LatestStart(service, zone, now)
            ? slot.Start
            : slot.Duration.After(slot.Start, zone) - Duration.Epsilon, zone);
        return held.ValidUntil is { } end && end < last
            ? No(PlatformRefusal.QualificationExpired,
                $"{service.Name} needs the qualification {needed} through {Words.Day(last)}, and yours ends on "
                    + $"{Words.Day(end)}. Choose an earlier time, or ask {name} to renew it.",
                slot.Item.Value)
            : null;
    }

    private static Qualified? Known(PlatformState platform, AccountId account, string qualification) =>
        platform.Qualifications.GetValueOrDefault(Qualified.Key(account, qualification));

    private static Refused<PlatformRefusal>? NotQualifying(PlatformState platform, Command command, string note)
    {
        if (platform.Profile is not { } profile) return Unknown();
        if (!command.By.Has(OrganisationKind.Facility, profile.Id.Value, Role.Manager))
            return No(PlatformRefusal.NotAllowed, "Only a manager of the facility says who is qualified.");
        return note.Length > Limits.TextLength
            ? No(PlatformRefusal.NotValid, $"Write at most {Limits.TextLength} characters.", "/note")
            : null;
    }
}
