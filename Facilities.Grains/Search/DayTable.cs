using System.Collections.Immutable;

namespace Facilities.Grains.Search;

/// <summary>
/// For each day the first free start of every service, in one byte: quarters of an hour from fourteen hours before the
/// day begins in UTC, so that every zone's day has its place; 255 where nothing is free.
/// </summary>
internal sealed class DayTable
{
    internal const byte Nothing = byte.MaxValue;
    internal const int Quarter = 900;

    private readonly int _first;
    private readonly byte[]?[] _days;
    private readonly int _width;

    internal DayTable(ImmutableArray<ShelfEntry> entries)
    {
        _width = (entries.Length + 63) / 64 * 64;
        _first = entries.Length == 0 ? 0 : entries.Min(e => e.Times.First);
        _days = new byte[]?[entries.Length == 0 ? 0 : entries.Max(e => e.Times.End) - _first];
    }

    internal int First => _first;

    internal int End => _first + _days.Length;

    /// <summary>The row of a day, as wide as whole sixty-fours of services; null where nothing is free.</summary>
    internal byte[]? Row(int day) => day >= _first && day < End ? _days[day - _first] : null;

    /// <summary>The second from which the quarters of a day count; no start of the day lies before it.</summary>
    internal static long Base(int day) => day * 86_400L - 14 * 3_600;

    /// <summary>How much memory the table takes.</summary>
    internal long Bytes => (long)_days.Count(row => row is not null) * _width;

    /// <summary>Whether all days of a service have a place.</summary>
    internal bool Holds(ServiceTimes times) => times.First >= _first && times.End <= End;

    /// <summary>Enters a service anew.</summary>
    /// <param name="ordinal">Which.</param>
    /// <param name="times">When it is free.</param>
    /// <param name="earliest">The first second at which it may start.</param>
    internal void Count(int ordinal, ServiceTimes times, long earliest)
    {
        for (var day = times.First; day < times.End; day++) Enter(ordinal, day, times.On(day, earliest));
    }

    /// <summary>Enters those days of a service anew that became too near.</summary>
    internal void Pass(int ordinal, ServiceTimes times, long before, long earliest)
    {
        var until = Math.Min(times.Zone.DayOf(earliest), times.End - 1);
        for (var day = Math.Max(times.Zone.DayOf(before), times.First); day <= until; day++)
            Enter(ordinal, day, times.On(day, earliest));
    }

    private void Enter(int ordinal, int day, long? start)
    {
        var row = _days[day - _first];
        if (row is null)
        {
            if (start is null) return;
            row = new byte[_width];
            Array.Fill(row, Nothing);
            _days[day - _first] = row;
        }
        row[ordinal] = start is { } second ? (byte)((second - Base(day)) / Quarter) : Nothing;
    }
}
