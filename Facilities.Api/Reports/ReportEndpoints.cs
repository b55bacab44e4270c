using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Api.Programmes;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Reports;
using Facilities.Grains.Tables;
using Facilities.Silo.Programmes;
using Facilities.Silo.Reports;
using NodaTime;

namespace Facilities.Api.Reports;

/// <summary>How a programme stands: pace, forecast with its method in words, times in days, and groups.</summary>
public sealed record ReportAnswer(
    BurnForecast Forecast, ClaimTimes Times, ImmutableArray<Grouping> Groupings);

/// <summary>Who was awarded what; of enterprises, never of people.</summary>
public sealed record BeneficiaryAnswer(
    string Name, string Country, string Region, LocalDate AwardedOn, long Vouchers, Money Awarded);

/// <summary>Groups as they are published; figures of few enterprises are left out.</summary>
public sealed record OpenGroup(string By, string Group, long? Enterprises, Money? Amount);

public sealed record OpenDataAnswer(string Programme, LocalDate On, int Threshold, ImmutableArray<OpenGroup> Groups);

public static class ReportEndpoints
{
    /// <summary>What a funder reports, and what it publishes.</summary>
    public static void MapReports(this RouteGroupBuilder programmes)
    {
        programmes.MapGet("/{id}/report", Report).Answers<ReportAnswer>().Refuses(401, 404);
        programmes.MapGet("/{id}/beneficiaries.csv", BeneficiariesTable)
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").Refuses(401, 404);
        programmes.MapGet("/{id}/beneficiaries", Beneficiaries).ReadsQuery<PageQuery>()
            .Answers<Page<BeneficiaryAnswer>>().Refuses(400, 401, 404);
        programmes.MapGet("/{id}/open-data", OpenData).Answers<OpenDataAnswer>().Refuses(401, 404);
        programmes.MapGet("/{id}/open-data.csv", OpenDataTable)
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").Refuses(401, 404);
    }

    private static async Task<IResult> Report(
        HttpContext context, ProgrammeLists lists, ProgrammeReports reports, string id)
    {
        ProgrammeEndpoints.Mine(context, id);
        var terms = await Published(lists, id);
        return TypedResults.Ok(new ReportAnswer(
            await reports.Forecast(terms), await reports.Times(terms.Id),
            await reports.Groupings(terms, await reports.Beneficiaries(terms))));
    }

    private static async Task<IResult> Beneficiaries(
        HttpContext context, ProgrammeLists lists, ProgrammeReports reports, string id) =>
        TypedResults.Ok(Page.Cut(context, await List(reports, await Published(lists, id))));

    private static async Task<IResult> BeneficiariesTable(ProgrammeLists lists, ProgrammeReports reports, string id)
    {
        var terms = await Published(lists, id);
        return TypedResults.Bytes(Csv.File(
            ["name", "country", "region", "awarded on", "vouchers", "awarded", "currency"],
            (await List(reports, terms)).Select(b => (string?[])
            [
                b.Name, b.Country, b.Region, Csv.Cell(b.AwardedOn), Csv.Cell(b.Vouchers), Csv.Cell(b.Awarded),
                b.Awarded.Currency.Code,
            ])), Csv.MediaType, $"{terms.Id}-beneficiaries.csv");
    }

    private static async Task<IResult> OpenData(
        ProgrammeLists lists, ProgrammeReports reports, IClock clock, string id)
    {
        var terms = await Published(lists, id);
        return TypedResults.Ok(new OpenDataAnswer(
            terms.Name, clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[terms.TimeZone]).Date,
            Suppression.Threshold, await Groups(reports, terms)));
    }

    private static async Task<IResult> OpenDataTable(ProgrammeLists lists, ProgrammeReports reports, string id)
    {
        var terms = await Published(lists, id);
        return TypedResults.Bytes(Csv.File(
            ["by", "group", "enterprises", "amount", "currency"],
            (await Groups(reports, terms)).Select(g => (string?[])
            [
                g.By, g.Group, g.Enterprises is { } count ? Csv.Cell(count) : null,
                g.Amount is { } amount ? Csv.Cell(amount) : null, terms.Budget.Currency.Code,
            ])), Csv.MediaType, $"{terms.Id}-open-data.csv");
    }

    private static async Task<ImmutableArray<BeneficiaryAnswer>> List(
        ProgrammeReports reports, ProgrammeTerms terms) =>
    [
        .. (await reports.Beneficiaries(terms)).Where(b => b.Awarded.IsPositive).Select(b => new BeneficiaryAnswer(
            b.Account.Name, b.Account.Country, b.Account.Nuts, b.AwardedOn, b.Vouchers, b.Awarded)),
    ];

    private static async Task<ImmutableArray<OpenGroup>> Groups(ProgrammeReports reports, ProgrammeTerms terms)
    {
        var beneficiaries = await reports.Beneficiaries(terms);
        var groupings = (await reports.Groupings(terms, beneficiaries)).ToDictionary(g => g.By, g => g.Groups);
        var (clusters, regions, all) = Suppression.Nested(
            groupings["cluster"], groupings["region"],
            [.. beneficiaries.Select(b => (ProgrammeReports.RegionOf(b.Account), b.Account.Cluster.Value)).Distinct()],
            terms.Budget.Currency);
        var groups = ImmutableArray.CreateBuilder<OpenGroup>();
        foreach (var (by, figures) in groupings)
        {
            var (published, total) = by switch
            {
                "cluster" => (clusters, all),
                "region" => (regions, all),
                _ => Suppression.Of(figures, terms.Budget.Currency),
            };
            groups.AddRange(published.Append(total).Select(g => new OpenGroup(by, g.Group, g.Count, g.Amount)));
        }
        return groups.ToImmutable();
    }

    private static async Task<ProgrammeTerms> Published(ProgrammeLists lists, string id) =>
        Id.IsValid(id) && await lists.Find(new ProgrammeId(id)) is { } terms
            ? terms
            : throw new ProblemException(Problems.Of(404, "programmeUnknown", $"There is no programme {id}."));
}
