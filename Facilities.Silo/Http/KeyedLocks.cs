namespace Facilities.Silo.Http;

/// <summary>One lock for each key in use; keys that nobody holds or waits for take no memory.</summary>
internal sealed class KeyedLocks
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private sealed class Entry : IDisposable
    {
        public readonly SemaphoreSlim Gate = new(1);
        public int Users;

        public void Dispose() => Gate.Dispose();
    }

    public async Task<IDisposable> Enter(string key, CancellationToken cancellation)
    {
        Entry entry;
        lock (entries)
        {
            if (!entries.TryGetValue(key, out entry!)) entries[key] = entry = new Entry();
            entry.Users++;
        }
        try
        {
            await entry.Gate.WaitAsync(cancellation);
            return new Held(this, key, entry);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }
    }

    private void Leave(string key, Entry entry)
    {
        lock (entries)
        {
            if (--entry.Users > 0) return;
            entries.Remove(key);
        }
        entry.Dispose();
    }

    private sealed class Held(KeyedLocks locks, string key, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Gate.Release();
            locks.Leave(key, entry);
        }
    }
}
