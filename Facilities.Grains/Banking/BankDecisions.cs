using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Grains.Banking;

/// <summary>Makes a file of payments of every approved claim that no other file pays.</summary>
/// <param name="Id">The command; the batch's id derives from it.</param>
/// <param name="By">An officer.</param>
/// <param name="RequestedOn">When the bank is to pay.</param>
/// <param name="Debtor">The funder's account.</param>
public sealed record MakePaymentBatch(CommandId Id, Actor By, LocalDate RequestedOn, BankParty Debtor)
    : Command(Id, By)
{
    /// <summary>The batch to be.</summary>
    [JsonIgnore]
    public string Batch => $"b-{Id}";

    /// <summary>Who is paid for which claim, as the grain finds it; no part of what the caller says.</summary>
    [JsonIgnore]
    public ImmutableArray<Payee> Payees { get; init; } = [];
}

/// <summary>Withdraws a file of which the bank paid nothing.</summary>
public sealed record WithdrawPaymentBatch(CommandId Id, Actor By, string Batch) : Command(Id, By);

/// <summary>Takes in a statement of the bank: all of it, or nothing.</summary>
public sealed record TakeBankStatement(CommandId Id, Actor By, BankStatement Statement) : Command(Id, By);

/// <summary>The rules between a programme and its bank.</summary>
public static class BankDecisions
{
    // A bank books what it is asked for within days; what lies further ahead is a slip of the hand.
    private const int DaysAhead = 90;

    /// <summary>Decides <see cref="MakePaymentBatch"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, MakePaymentBatch command, Instant now)
    {
        if (Refusal(programme, command) is { } refused) return refused;
        if (programme.Banking.Batches.ContainsKey(command.Batch))
            return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        var today = now.InZone(DateTimeZoneProviders.Tzdb[programme.Terms!.TimeZone]).Date;
        if (command.RequestedOn < today || command.RequestedOn > today.PlusDays(DaysAhead))
            return No(
                ProgrammeRefusal.NotValid,
                $"The bank pays between today and {Words.Day(today.PlusDays(DaysAhead))}; choose such a day.");
        if (Iban.Fault(command.Debtor.Iban) is { } fault) return No(ProgrammeRefusal.NotValid, fault);
        if (string.IsNullOrWhiteSpace(command.Debtor.Name))
            return No(ProgrammeRefusal.NotValid, "Say whose account pays.");
        var payments = Payments(programme, command);
        if (payments.IsEmpty)
            return No(
                ProgrammeRefusal.NothingToPay,
                "No approved claim can be paid by a file now. " + string.Join(
                    ' ', LeftOut(programme, command.Payees).Select(l => $"{l.Claim}: {l.Reason}")));

        // From here on it must succeed.
        var debtor = command.Debtor with { Iban = Iban.Plain(command.Debtor.Iban) };
        return new PaymentBatchMade(
            new(command.Batch, now, command.By.Name, command.RequestedOn, debtor, payments));
    }

    /// <summary>Approved claims that a file made now could not take, each with its reason.</summary>
    public static ImmutableArray<LeftOut> LeftOut(ProgrammeState programme, ImmutableArray<Payee> payees) =>
    [
        .. from claim in ToPay(programme)
            let payee = payees.FirstOrDefault(p => p.Claim == claim.Claim.Id)
            let fault = payee is null ? "Nobody is known to be paid." : payee.Fault
            where fault is not null
            select new LeftOut(claim.Claim.Id, Advances.Payable(claim, programme.Terms!.PaymentMode), fault),
    ];

    /// <summary>Approved claims that no file pays.</summary>
    public static IEnumerable<ClaimStanding> ToPay(ProgrammeState programme) => programme.Claims.Values
        .Where(c => c.Status == ClaimStatus.Approved && Advances.IsPayable(c)
            && !programme.Banking.Waiting.ContainsKey(c.Claim.Id.Value));

