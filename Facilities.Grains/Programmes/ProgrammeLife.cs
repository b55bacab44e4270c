using System.Collections.Immutable;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>How far a programme has come.</summary>
public enum ProgrammeStatus
{
    /// <summary>Only its funder sees it.</summary>
    Draft,
    /// <summary>It awards vouchers.</summary>
    Published,
    /// <summary>It awards nothing any more.</summary>
    Closed,
}

/// <summary>The editions of a programme's terms, and whether it is a draft, published or closed.</summary>
/// <param name="Draft">What nobody but the funder sees; null once it was published.</param>
/// <param name="Editions">The terms as published, then after each change.</param>
/// <param name="Written">How often the terms were written; what an entity tag shows.</param>
/// <param name="ClosedAt">When it was closed; null while it is open.</param>
public sealed record ProgrammeLife(
    ProgrammeTerms? Draft, ImmutableArray<ProgrammeTerms> Editions, int Written, Instant? ClosedAt)
{
    /// <summary>A programme that nobody wrote.</summary>
    public static readonly ProgrammeLife Unwritten = new(null, [], 0, null);

    /// <summary>How far it has come; null where nobody wrote it.</summary>
    public ProgrammeStatus? Status => ClosedAt is not null ? ProgrammeStatus.Closed
        : !Editions.IsEmpty ? ProgrammeStatus.Published
        : Draft is not null ? ProgrammeStatus.Draft
        : null;

    /// <summary>The number of the terms that are in force.</summary>
    public int Edition => Editions.Length - 1;

    /// <summary>The life after an event.</summary>
    public static ProgrammeLife Evolve(ProgrammeLife life, ProgrammeEvent happened, Instant at) => happened switch
    {
        ProgrammeDrafted e => life with { Draft = e.Terms, Written = life.Written + 1 },
        ProgrammePublished e => life with
        {
            Draft = null,
            Editions = life.Editions.Add(e.Terms),
            Written = life.Written + 1,
        },
        ProgrammeChanged e => life with { Editions = life.Editions.Add(e.Terms), Written = life.Written + 1 },
        ProgrammeClosed => life with { ClosedAt = at, Written = life.Written + 1 },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} is no event of a programme's life."),
    };
}
