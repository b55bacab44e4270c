using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Verification;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.MoneyProofs;

/// <summary>
/// No aid that was granted exceeded the ceiling of its act with what had been granted before, reckoned here from the
/// entries alone; and each grant is one that a programme awarded.
/// </summary>
internal sealed class UndertakingCheck(StreamName stream, Statements statements, Faults faults) : StreamProof
{
    /// <summary>The part that programme and register both speak of.</summary>
    public const string Part = "grant aid";

    /// <summary>The part that both speak of where less counts than was granted.</summary>
    public const string LoweredPart = "lowered aid";

    private readonly Dictionary<string, AidEntry> entries = [];

    /// <summary>What is said of: the voucher as aid.</summary>
    public static string About(string voucher) => $"aid/{voucher}";

    /// <summary>A grant in one text, alike in the programme and in the register.</summary>
    public static string Aid(string beneficiary, Money amount) => $"{amount} for {beneficiary}";

    private const decimal FreeOfCeiling = 50;

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case AidGranted e:
                Judge(stored, e.Entry);
                entries[e.Entry.Id] = e.Entry;
                if (e.Entry.Source == AidSource.Voucher)
                    statements.Say(
                        About(e.Entry.Id), Part, Side.Holder, Aid(e.Entry.Beneficiary.Value, e.Entry.Euros));
                break;
            case AidRecorded e:
                entries[e.Entry.Id] = e.Entry;
                break;
            case AidDeclared e:
                foreach (var old in entries.Values.Where(
                    held => held.Source == AidSource.Declared && held.Beneficiary == e.Beneficiary).ToArray())
                    entries.Remove(old.Id);
                foreach (var entry in e.Entries) entries[entry.Id] = entry;
                break;
            case AidReduced e:
                entries[e.Entry] = entries[e.Entry] with { Used = e.Used };
                if (entries[e.Entry].Source == AidSource.Voucher)
                    statements.Say(About(e.Entry), LoweredPart, Side.Holder, $"{e.Used}");
                break;
            case UndertakingJoined e:
                foreach (var held in e.Entries) entries[held.Entry.Id] = held.Entry;
                break;
        }
    }

    /// <summary>The cautious window: what was granted exactly three years before counts, too.</summary>
    private void Judge(StoredEvent stored, AidEntry granted)
    {
        if (granted.Basis == AidBasis.MinimalFinancialAssistance || AidCeiling.Of(granted.Basis) is not { } ceiling)
            return;
        // Half of the cost counts for what pays more, and has no ceiling itself.
        if (granted is { Basis: AidBasis.InnovationAid, Rate.Value: <= FreeOfCeiling }) return;
        var from = granted.GrantedOn.PlusYears(-3);
        var sum = granted.Euros.Minor + entries.Values
            .Where(e => e.Country == granted.Country && e.Basis == granted.Basis && e.GrantedOn >= from
                && e.GrantedOn <= granted.GrantedOn)
            .Sum(e => e.Counts.Minor);
        if (sum > ceiling.Minor)
            faults.Add(
                "aidCeilingExceeded", $"{stream}#{stored.Version}",
                $"{sum} cents of aid count on {granted.GrantedOn:uuuu-MM-dd} of at most {ceiling.Minor}.");
    }
}
