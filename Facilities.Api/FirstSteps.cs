using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Facilities.Api;

/// <summary>What stands between a build and the first visitor: the data, and a word on where to look.</summary>
public static partial class FirstSteps
{
    /// <summary>
    /// Brings the database to this program's schema. What the demonstration needs is loaded while visitors are listened
    /// to; see <see cref="Starting.DemonstrationStart"/>.
    /// </summary>
    public static async Task PrepareData(this WebApplication app)
    {
        var migrated = await Migrator.Run(app.Services.GetRequiredService<IDialect>());
        if (!migrated.Newer.IsEmpty || !migrated.Left.IsEmpty) LogNewer(app.Logger, migrated);
        if (!await DemonstrationLoader.IsWanted(app.Services)) app.Services.GetRequiredService<Opening>().Open();
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

    [LoggerMessage(LogLevel.Warning, "{Schema}")]
    private static partial void LogNewer(ILogger logger, Migrated schema);
}

/// <summary>Whether more than the first page is answered: once the data is in.</summary>
public sealed class Readiness(Opening opening)
{
    public bool IsReady => opening.IsOpen;

    public DemonstrationOutcome Demonstration { get; set; }
}
