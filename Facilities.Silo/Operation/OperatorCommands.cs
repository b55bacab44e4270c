using System.Diagnostics;
using Facilities.Grains.Kernel;
using Facilities.Silo.Bench;
using Facilities.Silo.Delivery;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;
using Facilities.Silo.Rebuilding;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Facilities.Silo.Operation;

/// <summary>What an operator can ask the program for; without a command it runs a silo.</summary>
public static class OperatorCommands
{
    /// <summary>It worked.</summary>
    public const int Done = 0;

    /// <summary>It did not: faults were found, or it may not be done here.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int NotUnderstood = 2;

    private const string Usage = """
        Usage: Facilities.Silo [command] [options]

          (no command)           runs a silo until it is stopped
          migrate                brings the database to the schema of this program
          demo                   loads the demonstration into an empty database (never in Production)
          demo --advance P10D    moves the demonstration's clock ahead (never in Production)
          verify                 recomputes what must always hold from the events, and compares the tables with them;
                                 0: no fault, 1: faults, 2: it could not look (verify --help says more)
          rebuild [table...]     makes the projections again from the events (rebuild --help says more)
          backup --to FILE       copies the database to a new file, while everything runs
          restore --from FILE    puts a backup into an empty database, brings it to the schema and verifies it
          rates --from PLACE     takes in reference rates of the European Central Bank from a file or an address
          bench <what>           measures this program on this machine (bench --help says what)

        Options, also from appsettings.json and the environment (Storage__Provider):
          --Storage:Provider=sqlite|postgres
          --Storage:Connection=<connection string>
          --environment=Development|Production
        """;

