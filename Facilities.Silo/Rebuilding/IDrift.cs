using Facilities.Grains.Runtime;
using Facilities.Silo.Verification;

namespace Facilities.Silo.Rebuilding;

/// <summary>A column of a row that is not as the events say.</summary>
internal sealed record ColumnDrift(string Column, object? Found, object? Wanted)
{
    public override string ToString() => $"{Column} is {Short(Found)}; by the events it is {Short(Wanted)}";

    private static string Short(object? value) =>
        value?.ToString() is { } text ? text.Length <= 60 ? $"'{text}'" : $"'{text[..57]}...'" : "nothing";
}

/// <summary>What becomes of a row that is not as the events say: it is named, or mended.</summary>
internal interface IDrift
{
    void Missing(RowWrite wanted);

    void Differs(RowWrite wanted, IReadOnlyList<ColumnDrift> columns);

    void Stray(string table, string key);

    /// <summary>May write: nothing is being read at the moment.</summary>
    Task Pause();
}

/// <summary>Names what drifted.</summary>
internal sealed class DriftFaults(Faults faults) : IDrift
{
    public void Missing(RowWrite wanted) =>
        faults.Add("projectionMissing", $"{wanted.Table}/{wanted.Key}", "the row is not there.");

    public void Differs(RowWrite wanted, IReadOnlyList<ColumnDrift> columns)
    {
        foreach (var column in columns) faults.Add("projectionDiffers", $"{wanted.Table}/{wanted.Key}", $"{column}.");
    }

    public void Stray(string table, string key) =>
        faults.Add("projectionExtra", $"{table}/{key}", "the row follows from no event.");

    public Task Pause() => Task.CompletedTask;
}
