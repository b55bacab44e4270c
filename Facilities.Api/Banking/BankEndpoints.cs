using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Api.Programmes;
using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using Microsoft.AspNetCore.Http.Metadata;
using NodaTime;
using Orleans;

namespace Facilities.Api.Banking;

public sealed record PaymentBatchBody(LocalDate RequestedOn, string DebtorIban, string? DebtorName = null);

/// <summary>A file of payments; <c>answered</c> counts those that the bank has booked or refused.</summary>
public sealed record PaymentBatchAnswer(
    string BatchId, string MessageId, Instant MadeAt, string By, LocalDate RequestedOn, BankParty Debtor, Money Sum,
    int Answered, bool Withdrawn, ImmutableArray<BatchPayment> Payments)
{
    /// <summary>What it pays by currency; <c>sum</c> is the first of them.</summary>
    public ImmutableArray<Money> Sums { get; init; } = [];

    public static PaymentBatchAnswer Of(PaymentBatch batch, BankView bank) => new(
        batch.Id, batch.MessageId, batch.MadeAt, batch.ByName, batch.RequestedOn, batch.Debtor, batch.Sum,
        bank.Withdrawn.Contains(batch.Id) ? 0 : bank.Answered.GetValueOrDefault(batch.Id),
        bank.Withdrawn.Contains(batch.Id), batch.Payments)
    {
        Sums = batch.Sums,
    };
}

/// <summary>The new file, and approved claims that it could not take.</summary>
public sealed record NewBatchAnswer(PaymentBatchAnswer Batch, ImmutableArray<LeftOut> LeftOut);

/// <summary>
/// What a statement does, entry by entry; <c>accepted</c> says whether it could be taken in, <c>faults</c> why not.
/// </summary>
public sealed record StatementAnswer(
    ImmutableArray<string> Statements, string FileHash, bool Accepted, ImmutableArray<Fault> Faults,
    ImmutableArray<EntryOutcome> Entries);

public sealed record StatementQuery(bool Preview = false);

public static class BankEndpoints
{
    private const string Xml = "application/xml";

    private static readonly StatementSize FileSize = new(Limits.StatementBytes + Body.BytesMax);

    /// <summary>Files for the bank, and what the bank answers (ISO 20022).</summary>
    public static void MapBank(this RouteGroupBuilder programmes)
    {
        programmes.MapGet("/{id}/payment-batches", List).ReadsQuery<PageQuery>()
            .Answers<Page<PaymentBatchAnswer>>().Refuses(400, 401, 404);
        programmes.MapPost("/{id}/payment-batches", Make).Reads<PaymentBatchBody>()
            .Answers<NewBatchAnswer>(201).Refuses(400, 401, 403, 404, 409, 422);
        programmes.MapGet("/{id}/payment-batches/{batchId}/file", File)
            .Produces(StatusCodes.Status200OK, contentType: Xml).Refuses(401, 404);
        programmes.MapDelete("/{id}/payment-batches/{batchId}", Withdraw).Produces(204).Refuses(401, 403, 404, 409);
        programmes.MapPost("/{id}/bank-statements", Take).WithMetadata(FileSize).ReadsQuery<StatementQuery>()
            .Answers<StatementAnswer>().Refuses(400, 401, 403, 404, 413, 415, 422);
    }

    /// <summary>What a statement would do now.</summary>
    public static async Task<StatementAnswer> Preview(IProgrammeGrain grain, BankStatement statement)
    {
        var entries = statement.Faults.IsEmpty ? await grain.PreviewStatement(statement) : [];
        ImmutableArray<Fault> faults =
        [
            .. statement.Faults,
            .. entries.Where(e => e.Meaning == EntryMeaning.Wrong)
                .Select(e => new Fault($"/entries/{e.Entry.Key}", e.Reason)),
        ];
        return new(statement.Statements, statement.FileHash, faults.IsEmpty, faults, entries);
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, string id)
    {
        var bank = await Mine(context, grains, id).Bank();
        return TypedResults.Ok(Page.Cut(context, bank.Batches.Select(b => PaymentBatchAnswer.Of(b, bank))));
    }

    private static async Task<IResult> Make(
        HttpContext context, IGrainFactory grains, ProgrammeLists lists, string id)
    {
        var body = await Body.Read<PaymentBatchBody>(context);
        var grain = Mine(context, grains, id);
        var name = body.DebtorName ?? (await lists.Find(new ProgrammeId(id)))?.Funder ?? "";
        var command = new MakePaymentBatch(
            context.CommandId("batch"), context.RequiredActor(), body.RequestedOn, new(name, body.DebtorIban));
        (await grain.MakePaymentBatch(command)).OrThrow();
        var bank = await grain.Bank();
        var batch = bank.Batches.First(b => b.Id == command.Batch);
        return TypedResults.Created(
            $"{ApiGroup.Prefix}/programmes/{id}/payment-batches/{batch.Id}/file",
            new NewBatchAnswer(PaymentBatchAnswer.Of(batch, bank), bank.LeftOut));
    }

    private static async Task<IResult> File(HttpContext context, IGrainFactory grains, string id, string batchId) =>
        await Mine(context, grains, id).Batch(batchId) is { } batch
            ? TypedResults.Bytes(PaymentFile.Write(batch), Xml, $"{batch.MessageId}.xml")
            : Problems.Of(404, "batchUnknown", $"This programme has no file {batchId}.");

    private static async Task<IResult> Withdraw(
        HttpContext context, IGrainFactory grains, string id, string batchId)
    {
        (await Mine(context, grains, id).WithdrawPaymentBatch(new WithdrawPaymentBatch(
            context.CommandId("withdrawal"), context.RequiredActor(), batchId))).OrThrow();
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Take(HttpContext context, IGrainFactory grains, string id)
    {
        var query = Query.Read<StatementQuery>(context);
        var grain = Mine(context, grains, id);
        if (context.Request.ContentType?.Split(';')[0].Trim() is not (Xml or "text/xml"))
            throw new ProblemException(Problems.UnsupportedMediaType());
        var statement = StatementFile.Read(await Body.ReadBytes(context, Limits.StatementBytes));
        var preview = await Preview(grain, statement);
        if (query.Preview) return TypedResults.Ok(preview);
        var actor = context.RequiredActor();
        if (!preview.Accepted && actor.Has(OrganisationKind.Funder, id, Role.Officer))
            throw new ProblemException(Problems.InvalidRequest(preview.Faults, 422));
        (await grain.TakeBankStatement(new TakeBankStatement(
            context.CommandId("statement"), actor, statement))).OrThrow();
        return TypedResults.Ok(preview);
    }

    private static IProgrammeGrain Mine(HttpContext context, IGrainFactory grains, string id) =>
        grains.GetGrain<IProgrammeGrain>(ProgrammeEndpoints.Mine(context, id).Value);

    /// <summary>A statement is larger than other bodies.</summary>
    private sealed record StatementSize(long Bytes) : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Bytes;
    }
}
