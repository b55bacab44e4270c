using System.Collections.Immutable;
using System.Security.Cryptography;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Accounts;
using Facilities.Silo.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Api.Awards;

/// <summary>What a file of awards would do.</summary>
public sealed record AwardImportPreview(
    string File, int Awards, Money? Total, bool IsImported, ImmutableArray<CsvFault> Faults)
{
    /// <summary>By which rate it counts as aid; null where the programme's currency needs none.</summary>
    public AwardRate? Rate { get; init; }

    /// <summary>
    /// Lines of which less is awarded at a lower rate, if those before them are awarded first; none where none is.
    /// </summary>
    public ImmutableArray<LesserLine> Lesser { get; init; } = [];
}

/// <summary>A line that falls back to a lower rate.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Rate">The highest share of the cost that its voucher pays.</param>
/// <param name="Amount">What is awarded instead.</param>
/// <param name="Reason">In words.</param>
public sealed record LesserLine(int Line, Percentage Rate, Money Amount, string Reason);

/// <summary>What a file of awards did; what an aid register refused meanwhile is named.</summary>
public sealed record AwardImportAnswer(string File, int Awards, Money Total, ImmutableArray<CsvFault> Refused);

/// <summary>
/// Awards from a file of values: every bad line is named by line and column, and nothing is done where there is one.
/// </summary>
public sealed class AwardImportDesk(
    IGrainFactory grains, VoucherLists vouchers, AidLists aid, AwardRates rates, IClock clock)
{
    private const int JudgedAtOnce = 50;

    private static readonly string[] Required = ["account", "amount", "currency"];
    private static readonly string[] Optional = ["note", AwardRates.Column, "activity"];

    public async Task<AwardImportPreview> Preview(Actor by, ProgrammeId programme, ReadOnlyMemory<byte> file)
    {
        var (command, rate, judged) = await Read(by, programme, file);
        return new(
            command.File, command.Lines.Length, TotalOf(command, judged.Lesser), await IsImported(programme, command),
            judged.Faults)
        {
            Rate = rate,
            Lesser = judged.Lesser,
        };
    }

    public async Task<Answer<AwardImportAnswer>> Import(Actor by, ProgrammeId programme, ReadOnlyMemory<byte> file)
    {
        var (command, _, (faults, _)) = await Read(by, programme, file);
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        if (!await IsImported(programme, command))
        {
            if (!faults.IsEmpty)
                return Refusal.Of(
                    "notValid", $"Nothing was awarded: {Words.Count(faults.Length, "fault")} in the file.",
                    [.. faults.Select(f => f.ToFault())]);
            if ((await grain.ImportAwards(command)).Refusal is { } refusal) return Refusal.Of(refusal);
        }
        var imported = await grain.Imported(command);
        var awarded = imported.Where(line => line.Refusal is null)
            .Join(command.Lines, line => line.Line, asked => asked.Line, (line, asked) => line.Amount ?? asked.Amount)
            .ToArray();
        return new AwardImportAnswer(
            command.File, awarded.Length, Money.Sum(awarded, (await grain.View())!.Terms.Budget.Currency),
            [
                .. imported.Where(line => line.Refusal is not null).OrderBy(line => line.Line)
                    .Select(line => new CsvFault(line.Line, "amount", line.Refusal!)),
            ]);
    }

    private async Task<(ImportAwards Command, AwardRate? Rate, Judged Judged)> Read(
        Actor by, ProgrammeId programme, ReadOnlyMemory<byte> file)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(file.Span))[..40];
        var known = (await vouchers.Accounts()).ToDictionary(a => a.Id.Value);
        var (lines, faults) = Csv.Read(file.Span).Each(Required, Optional, cells =>
        {
            var account = cells.Text("account");
            if (account.Length > 0 && !known.ContainsKey(account))
                cells.Fault("account", $"There is no account {account}.");
            return new AwardLine(
                cells.Line, new AccountId(account), cells.Money("amount", "currency"), cells.Optional("note") ?? "",
                cells.Optional(AwardRates.Column) is null ? null : cells.Number(AwardRates.Column))
            {
                Activity = Activity(cells, known.GetValueOrDefault(account)),
            };
        });
        var command = new ImportAwards(new CommandId($"import-{hash}-{by.Person}"), by, hash, lines);
        if (faults.IsEmpty && lines.IsEmpty) faults = [new CsvFault(1, null, "The file names no award.")];
        if (!faults.IsEmpty) return (command, null, new(faults, []));
        if (await grains.GetGrain<IProgrammeGrain>(programme.Value).View() is not { } view)
            return (command, null, new([new CsvFault(1, null, "There is no such programme.")], []));
        (command, var rate, faults) = await rates.Give(view.Terms, command);
        return (command, rate, faults.IsEmpty ? await Judge(programme, command, known) : new(faults, []));
    }

    /// <summary>What the rules of the programme and of its aid say of each line.</summary>
    private async Task<Judged> Judge(
        ProgrammeId programme, ImportAwards command, Dictionary<string, AccountProfile> known)
    {
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        if (await grain.View() is not { } view)
            return new([new CsvFault(1, null, "There is no such programme.")], []);
        var faults = ImmutableArray.CreateBuilder<CsvFault>();
        foreach (var line in command.Lines.Where(l => l.Amount.Currency != view.Terms.Budget.Currency))
            faults.Add(new(line.Line, "currency", $"{view.Terms.Name} awards in {view.Terms.Budget.Currency}."));
        foreach (var line in command.Lines.Where(
            l => l.Amount.Currency == view.Terms.CapPerVoucher.Currency
                && (!l.Amount.IsPositive || l.Amount > view.Terms.CapPerVoucher)))
            faults.Add(new(
                line.Line, "amount", $"A voucher is worth up to {Words.Money(view.Terms.CapPerVoucher)}."));
        if (faults.Count > 0) return new(Ordered(faults), []);
        foreach (var refused in await grain.PreviewImport(command))
            faults.Add(new(Line(refused.Pointer) ?? 1, ColumnOf(refused.Code), refused.Reason));
        ImmutableArray<AccountProfile> accounts = [.. known.Values];
        foreach (var some in command.Lines.GroupBy(l => (l.Account, l.Activity)).Chunk(JudgedAtOnce))
            foreach (var found in await Task.WhenAll(some.Select(lines => Judge(
                view.Terms, known[lines.Key.Account.Value].Doing(lines.Key.Activity)!, [.. lines], accounts))))
                faults.AddRange(found);
        var aided = await Aid(view.Terms, command, known);
        faults.AddRange(aided.Faults);
        return new(Ordered(faults.Distinct()), [.. aided.Lesser.OrderBy(line => line.Line)]);
    }

    private static string ColumnOf(ProgrammeRefusal refused) =>
        refused is ProgrammeRefusal.LimitPerGroup or ProgrammeRefusal.DeclarationMissing ? "account" : "amount";

    private async Task<IEnumerable<CsvFault>> Judge(
        ProgrammeTerms terms, AccountProfile account, AwardLine[] lines, ImmutableArray<AccountProfile> accounts) =>
        (await aid.Eligibility(account, terms, lines[0].Amount, accounts))
            .Where(check => (!check.Passed || check.IsForOfficer)
                && check.Rule is not ("budget" or "amount" or "aidCeiling"))
            .Select(check => new CsvFault(
                lines[0].Line, "account",
                $"{check.Reason} {(check.IsForOfficer ? "Award it by itself." : check.Remedy)}".Trim()));

    private static string? Activity(CsvCells cells, AccountProfile? account)
    {
        var stated = cells.Optional("activity");
        if (account is not null && account.Doing(stated) is null)
            cells.Fault("activity", StatedActivity.UnknownTo(account));
        return stated == account?.Nace ? null : stated;
    }

    /// <summary>Whether all lines of one undertaking fit under the ceiling together.</summary>
    private async Task<Judged> Aid(
        ProgrammeTerms terms, ImportAwards command, Dictionary<string, AccountProfile> known)
    {
        var faults = ImmutableArray.CreateBuilder<CsvFault>();
        var lesser = ImmutableArray.CreateBuilder<LesserLine>();
        if (Eligibility.BasisOf(terms) is not { } basis || AidCeiling.Of(basis.Act) is not { } ceiling)
            return new([], []);
        var today = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        foreach (var lines in command.Lines.GroupBy(line => known[line.Account.Value].UndertakingId))
        {
            var sum = Money.Zero(ceiling.Currency);
            var register = grains.GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf(terms.Country, lines.Key));
            foreach (var line in lines)
            {
                if (line.Amount.Currency != ceiling.Currency && line.PerEuro is null) continue;
                var counts = line.Amount.Currency == ceiling.Currency
                    ? line.Amount : EuroRate.Convert(line.Amount, line.PerEuro!.Value);
                if (await register.Preview(basis.Act, sum + counts, today) is not { } found) continue;
                var answer = SupportCeiling.Judge(terms, found, line.Amount, line.PerEuro);
                sum += answer.Instead?.Euros ?? counts;
                if (answer.Fits) continue;
                if (answer.Instead is { } less)
                {
                    lesser.Add(new(line.Line, less.Rate, less.Amount, answer.Reason));
                    continue;
                }
                faults.Add(new(line.Line, "amount", answer.Reason));
                break;
            }
        }
        return new(faults.ToImmutable(), lesser.ToImmutable());
    }

    private async Task<bool> IsImported(ProgrammeId programme, ImportAwards command) =>
        !command.Lines.IsEmpty
        && await grains.GetGrain<IProgrammeGrain>(programme.Value).Knows(command.VoucherOf(command.Lines[0]));

    private static Money? TotalOf(ImportAwards command, ImmutableArray<LesserLine> lesser) =>
        command.Lines.IsEmpty || command.Lines.Select(l => l.Amount.Currency).Distinct().Count() > 1
            ? null
            : Money.Sum(
                command.Lines.Select(l => lesser.FirstOrDefault(less => less.Line == l.Line)?.Amount ?? l.Amount),
                command.Lines[0].Amount.Currency);

    private static int? Line(string? pointer) =>
        int.TryParse(pointer?.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture, out var line)
            ? line : null;

    private sealed record Judged(ImmutableArray<CsvFault> Faults, ImmutableArray<LesserLine> Lesser);

    private static ImmutableArray<CsvFault> Ordered(IEnumerable<CsvFault> faults) =>
        [.. faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column, StringComparer.Ordinal)];
}
