using System.Reflection;
using NodaTime;

namespace Facilities.Silo.Verification;

/// <summary>What a verification looked at, and with what.</summary>
/// <param name="Sound">Whether there is no fault.</param>
/// <param name="FaultCounts">How often each fault was found.</param>
/// <param name="Notes">How often each thing was found that is worth knowing and no fault.</param>
/// <param name="Events">How many events were replayed.</param>
/// <param name="Streams">Of how many grains.</param>
/// <param name="Rows">How many rows each table has.</param>
/// <param name="At">When it began.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Program">The version of the program.</param>
/// <param name="Schema">The newest migration of the database.</param>
/// <param name="Database">The database's own version.</param>
public sealed record VerificationSummary(
    bool Sound, IReadOnlyDictionary<string, int> FaultCounts, IReadOnlyDictionary<string, int> Notes, long Events,
    long Streams, IReadOnlyDictionary<string, long> Rows, Instant At, double Seconds, string Program, string Schema,
    string Database)
{
    /// <summary>The version of this program.</summary>
    public static string ProgramVersion =>
        typeof(VerificationSummary).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "";
}
