using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Rates;
using NodaTime;

namespace Facilities.Grains.Credits;

/// <summary>A credit note took the next number of the platform's own series of them.</summary>
public sealed record CreditNoteIssued(Invoice Note, BookingId Booking, AccountId Account, int Number) : PlatformEvent;

/// <summary>Issues a credit note with the next number of the platform's series of credit notes.</summary>
/// <param name="Id">The command.</param>
/// <param name="By">The marketplace.</param>
/// <param name="Booking">For which booking.</param>
/// <param name="Account">The customer.</param>
/// <param name="Number">The credit within the booking; one note for each.</param>
/// <param name="Draft">All of the note but its number and its day.</param>
public sealed record IssueCreditNote(
    CommandId Id, Actor By, BookingId Booking, AccountId Account, int Number, Invoice Draft) : Command(Id, By);

/// <summary>The credit notes of a platform.</summary>
/// <param name="ByYear">How many there are in each year.</param>
/// <param name="Issued">Their numbers, by booking and credit.</param>
public sealed record CreditNotes(ImmutableSortedDictionary<string, int> ByYear, Recent<string> Issued)
{
    private static readonly CreditNotes None =
        new(ImmutableSortedDictionary<string, int>.Empty, Recent<string>.Nothing);

    /// <summary>By which a credit is known.</summary>
    public static string KeyOf(BookingId booking, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{booking}/{number}");

    /// <summary>The state after an event.</summary>
    public static PlatformState Apply(PlatformState state, CreditNoteIssued e, Instant at)
    {
        var notes = state.CreditNotes ?? None;
        var year = YearOf(e.Note.IssuedOn);
        return state with
        {
            CreditNotes = new(
                notes.ByYear.SetItem(year, notes.ByYear.GetValueOrDefault(year) + 1),
                notes.Issued.Add(KeyOf(e.Booking, e.Number), e.Note.Number, at, Limits.Invoiced)),
        };
    }

    /// <summary>Decides <see cref="IssueCreditNote"/>. Numbers have no gap: this is their only writer.</summary>
    /// <param name="platform">Whose credit note.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="rates">Of <see cref="DeclaredVat.Foreign"/>, around the day of supply.</param>
    /// <param name="now">When.</param>
    public static Decision<PlatformEvent, PlatformRefusal> Decide(
        PlatformState platform, IssueCreditNote command, ImmutableArray<DayRate> rates, Instant now)
    {
        if (platform.Profile is not { } profile)
            return new Refused<PlatformRefusal>(PlatformRefusal.PlatformUnknown, "There is no such platform.");
        if (!command.By.IsSystem)
            return new Refused<PlatformRefusal>(PlatformRefusal.NotAllowed, "Only a booking asks for a credit note.");
        var notes = platform.CreditNotes ?? None;
        if (notes.Issued.ContainsKey(KeyOf(command.Booking, command.Number)))
            return Decision<PlatformEvent, PlatformRefusal>.Nothing;

        // From here on it must succeed.
        var today = now.InZone(platform.Zone).Date;
        var year = YearOf(today);
        var number = notes.ByYear.GetValueOrDefault(year) + 1;
        return new CreditNoteIssued(
            DeclaredVat.On(command.Draft, rates) with
            {
                Number = string.Create(
                    CultureInfo.InvariantCulture, $"{profile.Id.Value.ToUpperInvariant()}-C-{year}-{number:000000}"),
                IssuedOn = today,
                DueOn = today.PlusDays(InvoiceMaking.PaymentDays),
            }, command.Booking, command.Account, command.Number);
    }

    private static string YearOf(LocalDate day) => day.Year.ToString(CultureInfo.InvariantCulture);
}
