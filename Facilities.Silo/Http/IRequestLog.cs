namespace Facilities.Silo.Http;

/// <summary>The answer that was given to the first request under an idempotency key.</summary>
public sealed record StoredAnswer(int Status, string? ContentType, string Body);

/// <summary>What a request under an idempotency key may do.</summary>
public abstract record RequestTurn
{
    private RequestTurn() { }

    /// <summary>The same request was answered before: answer the same.</summary>
    public sealed record Answered(StoredAnswer Answer) : RequestTurn;

    /// <summary>The key was used before with another body.</summary>
    public sealed record KeyReused : RequestTurn;

    /// <summary>This request is the first; repeats of it wait until it is answered or given up.</summary>
    public sealed record First(IRunningRequest Request) : RequestTurn;
}

/// <summary>The first request under a key while it runs. Without an answer, the next one is the first.</summary>
public interface IRunningRequest : IAsyncDisposable
{
    /// <summary>
    /// Keeps the answer; gives back the one that stands, which is another process's where that took over and was
    /// faster.
    /// </summary>
    Task<StoredAnswer> Answer(StoredAnswer answer);
}

/// <summary>Remembers answers by idempotency key for thirty days.</summary>
public interface IRequestLog
{
    /// <summary>Waits for its turn under a key, which is already a hash of person, route and the key as sent.</summary>
    Task<RequestTurn> Enter(string key, string bodyHash, CancellationToken cancellation);
}
