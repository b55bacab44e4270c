using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Applications;

/// <summary>The calls and applications of a programme.</summary>
/// <param name="Calls">By their id.</param>
/// <param name="Items">The applications by their id.</param>
public sealed record ApplicationBook(
    ImmutableSortedDictionary<string, Call> Calls, ImmutableSortedDictionary<string, Application> Items)
{
    /// <summary>Nobody called, nobody applied.</summary>
    public static readonly ApplicationBook Empty = new(
        ImmutableSortedDictionary<string, Call>.Empty, ImmutableSortedDictionary<string, Application>.Empty);

    /// <summary>The application that asks for a voucher which waits for the aid register.</summary>
    public ImmutableSortedDictionary<string, string> ByVoucher { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What each call awarded or is about to, in minor units.</summary>
    public ImmutableSortedDictionary<string, long> TakenByCall { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Deadlines of completions, the next one first: the day and the application.</summary>
    public ImmutableSortedSet<string> Deadlines { get; init; } = [];

    /// <summary>Who has an application that is not decided, by call and account.</summary>
    public ImmutableSortedSet<string> Standing { get; init; } = [];

    /// <summary>What may still be awarded of a call's share; null where it has none.</summary>
    public Money? LeftOf(Call call) => call.Share is { } share
        ? new Money(share.Minor - TakenByCall.GetValueOrDefault(call.Id.Value), share.Currency)
        : null;

    /// <summary>Whether an account has an application of a call that is not decided.</summary>
    public bool HasStanding(CallId? call, AccountId account) => Standing.Contains(Key(call, account));

    /// <summary>
    /// The first of the same call that was complete before an application and waits; null where none does.
    /// </summary>
    public Application? Before(Application application) => Items.Values
        .Where(a => a.Call == application.Call && a.Status == ApplicationStatus.Submitted && a.Id != application.Id
            && Comes(a, application))
        .MinBy(a => (a.CompleteSince, a.Id.Value));

    private static bool Comes(Application first, Application second) =>
        first.CompleteSince < second.CompleteSince || (first.CompleteSince == second.CompleteSince
            && string.CompareOrdinal(first.Id.Value, second.Id.Value) < 0);

    /// <summary>The first day after which something lapses; null where nothing does.</summary>
    public LocalDate? NextDeadline => Deadlines.IsEmpty ? null : DayOf(Deadlines[0]);

    /// <summary>Those whose deadline is before a day.</summary>
    public IEnumerable<ApplicationKey> LateOn(LocalDate day) => Deadlines
        .TakeWhile(deadline => DayOf(deadline) < day)
        .Select(deadline => new ApplicationKey(deadline[(deadline.IndexOf('|', StringComparison.Ordinal) + 1)..]));

    /// <summary>The book after an event.</summary>
    public static ApplicationBook Evolve(ApplicationBook book, ApplicationEvent happened, Instant at) =>
        happened switch
        {
            CallSet e => book with { Calls = book.Calls.SetItem(e.Call.Id.Value, e.Call) },
            ApplicationSubmitted e => book with
            {
                Items = book.Items.Add(e.Application.Id.Value, e.Application),
                Standing = book.Standing.Add(Key(e.Application.Call, e.Application.Account)),
            },
            CompletionAsked e => book.Change(e.Application, a => a with
            {
                Status = ApplicationStatus.Incomplete,
                Completion = new(e.Question, e.Until, null),
            }) with
            {
                Deadlines = book.Deadlines.Add(Deadline(e.Until, e.Application)),
            },
            ApplicationCompleted e => book.Timely(e.Application).Change(e.Application, a => a with
            {
                Status = ApplicationStatus.Submitted,
                Completion = a.Completion! with { Answer = e.Answer },
                CompletedAt = at,
            }),
            ApplicationLapsed e => book.Timely(e.Application).End(e.Application, ApplicationStatus.Lapsed),
            ApplicationWithdrawn e => book.Timely(e.Application).End(e.Application, ApplicationStatus.Withdrawn),
            InterestDeclared e => book.Change(e.Application, a => a with
            {
                Assessments = a.Assessments.SetItem(
                    e.Assessor.Value, new Assessment(e.Name, e.HasConflict, e.Note, [], "")),
            }),
            ApplicationScored e => book.Change(e.Application, a => a with
            {
                Assessments = a.Assessments.SetItem(
                    e.Assessor.Value,
                    a.Assessments[e.Assessor.Value] with { Points = e.Points, Remark = e.Remark }),
            }),
            ApplicationApproved e => book.Approve(e, at),
            ApplicationRejected e => book.End(e.Application, ApplicationStatus.Rejected, a => a with
            {
                Verdict = VerdictOf(e, at),
            }),
            _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to an application."),
        };

    /// <summary>The book after a voucher was awarded, perhaps with less than was decided.</summary>
    internal ApplicationBook Awarded(VoucherId voucher, Money amount)
    {
        if (!ByVoucher.TryGetValue(voucher.Value, out var id)) return this;
        var application = Items[id];
        var verdict = application.Verdict!;
        return Take(application, amount.Minor - verdict.Amount!.Value.Minor).End(
            new(id), ApplicationStatus.Awarded, a => a with { Verdict = verdict with { Amount = amount } }) with
        {
            ByVoucher = ByVoucher.Remove(voucher.Value),
        };
    }

    /// <summary>The book after the aid register refused an award: the application waits again.</summary>
    internal ApplicationBook Refused(VoucherId voucher, string reason)
    {
        if (!ByVoucher.TryGetValue(voucher.Value, out var id)) return this;
        var application = Items[id];
        return Take(application, -application.Verdict!.Amount!.Value.Minor).Change(application.Id, a => a with
        {
            Status = ApplicationStatus.Submitted,
            Verdict = null,
            Attempts = a.Attempts + 1,
            RegisterRefusal = reason,
        }) with
        {
            ByVoucher = ByVoucher.Remove(voucher.Value),
        };
    }

    /// <summary>When the application of a voucher that is being awarded came in; null where there is none.</summary>
    internal Instant? AppliedAt(VoucherId voucher) =>
        ByVoucher.TryGetValue(voucher.Value, out var id) ? Items[id].At : null;

    private ApplicationBook Approve(ApplicationApproved e, Instant at)
    {
        var verdict = new Verdict(e.Amount, e.Note, e.ByName, at, e.Voucher, null, null);
        return Take(Items[e.Application.Value], e.Amount.Minor).Change(e.Application, a => a with
        {
            Status = ApplicationStatus.Approved,
            Verdict = verdict,
        }) with
        {
            ByVoucher = ByVoucher.Add(e.Voucher.Value, e.Application.Value),
        };
    }

    private static Verdict VerdictOf(ApplicationRejected e, Instant at)
    {
        var failed = e.Checks.FirstOrDefault(check => !check.Passed);
        return new Verdict(
            null, e.Note, e.ByName, at, null, failed is null ? null : $"{failed.Reason} ({failed.Clause})",
            failed?.Remedy);
    }

    private ApplicationBook Take(Application application, long minor) => application.Call is not { } call ? this
        : this with
        {
            TakenByCall = TakenByCall.SetItem(call.Value, TakenByCall.GetValueOrDefault(call.Value) + minor),
        };

    private ApplicationBook Timely(ApplicationKey id) => Items[id.Value].Completion is { } completion
        ? this with { Deadlines = Deadlines.Remove(Deadline(completion.Until, id)) }
        : this;

    private ApplicationBook End(
        ApplicationKey id, ApplicationStatus status, Func<Application, Application>? change = null)
    {
        var application = Items[id.Value];
        return Change(id, a => (change?.Invoke(a) ?? a) with { Status = status }) with
        {
            Standing = Standing.Remove(Key(application.Call, application.Account)),
        };
    }

    private ApplicationBook Change(ApplicationKey id, Func<Application, Application> change) =>
        this with { Items = Items.SetItem(id.Value, change(Items[id.Value])) };

    private static string Key(CallId? call, AccountId account) => $"{call?.Value}|{account}";

    private static string Deadline(LocalDate until, ApplicationKey id) => $"{Words.IsoDay(until)}|{id}";

    private static LocalDate DayOf(string deadline) =>
        LocalDatePattern.Iso.Parse(deadline[..deadline.IndexOf('|', StringComparison.Ordinal)]).Value;
}
