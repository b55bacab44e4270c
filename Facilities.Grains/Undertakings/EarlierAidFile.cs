using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>Earlier aid as a file of values.</summary>
public static class EarlierAidFile
{
    /// <summary>The columns that must be there.</summary>
    public static readonly ImmutableArray<string> Required =
        ["grantedOn", "amount", "currency", "basis", "authority", "country"];

    /// <summary>The columns that may be there.</summary>
    public static readonly ImmutableArray<string> Optional = ["recipient", "reference", "perEuro"];

    /// <summary>All of it, or every fault by line and column and nothing.</summary>
    public static (ImmutableArray<EarlierAid> Aid, ImmutableArray<CsvFault> Faults) Read(
        CsvTable table, LocalDate today)
    {
        Dictionary<string, int> seen = [];
        var (aid, faults) = table.Each<EarlierAid?>(Required, Optional, cells => One(cells, today, seen));
        return faults.IsEmpty && aid.Length > Limits.DeclaredAids
            ? ([], [new(Limits.DeclaredAids + 2, null, $"At most {Limits.DeclaredAids} lines are declared.")])
            : ([.. aid.OfType<EarlierAid>()], faults);
    }

    /// <summary>A file with what was declared, to be changed and read again.</summary>
    public static byte[] Write(IEnumerable<EarlierAid> declared) => Csv.File(
        [.. Required, .. Optional],
        declared.Select(aid => (IReadOnlyList<string?>)
        [
            Csv.Cell(aid.GrantedOn), Csv.Cell(aid.Amount), aid.Amount.Currency.Code, Refusal.NameOf(aid.Basis),
            aid.Authority, aid.Country, aid.Recipient, aid.Reference,
            aid.PerEuro == 1 ? null : Csv.Cell(aid.PerEuro),
        ]));

    private static EarlierAid? One(CsvCells cells, LocalDate today, Dictionary<string, int> seen)
    {
        var before = cells.Faults;
        var basis = cells.Text("basis");
        if (!Enum.TryParse<AidBasis>(basis, ignoreCase: true, out var act) || basis.All(char.IsAsciiDigit))
        {
            if (basis.Length > 0)
                cells.Fault("basis", $"\"{basis}\" is none of deMinimis, innovationAid, minimalFinancialAssistance.");
            act = AidBasis.DeMinimis;
        }
        var aid = new EarlierAid(
            cells.Day("grantedOn"), cells.Money("amount", "currency"), act, cells.Text("authority"),
            cells.Text("country").ToUpperInvariant(), cells.Optional("recipient"), cells.Optional("reference"),
            cells.Optional("perEuro") is null ? 1 : cells.Number("perEuro"));
        if (cells.Faults > before) return null;
        foreach (var (field, message) in aid.Faults(today)) cells.Fault(field, message);
        if (seen.TryGetValue(aid.Digest, out var line))
            cells.Fault("reference", $"It is the same as line {line}. Give both a reference if they are two.");
        else seen[aid.Digest] = cells.Line;
        return aid;
    }
}
