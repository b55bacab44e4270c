using System.Text.Json;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>One stream while its events go by. A check that damage stops is let go; the others go on.</summary>
internal sealed class OpenStream(StreamName name, IEnumerable<StreamProof> checks, Faults faults)
{
    private readonly List<StreamProof> going = [.. checks];
    private long version;
    private Instant last = Instant.MinValue;

    public StreamName Name => name;

    public void See(StoredEvent stored)
    {
        var where = $"{name}#{stored.Version}";
        if (stored.Version != ++version)
        {
            faults.Add("logGap", where, $"version {version} is missing.");
            version = stored.Version;
        }
        if (stored.At < last)
            faults.Add("timeReversed", where, $"it happened at {stored.At}, after an event of {last}.");
        last = stored.At;
        try
        {
            var happened = EventNames.Read(stored.Event);
            foreach (var check in going.ToArray()) Try(check, where, () => check.See(stored, happened));
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            faults.Add("eventUnreadable", where, cause.Message);
        }
    }

    public void Close()
    {
        foreach (var check in going.ToArray()) Try(check, name.Value, check.Finish);
    }

    private void Try(StreamProof check, string where, Action act)
    {
        try
        {
            act();
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            going.Remove(check);
            faults.Add("eventImpossible", where, cause.Message);
        }
    }

    /// <summary>What damaged events make the rules throw.</summary>
    internal static bool IsDamage(Exception cause) => cause is InvalidOperationException or JsonException
        or KeyNotFoundException or ArgumentException or FormatException or NullReferenceException
        or InvalidCastException or OverflowException or IndexOutOfRangeException;
}
