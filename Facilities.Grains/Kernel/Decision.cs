using System.Collections.Immutable;

namespace Facilities.Grains.Kernel;

/// <summary>What a person or another grain asks a grain to do.</summary>
/// <param name="Id">Made by the caller; a repeat of the same id and content gets the same answer, once.</param>
/// <param name="By">Who asks.</param>
public abstract record Command(CommandId Id, Actor By);

/// <summary>One fault of an input, with the place it stands at.</summary>
/// <param name="Pointer">A JSON pointer into the request, such as <c>/items/0/start</c>.</param>
/// <param name="Message">What is wrong and what would be accepted.</param>
public sealed record Fault(string Pointer, string Message);

/// <summary>An expected "no": which one, why, and what would change it.</summary>
/// <typeparam name="TRefusal">The grain's closed set of refusals.</typeparam>
/// <param name="Code">Which refusal.</param>
/// <param name="Reason">In words: what happened, why, what to do.</param>
/// <param name="Pointer">The field at fault, where there is one.</param>
public sealed record Refused<TRefusal>(TRefusal Code, string Reason, string? Pointer = null)
    where TRefusal : struct, Enum;

/// <summary>
/// What a rule decides: events that happen, or a refusal.
/// No event and no refusal means: nothing to do, it is so already.
/// </summary>
/// <typeparam name="TEvent">The grain's events.</typeparam>
/// <typeparam name="TRefusal">The grain's refusals.</typeparam>
public readonly record struct Decision<TEvent, TRefusal>(ImmutableArray<TEvent> Events, Refused<TRefusal>? Refusal)
    where TRefusal : struct, Enum
{
    /// <summary>It is so already.</summary>
    public static Decision<TEvent, TRefusal> Nothing => new([], null);

    /// <summary>These events happen.</summary>
    public static implicit operator Decision<TEvent, TRefusal>(TEvent[] events) => new([.. events], null);

    /// <summary>This event happens.</summary>
    public static implicit operator Decision<TEvent, TRefusal>(TEvent happened) => new([happened], null);

    /// <summary>It is refused.</summary>
    public static implicit operator Decision<TEvent, TRefusal>(Refused<TRefusal> refusal) => new([], refusal);
}

/// <summary>A grain's answer to a command, sent only after all that it builds on is durable.</summary>
/// <typeparam name="TRefusal">The grain's refusals.</typeparam>
/// <param name="Refusal">Null where the command was carried out.</param>
public sealed record Reply<TRefusal>(Refused<TRefusal>? Refusal) where TRefusal : struct, Enum
{
    /// <summary>Carried out.</summary>
    public static readonly Reply<TRefusal> Done = new((Refused<TRefusal>?)null);

    /// <summary>Whether the command was carried out.</summary>
    public bool Accepted => Refusal is null;
}
