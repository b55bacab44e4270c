using System.Globalization;
using Facilities.Tests.TestKit;
using NodaTime;

namespace Facilities.Tests.Crashes;

/// <summary>What the crash tests share: who books what, for how long, and under which seed.</summary>
internal static class Trial
{
    public static readonly (string Login, string Id)[] Accounts =
    [
        ("sme.berlin", "spree-diagnostics"), ("sme.potsdam", "havel-biologics"), ("sme.paris", "seine-therapeutics"),
        ("sme.cuneo", "langhe-biotech"), ("sme.debrecen", "tisza-devices"),
    ];

    // Platforms that have signed a standing offer and approve by themselves, with one unit and with several.
    private static readonly Wish[] Services =
    [
        new("biopmed-imaging", "mri-half-day", "", "PT4H"), new("biocat-structural", "crystal-screen", "", "PT2H"),
        new("genopole-cytometry", "sorting", "", "PT2H"), new("biopmed-devices", "bench-day", "", "PT10H"),
    ];

    /// <summary>Minutes of the long form, from CRASH_MINUTES; null in the short one.</summary>
    public static double? LongMinutes => Number("CRASH_MINUTES");

    /// <summary>Another each time, unless CRASH_SEED names one.</summary>
    public static int Seed => (int)(Number("CRASH_SEED") ?? Random.Shared.Next(1_000_000));

    public static TimeSpan Torment(double seconds) => TimeSpan.FromSeconds(LongMinutes * 60 ?? seconds);

    /// <summary>The slots that everybody wants, a list for each service.</summary>
    public static async Task<Wish[][]> Wishes(Marketplace market, int each)
    {
        var client = await market.As(Accounts[0].Login);
        var today = SystemClock.Instance.GetCurrentInstant().InUtc().Date;
        string Day(int days) => (today + Period.FromDays(days)).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
        return await Task.WhenAll(Services.Select(async service =>
            (await client.Slots(service, Day(25), Day(85)))
            .Take(each).Select(slot => service with { Start = slot!.Text("start") }).ToArray()));
    }

    /// <summary>As many who book as given, some of them for the same account.</summary>
    public static Booker[] Bookers(int count, Marketplace market, Register register, Wish[][] wishes, int seed) =>
        [.. Enumerable.Range(0, count).Select(n => new Booker(market, register, wishes,
            Accounts[n % Accounts.Length].Login, Accounts[n % Accounts.Length].Id, seed * 100 + n))];

    /// <summary>Lets people book while something happens, and a little longer; answers what they were told.</summary>
    public static async Task<int> While(Booker[] bookers, Register register, Func<Task> happens)
    {
        using var over = new CancellationTokenSource();
        var booking = bookers.Select(b => b.Run(over.Token)).ToArray();
        try
        {
            await happens();
            var before = register.Answers.Count;
            var patience = SystemClock.Instance.GetCurrentInstant() + Duration.FromSeconds(90);
            while (register.Answers.Count < before + bookers.Length
                && SystemClock.Instance.GetCurrentInstant() < patience) await Task.Delay(100);
            await over.CancelAsync();
            await Task.WhenAll(booking);
            return register.Answers.Count - before;
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private static double? Number(string variable) =>
        double.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
