using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>What lists, deadlines and exports see of the aid register.</summary>
public static class UndertakingRows
{
    /// <summary>The rows of what changed. A closed register has none: its entries stand in the other's.</summary>
    public static ImmutableArray<RowWrite> Of(string undertaking, UndertakingState before, UndertakingState after)
    {
        var rows = ImmutableArray.CreateBuilder<RowWrite>();
        if (after.ClosedInto is not null)
            return before.ClosedInto is not null ? []
                : [.. before.Entries.Keys.Select(id => new RowWrite("aid_entries", Key(undertaking, id), null))];
        foreach (var (id, held) in after.Entries)
            if (!before.Entries.TryGetValue(id, out var old) || !ReferenceEquals(old, held))
                rows.Add(Row.Of(
                    "aid_entries", Key(undertaking, id), ("undertaking", undertaking[(undertaking.IndexOf('/') + 1)..]),
                    ("beneficiary", held.Entry.Beneficiary.Value), ("country", held.Entry.Country),
                    ("programme_id", held.Entry.Programme?.Value), ("granted_on", Words.IsoDay(held.Entry.GrantedOn)),
                    ("register_by", ToDoBy(held) is { } by ? Words.IsoDay(by) : null),
                    ("body", JsonSerializer.Serialize(held, Json.Options))));
        foreach (var id in before.Entries.Keys.Where(id => !after.Entries.ContainsKey(id)))
            rows.Add(new RowWrite("aid_entries", Key(undertaking, id), null));
        return rows.ToImmutable();
    }

    /// <summary>
    /// By when an officer has to enter it; the day of the grant, which is long past, where the entry is wrong; null
    /// where nothing is to be done.
    /// </summary>
    private static LocalDate? ToDoBy(RegisteredAid held) => held.NeedsCorrection ? held.Entry.GrantedOn
        : held.Reference is null ? held.RegisterBy : null;

    private static string Key(string undertaking, string entry) => $"{undertaking}/{entry}";
}
