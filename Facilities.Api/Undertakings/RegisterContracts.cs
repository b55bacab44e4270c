using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Tables;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Undertakings;
using NodaTime;

namespace Facilities.Api.Undertakings;

public sealed record RegisterQuery(
    RegisterStatus? Status = null, int Limit = Http.Query.LimitDefault, string? Cursor = null);

/// <summary>Under which reference an aid stands in the central register, and since when.</summary>
public sealed record RegistrationBody(string Reference, LocalDate? RegisteredOn = null);

/// <summary>What the central register shows too much: from what is entered there to what counts.</summary>
public sealed record CorrectionAnswer(Money From, Money To, string Reason);

/// <summary>An aid of a programme, as it stands with the central register.</summary>
public sealed record RegisterEntryAnswer(
    string EntryId, string BeneficiaryId, string Beneficiary, string Country, AidBasis Basis, string Instrument,
    LocalDate GrantedOn, Money Amount, Money Counts, string Authority, string? Nace, RegisterStatus Status,
    LocalDate? RegisterBy, LocalDate? AlarmOn, string? Reference, LocalDate? RegisteredOn,
    CorrectionAnswer? Correction, AidRate? Rate)
{
    /// <summary>The highest share of the cost that it may pay, in percent; null where its act asks for none.</summary>
    public Percentage? HighestShare { get; init; }

    public static RegisterEntryAnswer Of(ListedAid listed, AidRate? rate, LocalDate today, DateTimeZone zone)
    {
        var (held, entry) = (listed.Held, listed.Held.Entry);
        return new(
            entry.Id, entry.Beneficiary.Value, listed.Name, entry.Country, entry.Basis, "grant", entry.GrantedOn,
            entry.Amount, entry.Counts, entry.Authority, entry.Nace, held.StatusOn(today), held.RegisterBy,
            held.AlarmOn(), held.Reference, held.RegisteredOn ?? held.RegisteredAt?.InZone(zone).Date,
            held.NeedsCorrection ? new(held.RegisteredAmount!.Value, entry.Counts, held.ReducedReason ?? "") : null,
            rate)
        {
            HighestShare = entry.Rate,
        };
    }
}

/// <summary>What an officer has to do, and until when records are kept.</summary>
public sealed record RegisterSummary(
    int Overdue, int Urgent, int CorrectionsDue, int Open, int Done, int Missing, LocalDate? LastGrantedOn,
    LocalDate? KeptUntil, bool IsLocked, string Reason)
{
    /// <param name="toDo">What is to be entered or corrected.</param>
    /// <param name="all">How many aids there are.</param>
    /// <param name="missing">How many vouchers stand in no register.</param>
    /// <param name="last">The day of the last aid; null where there is none.</param>
    /// <param name="today">The day in question.</param>
    public static RegisterSummary Of(
        ImmutableArray<ListedAid> toDo, int all, int missing, LocalDate? last, LocalDate today)
    {
        var kept = AidRetention.Of(last is { } granted ? [granted] : []);
        return new(
            Count(RegisterStatus.Overdue), Count(RegisterStatus.Urgent), Count(RegisterStatus.CorrectionDue),
            Count(RegisterStatus.Open), all - toDo.Length, missing, kept?.LastGrantedOn,
            kept?.KeptUntil, kept?.IsLockedOn(today) == true,
            kept is null ? "Nothing was granted, so nothing must be kept."
                : $"Records are kept for ten years from the last aid of the scheme, {Words.Day(kept.LastGrantedOn)} "
                    + (kept.IsLockedOn(today) ? $"until {Words.Day(kept.KeptUntil)}." : "and may be deleted now.")
                    + " (Regulation (EU) 2023/2831, Article 6)");

        int Count(RegisterStatus status) => toDo.Count(a => a.Held.StatusOn(today) == status);
    }
}

/// <summary>The register as a file that a spreadsheet opens.</summary>
public static class RegisterFile
{
    private static readonly ImmutableArray<string> Columns =
    [
        "entry", "beneficiary", "beneficiaryId", "nace", "amount", "currency", "counts", "countsCurrency", "grantedOn",
        "authority", "country", "instrument", "basis", "registerBy", "status", "reference", "registeredOn",
        "correctedFrom", "correctionReason", "highestShare", "perEuro", "rateDay", "rateSource",
    ];

    public static byte[] Write(IEnumerable<RegisterEntryAnswer> entries) => Csv.File(
        Columns,
        entries.Select(e => (IReadOnlyList<string?>)
        [
            e.EntryId, e.Beneficiary, e.BeneficiaryId, e.Nace, Csv.Cell(e.Amount), e.Amount.Currency.Code,
            Csv.Cell(e.Counts), e.Counts.Currency.Code, Csv.Cell(e.GrantedOn), e.Authority, e.Country, e.Instrument,
            Refusal.NameOf(e.Basis), Csv.Cell(e.RegisterBy), Refusal.NameOf(e.Status), e.Reference,
            Csv.Cell(e.RegisteredOn), e.Correction is { } from ? Csv.Cell(from.From) : null, e.Correction?.Reason,
            e.HighestShare is { } share ? Csv.Cell(share.Value) : null,
            e.Rate is { } rate ? Csv.Cell(rate.PerEuro) : null, Csv.Cell(e.Rate?.Day),
            e.Rate is { } known ? Refusal.NameOf(known.Source) : null,
        ]));
}
