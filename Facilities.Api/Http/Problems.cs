using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>An answer as RFC 9457 problem details.</summary>
public sealed record Problem(int Status, string Refusal, string Title, string Detail) : IResult
{
    public const string ContentType = "application/problem+json";

    public ImmutableArray<Fault> Errors { get; init; } = [];

    /// <summary>Further members, such as <c>alternatives</c>.</summary>
    public ImmutableArray<KeyValuePair<string, object?>> Members { get; init; } = [];

    public int? RetryAfterSeconds { get; init; }

    public Problem With(string member, object? value) => this with { Members = Members.Add(new(member, value)) };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = seconds.ToString(Invariant);
        if (Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        // The rest of the body is not read, so that nothing more can come over this connection.
        if (Status == StatusCodes.Status413PayloadTooLarge) response.Headers.Connection = "close";
        return response.WriteAsync(ToJson().ToJsonString(HttpJson.Options), httpContext.RequestAborted);
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["type"] = "/problems/" + Refusal,
            ["title"] = Title,
            ["status"] = Status,
            ["detail"] = Detail,
            ["refusal"] = Refusal,
        };
        if (!Errors.IsEmpty) json["errors"] = JsonSerializer.SerializeToNode(Errors, Json.Options);
        foreach (var (name, value) in Members) json[name] = JsonSerializer.SerializeToNode(value, Json.Options);
        return json;
    }

    private static readonly IFormatProvider Invariant = System.Globalization.CultureInfo.InvariantCulture;
}

/// <summary>Ends a handler early with a problem, from wherever the fault is found.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem => problem;
}

/// <summary>The problems that every door may answer with.</summary>
public static class Problems
{
    public static Problem Of(int status, string refusal, string detail) =>
        new(status, refusal, TitleOf(refusal), detail);

    /// <summary>A grain's refusal, with the status that a table gives it; 409 where the table is silent.</summary>
    public static Problem From<TRefusal>(
        Refused<TRefusal> refused, IReadOnlyDictionary<TRefusal, int> statuses) where TRefusal : struct, Enum
    {
        var refusal = JsonNamingPolicy.CamelCase.ConvertName(refused.Code.ToString());
        var problem = Of(statuses.GetValueOrDefault(refused.Code, 409), refusal, refused.Reason);
        return refused.Pointer is { } pointer
            ? problem with { Errors = [new Fault(pointer, refused.Reason)] }
            : problem;
    }

    /// <summary>Input that cannot be read as what is asked for, with every fault at once.</summary>
    public static Problem InvalidRequest(ImmutableArray<Fault> faults, int status = 400) =>
        Of(status, "invalidRequest", "Some of the input cannot be accepted: see errors.") with { Errors = faults };

    public static Problem InvalidRequest(string pointer, string message, int status = 400) =>
        InvalidRequest([new Fault(pointer, message)], status);

    public static Problem NotSignedIn() =>
        Of(401, "notSignedIn", "Sign in with POST /api/v1/session and send Authorization: Bearer with the token.");

    public static Problem NotAllowed(string detail) => Of(403, "notAllowed", detail);

    /// <summary>Unknown, or another organisation's: the two look alike.</summary>
    public static Problem NotFound(string detail = "There is nothing here, or it is not yours to see.") =>
        Of(404, "notFound", detail);

    public static Problem NotAcceptable(string detail) => Of(406, "notAcceptable", detail);

    public static Problem Stale() =>
        Of(412, "stale", "It was changed since you read it. Read it again, then repeat the change.");

    public static Problem TooManyRequests(string detail, int retryAfterSeconds) =>
        Of(429, "tooManyRequests", detail) with { RetryAfterSeconds = Math.Max(1, retryAfterSeconds) };

    /// <summary>Turned away before anything was begun.</summary>
    public static Problem Overloaded(int retryAfterSeconds) => Of(503, "overloaded",
        "More is asked of the marketplace just now than it can do, so this was not begun and nothing was changed. "
        + $"Send the same again in {retryAfterSeconds} seconds.") with
    {
        RetryAfterSeconds = retryAfterSeconds,
    };

    public static Problem Unavailable()
    {
        const string detail = "The database does not answer just now. Try again in a few seconds.";
        return Of(503, "unavailable", detail) with { RetryAfterSeconds = 2 };
    }

    /// <summary>The first start of all: nobody may act in a history that is still being made.</summary>
    public static Problem Loading()
    {
        const string detail = "The demonstration is still being loaded. Try again in a few seconds.";
        return Of(503, "unavailable", detail) with { RetryAfterSeconds = 2 };
    }

    /// <summary>What is asked for was written by a newer version than the one that was reached.</summary>
    public static Problem NewerVersion()
    {
        const string detail =
            "This is being upgraded, and the process that you reached is too old for it. Try again in a few seconds.";
        return Of(503, "newerVersion", detail) with { RetryAfterSeconds = 2 };
    }

    /// <summary>Nothing can be written until somebody makes room.</summary>
    public static Problem StorageFull()
    {
        const string detail = "There is no space left to write to, so nothing was changed. What is there can still be "
            + "read. Send the same again once the operator has made room.";
        return Of(503, "storageFull", detail) with { RetryAfterSeconds = 30 };
    }

    /// <summary>What the framework refused by status alone.</summary>
    public static Problem ForStatus(int status, HttpRequest request) => status switch
    {
        400 => Of(400, "malformed", "The request cannot be read."),
        401 => NotSignedIn(),
        403 => NotAllowed("You may not do this."),
        404 => NotFound(),
        405 => Of(405, "methodNotAllowed", $"{request.Method} is not answered here; the Allow header names what is."),
        406 => NotAcceptable("There is no such representation."),
        408 => Of(408, "requestTimeout", "The request took too long to arrive."),
        413 => TooLarge(),
        415 => UnsupportedMediaType(),
        429 => TooManyRequests("Too many requests at once.", 1),
        503 => Unavailable(),
        >= 500 => Failed(status),
        _ => Of(status, "refused", "The request was refused."),
    };

    public static Problem TooLarge() => Of(413, "tooLarge", "A request body has at most one megabyte here.");

    public static Problem UnsupportedMediaType() =>
        Of(415, "unsupportedMediaType", "Send JSON, with Content-Type: application/json.");

    public static Problem Failed(int status = 500) =>
        Of(status, "internalError", "Something went wrong here. It was noted, with the traceId if one is given.");

    /// <summary><c>slotTaken</c> becomes <c>Slot taken</c>.</summary>
    private static string TitleOf(string refusal) => string.Concat(refusal.Select((c, i) => i == 0
        ? char.ToUpperInvariant(c).ToString()
        : char.IsAsciiLetterUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));
}
