using System.Collections.Concurrent;
using NodaTime;

namespace Facilities.Silo.Identity;

/// <summary>
/// Counts failed sign-ins by e-mail address and by network address. Unknown e-mail addresses are counted like known
/// ones, so that being locked says nothing about who has an account.
/// </summary>
public sealed class SignInGuard(IClock clock)
{
    /// <summary>Five wrong passwords leave a guesser no chance and a person with a bad memory a few.</summary>
    public const int FailuresPerAccountMax = 5;

    /// <summary>An office behind one address has more people, hence more typing errors.</summary>
    public const int FailuresPerAddressMax = 30;

    /// <summary>Beyond this many remembered names the oldest are dropped: memory stays bounded under attack.</summary>
    private const int NamesMax = 50_000;

    public static readonly Duration AccountLock = Duration.FromMinutes(5);
    public static readonly Duration AddressLock = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Failures> failures = new(StringComparer.Ordinal);

    private sealed record Failures(int Count, Instant Until);

    /// <summary>How long to wait before the next try; null where one is allowed now.</summary>
    public Duration? Wait(string email, string address)
    {
        var now = clock.GetCurrentInstant();
        var account = Remaining(Account(email), FailuresPerAccountMax, now);
        var network = Remaining(Address(address), FailuresPerAddressMax, now);
        return (account, network) switch
        {
            ({ } a, { } b) => Duration.Max(a, b),
            _ => account ?? network,
        };
    }

    /// <summary>Counts a failure for both the account and the address.</summary>
    public void Failed(string email, string address)
    {
        var now = clock.GetCurrentInstant();
        if (failures.Count >= NamesMax) Forget(now);
        Count(Account(email), now, AccountLock);
        Count(Address(address), now, AddressLock);
    }

    /// <summary>The person got in: earlier typing errors no longer count against the account.</summary>
    public void Succeeded(string email) => failures.TryRemove(Account(email), out _);

    private static string Account(string email) => "account " + email;

    private static string Address(string address) => "address " + address;

    private Duration? Remaining(string name, int max, Instant now) =>
        failures.TryGetValue(name, out var found) && found.Count >= max && found.Until > now ? found.Until - now : null;

    private void Count(string name, Instant now, Duration lasting) => failures.AddOrUpdate(name,
        _ => new Failures(1, now + lasting),
        (_, found) => new Failures(found.Until <= now ? 1 : found.Count + 1, now + lasting));

    private void Forget(Instant now)
    {
        foreach (var (name, found) in failures) if (found.Until <= now) failures.TryRemove(name, out _);
        if (failures.Count >= NamesMax) failures.Clear();
    }
}