    /// <summary>The SME that is paid back, on the account that its claim was approved with.</summary>
    public static Payee AccountOf(ClaimStanding standing) => standing.Payout switch
    {
        { Account: { } account, Proof: not null } => new(standing.Claim.Id, account, Iban.Fault(account.Iban)),
        { Account: not null } => new(
            standing.Claim.Id, null, "The company stated an account after the approval. Approve the claim with it."),
        _ => new(standing.Claim.Id, null, "The company did not say on which account. It does so on the claim's page."),
    };

    /// <summary>Decides <see cref="WithdrawPaymentBatch"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, WithdrawPaymentBatch command, Instant now)
    {
        if (Refusal(programme, command) is { } refused) return refused;
        var bank = programme.Banking;
        if (!bank.Batches.TryGetValue(command.Batch, out var batch))
            return No(ProgrammeRefusal.BatchUnknown, $"This programme has no file {command.Batch}.");
        if (bank.Withdrawn.Contains(batch.Id)) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;
        if (batch.Payments.Any(p => bank.Waiting.GetValueOrDefault(p.Claim.Value) != batch.Id))
            return No(
                ProgrammeRefusal.BatchAnswered, "The bank answered for payments of this file, so it was sent.");
        return new PaymentBatchWithdrawn(batch.Id, command.By.Name);
    }

    /// <summary>Decides <see cref="TakeBankStatement"/>.</summary>
    public static Decision<ProgrammeEvent, ProgrammeRefusal> Decide(
        ProgrammeState programme, TakeBankStatement command, Instant now)
    {
        if (Refusal(programme, command) is { } refused) return refused;
        if (command.Statement.Faults is [var fault, ..])
            return No(ProgrammeRefusal.StatementNotAccepted, $"{fault.Pointer} {fault.Message}".Trim());
        var (outcomes, events) = StatementMatching.Of(programme, command.Statement.Entries, now);
        var wrong = outcomes.Where(o => o.Meaning == EntryMeaning.Wrong).ToArray();
        if (wrong.Length > 0)
            return No(
                ProgrammeRefusal.StatementNotAccepted,
                string.Join(' ', wrong.Take(20).Select(o => $"{o.Entry.Key}: {o.Reason}")));
        if (events.IsEmpty) return Decision<ProgrammeEvent, ProgrammeRefusal>.Nothing;

        // From here on it must succeed.
        var taken = outcomes.Where(o => o.Meaning is EntryMeaning.Pays or EntryMeaning.Returns
                or EntryMeaning.PaysBack)
            .Select(o => o.Entry.Key);
        ProgrammeEvent[] all =
        [
            .. events, new BankStatementTaken(
                command.Statement.Statements, command.Statement.FileHash, [.. taken], command.By.Name),
        ];
        return all;
    }

    private static ImmutableArray<BatchPayment> Payments(ProgrammeState programme, MakePaymentBatch command) =>
    [
        .. from standing in ToPay(programme)
            let claim = standing.Claim
            let payee = command.Payees.FirstOrDefault(p => p.Claim == claim.Id)
            where payee is { Fault: null, Party: not null }
            let party = payee.Party! with { Iban = Iban.Plain(payee.Party.Iban) }
            let text = string.Join(
                ' ', [
                    .. claim.Advance is null ? claim.Evidence.Invoices : ["Advance"], programme.Terms!.Name,
                    claim.Booking.Value,
                ])
            select new BatchPayment(
                claim.Id, PaymentBatch.NameOf("FP", command.Batch, claim.Id.Value),
                Advances.Payable(standing, programme.Terms!.PaymentMode), party, text),
    ];

    private static Refused<ProgrammeRefusal>? Refusal(ProgrammeState programme, Command command) =>
        programme.Terms is null ? new(ProgrammeRefusal.ProgrammeUnknown, "There is no such programme.")
        : ProgrammeDecisions.IsOfficer(programme, command) ? null
        : new(ProgrammeRefusal.NotAllowed, "Only the programme's officers deal with its bank.");

    private static Refused<ProgrammeRefusal> No(ProgrammeRefusal code, string reason) => new(code, reason);
}
