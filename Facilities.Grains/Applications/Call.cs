using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Applications;

/// <summary>A time in which a programme takes applications.</summary>
public readonly record struct CallId(string Value) : IId<CallId>
{
    /// <inheritdoc/>
    public static CallId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>How a call chooses among applications.</summary>
public enum CallKind
{
    /// <summary>In the order in which complete applications come, until the money ends.</summary>
    FirstCome,
    /// <summary>By the points of assessors, after the call has closed.</summary>
    Ranked,
}

/// <summary>What assessors give points for.</summary>
/// <param name="Id">Unique within the call.</param>
/// <param name="Name">As people read it.</param>
/// <param name="Weight">How much it counts beside the others, 1 to 100.</param>
/// <param name="Most">The most points, 1 to 100.</param>
public sealed record Criterion(string Id, string Name, int Weight, int Most);

/// <summary>Somebody of the funder who gives points.</summary>
public sealed record Assessor(PersonId Person, string Name);

/// <summary>A call of a programme.</summary>
/// <param name="Id">The call.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Opens">In the programme's zone; applications are taken from then on.</param>
/// <param name="Closes">In the programme's zone; not any more then.</param>
/// <param name="Kind">How it chooses.</param>
/// <param name="Share">The most that it may award of the programme's budget; null where all of it.</param>
/// <param name="Criteria">What points are given for; of a ranked call.</param>
/// <param name="Assessors">Who gives them; of a ranked call.</param>
public sealed record Call(
    CallId Id, string Name, LocalDateTime Opens, LocalDateTime Closes, CallKind Kind, Money? Share,
    ImmutableArray<Criterion> Criteria, ImmutableArray<Assessor> Assessors)
{
    /// <summary>The instant at which it opens.</summary>
    public Instant OpensAt(ProgrammeTerms terms) => At(Opens, terms);

    /// <summary>The instant at which it closes.</summary>
    public Instant ClosesAt(ProgrammeTerms terms) => At(Closes, terms);

    /// <summary>Whether it takes applications at an instant.</summary>
    public bool IsOpenAt(Instant now, ProgrammeTerms terms) => now >= OpensAt(terms) && now < ClosesAt(terms);

    private static Instant At(LocalDateTime local, ProgrammeTerms terms) =>
        local.InZoneLeniently(DateTimeZoneProviders.Tzdb[terms.TimeZone]).ToInstant();
}
