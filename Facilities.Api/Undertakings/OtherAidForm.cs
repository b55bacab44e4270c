using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Api.Undertakings;

public sealed record TypedAid(
    string GrantedOn, string Amount, string Currency, string PerEuro, string Authority, string Country, string Basis,
    string Recipient, string Reference);

/// <summary>What somebody typed of other aid, kept as typed until it is signed.</summary>
public sealed record OtherAidForm(ImmutableArray<TypedAid> Rows)
{
    /// <summary>As many as a form of the framework carries, with all their fields.</summary>
    public const int RowsMax = 100;

    public static OtherAidForm Of(IEnumerable<EarlierAid> entries) => new(
    [
        .. entries.Select(aid => new TypedAid(
            Words.IsoDay(aid.GrantedOn), Csv.Cell(aid.Amount), aid.Amount.Currency.Code,
            aid.PerEuro == 1 ? "" : Csv.Cell(aid.PerEuro), aid.Authority, aid.Country, aid.Basis.ToString(),
            aid.Recipient ?? "", aid.Reference ?? "")),
    ]);

    public static OtherAidForm Read(IFormCollection form)
    {
        return new([.. Enumerable.Range(0, Limits.DeclaredAids + 1)
            .TakeWhile(i => form.ContainsKey(SizeForm.Name("granted", i)))
            .Select(i => new TypedAid(
                At("granted", i), At("amount", i), At("currency", i), At("rate", i), At("authority", i),
                At("country", i), At("basis", i), At("recipient", i), At("reference", i)))]);

        string At(string part, int index) => form[SizeForm.Name(part, index)].ToString().Trim();
    }

    /// <summary>The form after the step <c>add</c> or one such as <c>drop-2</c>.</summary>
    public OtherAidForm After(string step) => step == "add"
        ? new(Rows.Add(new("", "", "EUR", "", "", "", "DeMinimis", "", "")))
        : int.TryParse(step["drop-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            && row < Rows.Length ? new(Rows.RemoveAt(row)) : this;

    /// <summary>What was typed, or every fault of it at once.</summary>
    public (ImmutableArray<EarlierAid> Entries, ImmutableArray<Fault> Faults) Entries()
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var reading = new SizeFormReading(faults);
        var entries = Rows.Select((typed, index) => new EarlierAid(
            reading.Day(typed.GrantedOn, $"/entries/{index}/grantedOn", "Give the day of the grant."),
            reading.Amount(
                typed.Amount, reading.CurrencyOf(typed.Currency, $"/entries/{index}/currency"),
                $"/entries/{index}/amount", "Give the amount as a number."),
            Enum.TryParse<AidBasis>(typed.Basis, out var basis) ? basis : AidBasis.DeMinimis, typed.Authority,
            typed.Country.ToUpperInvariant(), typed.Recipient.Length == 0 ? null : typed.Recipient,
            typed.Reference.Length == 0 ? null : typed.Reference,
            typed.PerEuro.Length == 0 ? 1
                : reading.Number(typed.PerEuro, $"/entries/{index}/perEuro", "Give the rate as a number.")))
            .ToImmutableArray();
        return (entries, faults.ToImmutable());
    }

    /// <summary>A fault of a file as people read it.</summary>
    public static string Line(Fault fault) => fault.Pointer.Split('/') switch
    {
        ["", "lines", var line] => $"Line {line}: {fault.Message}",
        ["", "lines", var line, var column] => $"Line {line}, column {column}: {fault.Message}",
        _ => fault.Message,
    };
}
