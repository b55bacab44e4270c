using System.Collections.Immutable;
using System.Text;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Tables;
using Facilities.Silo.Programmes;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Programmes;

/// <summary>The postings of a ledger with its trial balance: debits equal credits.</summary>
public sealed record LedgerAnswer(
    ImmutableArray<LedgerPosting> Items, string? NextCursor, Money Debits, Money Credits,
    ImmutableArray<LedgerAccount> Balances);

public sealed record LedgerAccount(string Account, Money Balance);

/// <summary>One account on a day; <c>account</c> is its name in postings, <c>name</c> what people call it.</summary>
public sealed record TrialAccount(
    string Account, string Name, string Meaning, Money Debits, Money Credits, Money Balance, long Postings);

/// <summary>What every account had when a day of the programme's zone was over.</summary>
public sealed record TrialBalanceAnswer(
    LocalDate On, string TimeZone, Instant Until, ImmutableArray<TrialAccount> Accounts, Money Debits, Money Credits);

public sealed record BalanceQuery(LocalDate? On = null);

public sealed record PostingsQuery(LocalDate? On = null, string? Account = null);

public static class LedgerEndpoints
{
    /// <summary>The double entries of a programme, their balance on any day, and the same for a spreadsheet.</summary>
    public static void MapLedgers(this RouteGroupBuilder programmes)
    {
        programmes.MapGet("/{id}/ledger", Postings).ReadsQuery<PageQuery>()
            .Answers<LedgerAnswer>().Refuses(400, 401, 404);
        programmes.MapGet("/{id}/ledger/balance", Balance).ReadsQuery<BalanceQuery>()
            .Answers<TrialBalanceAnswer>().Refuses(400, 401, 404);
        programmes.MapGet("/{id}/ledger/postings.csv", Table).ReadsQuery<PostingsQuery>()
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").Refuses(400, 401, 404);
    }

    /// <summary>The postings of a ledger until a day is over; without a day, all.</summary>
    public static PostingFilter Filter(ProgrammeTerms terms, LocalDate? on, string? account = null) => new(
        $"programme/{terms.Id}", on is { } day ? EndOf(terms, day) : null, account);

    private static Instant EndOf(ProgrammeTerms terms, LocalDate day) =>
        day.PlusDays(1).AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).ToInstant();

    private static async Task<IResult> Postings(
        HttpContext context, ProgrammeLists lists, LedgerReads ledger, string id)
    {
        var query = Query.Read<PageQuery>(context);
        var terms = await Terms(context, lists, id);
        var filter = Filter(terms, null);
        var page = Page.Of(
            await ledger.Page(filter, PostingPlace.Of(Cursor.Read(query.Cursor, 2)), query.Limit + 1), query.Limit,
            posting => PostingPlace.Of(posting).Texts);
        var balances = await ledger.Balances(filter);
        return TypedResults.Ok(new LedgerAnswer(
            page.Items, page.NextCursor, Sum(terms, balances.Select(b => b.Debits)),
            Sum(terms, balances.Select(b => b.Credits)),
            [.. balances.Select(b => new LedgerAccount(b.Account, b.Balance))]));
    }

    private static async Task<IResult> Balance(
        HttpContext context, ProgrammeLists lists, LedgerReads ledger, IClock clock, string id)
    {
        var query = Query.Read<BalanceQuery>(context);
        var terms = await Terms(context, lists, id);
        var on = query.On
            ?? clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date;
        var balances = await ledger.Balances(Filter(terms, on));
        return TypedResults.Ok(new TrialBalanceAnswer(
            on, terms.TimeZone, EndOf(terms, on),
            [
                .. balances.Select(b => new TrialAccount(
                    b.Account, LedgerAccounts.Of(b.Account).Name, LedgerAccounts.Of(b.Account).Meaning, b.Debits,
                    b.Credits, b.Balance, b.Postings)),
            ],
            Sum(terms, balances.Select(b => b.Debits)), Sum(terms, balances.Select(b => b.Credits))));
    }

    private static async Task<IResult> Table(HttpContext context, ProgrammeLists lists, LedgerReads ledger, string id)
    {
        var query = Query.Read<PostingsQuery>(context);
        var terms = await Terms(context, lists, id);
        return TypedResults.Stream(
            stream => Write(stream, ledger.All(Filter(terms, query.On, query.Account)), terms),
            Csv.MediaType, $"{terms.Id}-ledger.csv");
    }

    /// <summary>Line by line, so that a long ledger does not lie in memory.</summary>
    private static async Task Write(Stream stream, IAsyncEnumerable<LedgerPosting> postings, ProgrammeTerms terms)
    {
        var zone = DateTimeZoneProviders.Tzdb[terms.TimeZone];
        await using var text = new StreamWriter(stream, Encoding.UTF8);
        await text.WriteAsync(Csv.Line(
            "posting", "day", "at", "from", "to", "amount", "currency", "text", "booking", "voucher"));
        await foreach (var p in postings)
            await text.WriteAsync(Csv.Line(
                p.Id, Csv.Cell(p.At.InZone(zone).Date), InstantPattern.General.Format(p.At),
                LedgerAccounts.Of(p.Debit).Name, LedgerAccounts.Of(p.Credit).Name,
                Csv.Cell(p.Amount), p.Amount.Currency.Code, p.Text, p.BookingId, p.VoucherId));
    }

    private static Money Sum(ProgrammeTerms terms, IEnumerable<Money> amounts) =>
        Money.Sum(amounts, terms.Budget.Currency);

    private static async Task<ProgrammeTerms> Terms(HttpContext context, ProgrammeLists lists, string id) =>
        await lists.Find(ProgrammeEndpoints.Mine(context, id))
        ?? throw new ProblemException(Problems.Of(
            404, "programmeUnknown", $"There is no programme {id} among yours."));
}