    /// <summary>Runs one command; answers the exit code.</summary>
    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            return await Carry(args, output, error);
        }
        catch (SchemaTooNewException fault)
        {
            await error.WriteLineAsync(fault.Message);
            return Failed;
        }
    }

    private static async Task<int> Carry(string[] args, TextWriter output, TextWriter error)
    {
        var commands = args.TakeWhile(a => !a.StartsWith('-')).ToArray();
        var options = args.Skip(commands.Length).ToArray();
        if (commands.FirstOrDefault() is "verify" or "rebuild")
            return await Proving.Run(commands, options, output, error);
        if (commands.FirstOrDefault() is "bench") return await Benches.Run(commands[1..], options, output, error);
        if (commands.Length > 1 || options.Contains("--help") || options.Contains("-h"))
        {
            await (commands.Length > 1 ? error : output).WriteLineAsync(Usage);
            return NotUnderstood;
        }
        switch (commands.SingleOrDefault())
        {
            case null: return await RunSilo(options, output);
            case "migrate": return await With(options, services => Migrate(services, output));
            case "demo": return await Demo(options, output, error);
            case "backup":
                return await With(options, services => BackupCommands.Backup(services, options, output, error));
            case "rates": return await With(options, services => TakeRates(services, options, output, error));
            case "restore": return await With(options, services => Restore(services, options, output, error));
            case var unknown:
                await error.WriteLineAsync($"There is no command {unknown}.\n\n{Usage}");
                return NotUnderstood;
        }
    }

    private static async Task<int> TakeRates(
        IServiceProvider services, string[] options, TextWriter output, TextWriter error)
    {
        if (options is not ["--from", var place, ..])
        {
            await error.WriteLineAsync("Say where they are: rates --from eurofxref-daily.xml");
            return NotUnderstood;
        }
        var taken = await services.GetRequiredService<Rates.ExchangeRates>().TakeFrom(place);
        foreach (var fault in taken.Faults.Concat(taken.Changed)) await error.WriteLineAsync(fault);
        await output.WriteLineAsync($"{taken.Added} rates added.");
        return taken.Faults.IsEmpty && taken.Changed.IsEmpty ? Done : Failed;
    }

    private static async Task<int> RunSilo(string[] options, TextWriter output)
    {
        var builder = Builder(options);
        builder.AddDemonstrationClock().AddFacilitiesTimers();
        using var host = builder.Build();
        await Migrate(host.Services, output);
        await Load(host.Services, output);
        host.Services.GetRequiredService<Opening>().Open();
        await host.RunAsync();
        return Done;
    }

    private static async Task<int> Demo(string[] options, TextWriter output, TextWriter error)
    {
        if (AdvanceOf(options) is not { } text) return await With(options, async services =>
        {
            await Migrate(services, output);
            return await Load(services, output);
        });
        if (!Length.TryParse(text, out var by) || by.IsZero)
        {
            await error.WriteLineAsync(
                $"'{text}' is no length: write --advance P10D for ten days or --advance PT4H for four hours.");
            return NotUnderstood;
        }
        return await With(options, services => Advance(services, by, output, error), callsGrains: true);
    }

    private static async Task<int> Migrate(IServiceProvider services, TextWriter output)
    {
        var migrated = await Migrator.Run(services.GetRequiredService<IDialect>());
        await output.WriteLineAsync(migrated.ToString());
        return Done;
    }

    private static async Task<int> Load(IServiceProvider services, TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await DemonstrationLoader.EnsureLoaded(services);
        await output.WriteLineAsync(outcome switch
        {
            DemonstrationOutcome.Loaded => FormattableString.Invariant(
                $"Loaded the demonstration in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s."),
            DemonstrationOutcome.AlreadyThere => "The demonstration is loaded.",
            DemonstrationOutcome.OtherDataThere =>
                "The database holds other data, so the demonstration was not loaded.",
            _ => "The demonstration is never loaded in production.",
        });
        return outcome is DemonstrationOutcome.Loaded or DemonstrationOutcome.AlreadyThere ? Done : Failed;
    }

    private static async Task<int> Advance(IServiceProvider services, Length by, TextWriter output, TextWriter error)
    {
        if (services.GetRequiredService<IHostEnvironment>().IsProduction())
        {
            await error.WriteLineAsync("The clock is never moved in production.");
            return Failed;
        }
        await Migrator.Run(services.GetRequiredService<IDialect>());
        var now = await DemonstrationClock.Advance(services, by);
        var woken = await services.GetRequiredService<DuePump>().RunOnce();
        await output.WriteLineAsync(
            $"Moved the clock of the demonstration by {by}: it is {now} now. "
            + $"{woken} bookings or programmes had work due.");
        return Done;
    }

    private static async Task<int> Verify(IServiceProvider services, TextWriter output) =>
        await services.GetRequiredService<Verifier>().Run(output) == 0 ? Done : Failed;

    private static async Task<int> Restore(
        IServiceProvider services, string[] options, TextWriter output, TextWriter error)
    {
        var restored = await BackupCommands.Restore(services, options, output, error);
        if (restored != Done) return restored;
        await Migrate(services, output);
        return await Verify(services, output);
    }

    internal static async Task<int> With(
        string[] options, Func<IServiceProvider, Task<int>> act, bool callsGrains = false)
    {
        using var host = Builder(options).Build();
        if (callsGrains) await host.StartAsync();
        var code = await act(host.Services);
        if (callsGrains) await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        return code;
    }

    private static HostApplicationBuilder Builder(string[] options)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = WithoutAdvance(options),
            EnvironmentName = DefaultEnvironment.For(options),
        });
        // What the commands say must not drown in what the machinery says.
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddFacilities();
        builder.Services.AddIdentityStores();
        builder.Services.AddSingleton<Verifier>();
        builder.Services.AddSingleton<Rebuilder>();
        return builder;
    }

    private static string? AdvanceOf(string[] options)
    {
        var index = Array.FindIndex(
            options, o => o == "--advance" || o.StartsWith("--advance=", StringComparison.Ordinal));
        if (index < 0) return null;
        return options[index].Contains('=', StringComparison.Ordinal) ? options[index]["--advance=".Length..]
            : index + 1 < options.Length ? options[index + 1] : "";
    }

    private static string[] WithoutAdvance(string[] options)
    {
        var index = Array.IndexOf(options, "--advance");
        return index < 0 ? options : [.. options[..index], .. options.Skip(index + 2)];
    }
}
