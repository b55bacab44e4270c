using System.Collections.Immutable;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Storage;

namespace Facilities.Silo.Applications;

/// <summary>An application with the programme that it was sent to.</summary>
public sealed record ListedApplication(ProgrammeId Programme, Application Application);

/// <summary>Applications, as funders and companies list them.</summary>
public sealed class ApplicationLists(IDatabase database)
{
    /// <summary>Applications to a programme, in the order in which they came.</summary>
    public Task<ImmutableArray<Application>> OfProgramme(
        ProgrammeId programme, string? status = null, string? call = null, int most = int.MaxValue) =>
        database.Bodies<Application>("""
            select body from applications where programme_id = @programme and (@status is null or status = @status)
            and (@call is null or call_id = @call) order by submitted_at, key limit @most
            """, new { programme = programme.Value, status, call, most });

    /// <summary>Applications of a company, the newest first.</summary>
    public async Task<ImmutableArray<ListedApplication>> OfAccount(AccountId account)
    {
        var rows = await database.Read(connection => Dapper.SqlMapper.QueryAsync<Row>(connection,
            "select programme_id, body from applications where account_id = @account order by submitted_at desc, key",
            new { account = account.Value }));
        return
        [
            .. rows.Select(row => new ListedApplication(
                new ProgrammeId(row.ProgrammeId), BodyQueries.Body<Application>(row.Body))),
        ];
    }

    /// <summary>What was found of an application's eligibility, at the application and at the decision.</summary>
    public async Task<ImmutableArray<RuleCheck>> Checks(ApplicationKey application, string when) =>
        (await database.Bodies<ImmutableArray<RuleCheck>>(
            "select body from application_checks where key = @key", new { key = $"{application}/{when}" }))
        is [var checks] ? checks : [];

    private sealed record Row(string ProgrammeId, string Body);
}
