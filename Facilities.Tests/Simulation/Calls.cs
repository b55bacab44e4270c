using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>One item that a client wants.</summary>
internal sealed record Wish(Offer Offer, ItemId Item, Instant Start, Length Duration, int Quantity)
{
    /// <summary>When it ends, where the rest of it was given back.</summary>
    public Instant? Until { get; init; }

    public Instant End => Until ?? Offer.End(Start, Duration);
}

/// <summary>How a call ended, as its caller sees it.</summary>
internal enum Outcome
{
    /// <summary>No answer yet, or none that says whether it was carried out.</summary>
    Unknown,
    Accepted,
    Refused,
}

/// <summary>One call of a client with what it was answered: all that the auditor is told besides the log.</summary>
/// <param name="Number">In the order of asking.</param>
/// <param name="Kind">The command's name.</param>
/// <param name="Stream">Whom it was asked of.</param>
/// <param name="Command">The content; a repeat is the same object.</param>
/// <param name="Asked">When, by the true clock.</param>
internal sealed record Call(int Number, string Kind, StreamName Stream, Command Command, Instant Asked)
{
    public Outcome Outcome { get; set; }

    /// <summary>When it was answered, or given up.</summary>
    public Instant Answered { get; set; } = Instant.MaxValue;

    /// <summary>The refusal's name.</summary>
    public string? Refusal { get; set; }

    /// <summary>The item that the refusal points at.</summary>
    public string? Pointer { get; set; }

    /// <summary>What was wanted, where slots are.</summary>
    public ImmutableArray<Wish> Wishes { get; init; } = [];

    public override string ToString() =>
        $"call {Number} {Kind} {Command.Id} on {Stream} at {Asked} → {Outcome} {Refusal}";
}

/// <summary>What was read, and between when and when.</summary>
internal sealed record Reading(StreamName Stream, string What, Instant Asked, Instant Answered);

/// <summary>A sealed price that somebody got, or was refused.</summary>
internal sealed record Quoted(ImmutableArray<Wish> Wishes, Instant Asked, Instant Answered, string? Refusal);
