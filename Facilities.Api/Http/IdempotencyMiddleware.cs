using System.Security.Cryptography;
using System.Text;
using Facilities.Silo.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Facilities.Api.Http;

/// <summary>Runs the first POST under a key and replays its answer to every repeat.</summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, IRequestLog log, IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Facilities.Answers");

    public async Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata.GetMetadata<IdempotentMetadata>();
        var key = context.Request.Headers[Idempotency.Header];
        if (metadata is null || key.Count == 0 || !HttpMethods.IsPost(context.Request.Method)
            || context.Actor() is not { } actor)
        {
            await next(context);
            return;
        }
        if (key.Count > 1 || key[0] is not { Length: > 0 and <= Idempotency.KeyLengthMax } text
            || !text.All(c => c is >= ' ' and <= '~'))
        {
            await KeyInvalid.ExecuteAsync(context);
            return;
        }
        var seed = Idempotency.Hash($"{actor.Person.Value}\n{context.Request.Path}\n{text}");
        context.SetSeed(seed);
        var turn = await log.Enter(seed, await BodyHash(context), context.RequestAborted);
        await (turn switch
        {
            RequestTurn.Answered { Answer: var answer } => Replay(context, answer, metadata),
            RequestTurn.First { Request: var running } => Run(context, running, metadata),
            _ => KeyReused.ExecuteAsync(context),
        });
    }

    private async Task Run(HttpContext context, IRunningRequest running, IdempotentMetadata metadata)
    {
        await using var _ = running;
        var response = context.Response;
        var client = response.Body;
        using var buffer = new MemoryStream();
        response.Body = buffer;
        var aborted = context.RequestAborted;
        // What is kept for repeats must be whole, also where nobody waits for it just now.
        context.RequestAborted = CancellationToken.None;
        try
        {
            await next(context);
        }
        finally
        {
            (response.Body, context.RequestAborted) = (client, aborted);
        }
        var body = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        if (IsKept(response.StatusCode))
        {
            var text = Encoding.UTF8.GetString(body.Span);
            var mine = new StoredAnswer(
                response.StatusCode, response.ContentType, metadata.HasSecret ? protector.Protect(text) : text);
            var stands = await running.Answer(mine);
            if (stands != mine)
            {
                response.Clear();
                HttpSetup.AddSecurityHeaders(context);
                await Replay(context, stands, metadata);
                return;
            }
        }
        if (body.Length > 0) await client.WriteAsync(body, context.RequestAborted);
    }

    private async Task Replay(HttpContext context, StoredAnswer answer, IdempotentMetadata metadata)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers["Idempotency-Replayed"] = "true";
        var body = metadata.HasSecret ? protector.Unprotect(answer.Body) : answer.Body;
        if (body.Length > 0) await context.Response.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>
    /// Answers to what is asked; not to how, when or by whom it was sent, which a repeat may do better.
    /// </summary>
    private static bool IsKept(int status) =>
        status is < 500 and not (401 or 403 or 406 or 408 or 412 or 413 or 415 or 429 or 499);

    private static async Task<string> BodyHash(HttpContext context)
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize;
        var body = await Body.ReadBytes(context, (int)(limit ?? Body.BytesMax));
        context.Request.Body = new MemoryStream(body.ToArray());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(context.Request.QueryString.Value + "\n"));
        hash.AppendData(body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Problem KeyInvalid => Problems.Of(400, "idempotencyKeyInvalid",
        $"An {Idempotency.Header} has 1 to {Idempotency.KeyLengthMax} printable ASCII characters.");

    private static Problem KeyReused => Problems.Of(422, "idempotencyKeyReused",
        $"This {Idempotency.Header} was used here before with another body. Use a new key for a new request.");
}
