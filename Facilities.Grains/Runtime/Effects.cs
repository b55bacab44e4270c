using System.Collections.Immutable;

namespace Facilities.Grains.Runtime;

/// <summary>What leaves a grain together with its events, in the same transaction.</summary>
/// <param name="Rows">Rows of projections, whole.</param>
/// <param name="Due">Work that falls due, or no longer does.</param>
/// <param name="Outbox">Messages to send after the commit.</param>
public sealed record Effects(
    ImmutableArray<RowWrite> Rows, ImmutableArray<DueWrite> Due, ImmutableArray<OutboxMessage> Outbox)
{
    /// <summary>Nothing but the events.</summary>
    public static readonly Effects None = new([], [], []);

    /// <summary>Rows alone.</summary>
    public static Effects Of(params ImmutableArray<RowWrite> rows) => None with { Rows = rows };
}

/// <summary>An event with its place, as projections that list events need it.</summary>
/// <typeparam name="TEvent">The grain's events.</typeparam>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Event">What happened.</param>
public readonly record struct Placed<TEvent>(long Version, TEvent Event);

/// <summary>Makes rows of projections.</summary>
public static class Row
{
    /// <summary>A row with its columns.</summary>
    public static RowWrite Of(string table, string key, params ReadOnlySpan<(string Column, object? Value)> columns)
    {
        var cells = ImmutableArray.CreateBuilder<KeyValuePair<string, object?>>(columns.Length);
        foreach (var (column, value) in columns) cells.Add(new(column, value));
        return new RowWrite(table, key, cells.MoveToImmutable());
    }
}
