using Facilities.Grains.Runtime;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Facilities.Api;

/// <summary>What stands between a build and the first visitor: the data, and a word on where to look.</summary>
public static partial class FirstSteps
{
    private static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Brings the database to this program's schema. What the demonstration needs is loaded while visitors are listened
    /// to; see <see cref="Starting.DemonstrationStart"/>. A database that cannot be reached is waited for there, too.
    /// </summary>
    public static async Task PrepareData(this WebApplication app)
    {
        try
        {
            await Prepare(app.Services, app.Logger, app.Lifetime.ApplicationStopping);
        }
        catch (StorageUnavailableException fault)
        {
            app.Services.GetRequiredService<Readiness>().IsDatabaseAway = true;
            LogAway(app.Logger, WaitMin.TotalSeconds, fault.Message);
        }
    }

    /// <summary>
    /// Tries again until the database is there: who starts both at once should not have to start this one twice.
    /// </summary>
    internal static async Task AwaitDatabase(this IServiceProvider services, CancellationToken cancel)
    {
        var readiness = services.GetRequiredService<Readiness>();
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FirstSteps).FullName!);
        for (var wait = WaitMin; readiness.IsDatabaseAway;)
        {
            await Task.Delay(wait, services.GetRequiredService<TimeProvider>(), cancel);
            wait = wait * 2 < WaitMax ? wait * 2 : WaitMax;
            try
            {
                await Prepare(services, log, cancel);
                readiness.IsDatabaseAway = false;
                LogBack(log);
            }
            catch (StorageUnavailableException fault)
            {
                LogAway(log, wait.TotalSeconds, fault.Message);
            }
        }
    }

    private static async Task Prepare(IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        var migrated = await Migrator.Run(services.GetRequiredService<IDialect>(), cancel);
        if (!migrated.Newer.IsEmpty || !migrated.Left.IsEmpty) LogNewer(log, migrated);
        // Read before anything is open, also where the first reading found no database.
        if (!services.GetRequiredService<IHostEnvironment>().IsProduction())
            await services.GetRequiredService<ShiftedClock>().Refresh(services.GetRequiredService<IDatabase>());
        if (!await DemonstrationLoader.IsWanted(services)) services.GetRequiredService<Opening>().Open();
    }

    /// <summary>Prints the address before the loading, which takes some seconds; nothing with <c>Quiet</c>.</summary>
    internal static void SayThatItLoads(this IServiceProvider services)
    {
        if (services.GetRequiredService<IConfiguration>().GetValue<bool>("Quiet")) return;
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Console.WriteLine($"Facilities listens at {string.Join(" and ", addresses)} and loads the demonstration.");
    }

    /// <summary>
    /// Prints the address, and the sign-ins of the demonstration where it is there; nothing with <c>Quiet=true</c>.
    /// </summary>
    public static void SayWhereToLook(this WebApplication app)
    {
        if (app.Configuration.GetValue<bool>("Quiet")) return;
        Console.WriteLine($"Facilities runs at {string.Join(" and ", app.Urls)}");
        if (app.Services.GetRequiredService<Readiness>().Demonstration
            is not (DemonstrationOutcome.Loaded or DemonstrationOutcome.AlreadyThere)) return;
        Console.WriteLine($"Demonstration: sign in as any of these with the password {DemonstrationPeople.Password}");
        foreach (var person in DemonstrationPeople.All)
            Console.WriteLine($"  {person.Email,-46} {person.Organisation}");
        Console.WriteLine("Ctrl+C stops it; the data stays.");
    }

    [LoggerMessage(LogLevel.Warning,
        "The database is not there yet and is asked again in {Seconds} s; until then everything is answered by 503: "
        + "{Reason}")]
    private static partial void LogAway(ILogger logger, double seconds, string reason);

    [LoggerMessage(LogLevel.Warning, "The database is there.")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "{Schema}")]
    private static partial void LogNewer(ILogger logger, Migrated schema);
}

/// <summary>Whether more than the first page is answered: once the data is in.</summary>
public sealed class Readiness(Opening opening)
{
    public bool IsReady => opening.IsOpen;

    /// <summary>Whether the process still waits for its database, as it does where both start at once.</summary>
    public bool IsDatabaseAway { get; set; }

    public DemonstrationOutcome Demonstration { get; set; }
}
