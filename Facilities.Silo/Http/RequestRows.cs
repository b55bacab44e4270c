using System.Collections.Immutable;
using Dapper;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using NodaTime;

namespace Facilities.Silo.Http;

/// <summary>A row of <c>requests</c>; no status means that the first request still runs somewhere.</summary>
internal sealed record RequestRow(
    string BodyHash, long? Status, string? ContentType, string? Answer, Instant CreatedAt)
{
    public StoredAnswer? Stored =>
        Status is { } status ? new StoredAnswer((int)status, ContentType, Answer ?? "") : null;
}

/// <summary>
/// The table <c>requests</c>, written with all else that waits for the disk. A claim and its answer are two rows: the
/// claim may be touched, taken over and released; the first answer stands, whoever comes later.
/// </summary>
internal sealed class RequestRows(EventStore store, IDatabase database, StorageOptions options)
{
    private const string Table = "requests";

    /// <summary>As many rows as may be forgotten at once without holding up who writes.</summary>
    private const int ForgottenAtOnceMax = 1_000;

    /// <summary>Whether other processes may serve requests on this database; an SQLite file has one.</summary>
    public bool IsShared => options.Provider != StorageProvider.Sqlite;

    public Task<RequestRow?> Find(string key, CancellationToken cancellation) => database.Read(connection =>
        connection.QuerySingleOrDefaultAsync<RequestRow>(new CommandDefinition(
            """
            select body_hash as "BodyHash", status as "Status", content_type as "ContentType", answer as "Answer",
                   created_at as "CreatedAt"
            from requests where key in (@key, @answer) order by status is null limit 1
            """, new { key, answer = AnswerOf(key) }, cancellationToken: cancellation)), cancellation);

    /// <summary>Says that the first request under the key runs here; false where another process was faster.</summary>
    public Task<bool> Claim(string key, string bodyHash, Instant now) => store.InsertRow(Row(key, bodyHash, null, now));

    /// <summary>Takes over a claim that stands still; false where another process was faster.</summary>
    public async Task<bool> TakeOver(string key, string bodyHash, Instant since, Instant now)
    {
        if (!await store.InsertRow(Row($"{key} after {since}", bodyHash, null, now))) return false;
        await Touch(key, bodyHash, now);
        return true;
    }

    /// <summary>Shows other processes that the request still runs.</summary>
    public Task Touch(string key, string bodyHash, Instant now) => store.WriteRows([Row(key, bodyHash, null, now)]);

    public Task Release(string key) => store.WriteRows([new RowWrite(Table, key, null)]);

    /// <summary>Stores the first answer; gives back the one that stands.</summary>
    public async Task<StoredAnswer> Answer(string key, string bodyHash, StoredAnswer answer, Instant now) =>
        await store.InsertRow(Row(AnswerOf(key), bodyHash, answer, now))
            ? answer
            : (await Find(key, CancellationToken.None))?.Stored ?? answer;

    public async Task ForgetBefore(Instant instant)
    {
        var keys = await database.Read(connection => connection.QueryAsync<string>(
            "select key from requests where created_at < @instant limit @ForgottenAtOnceMax",
            new { instant, ForgottenAtOnceMax }));
        await store.WriteRows([.. keys.Select(key => new RowWrite(Table, key, null))]);
    }

    private static string AnswerOf(string key) => key + " answer";

    private static RowWrite Row(string key, string bodyHash, StoredAnswer? answer, Instant now) => new(Table, key,
        ImmutableArray.Create<KeyValuePair<string, object?>>(
            new("body_hash", bodyHash), new("status", (long?)answer?.Status),
            new("content_type", answer?.ContentType), new("answer", answer?.Body), new("created_at", now)));
}
