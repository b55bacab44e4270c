using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Models;

/// <summary>The programme against plain lists and sums.</summary>
public sealed class ProgrammeModelTests
{
    private const long Budget = 2_000_000;
    private const long Cap = 500_000;

    [Fact]
    public void The_programme_answers_like_plain_sums() =>
        ModelRuns.Play(runs: 200, steps: 80, (draws, tally) => new Play(tally).All(draws),
            least: 3, "PublishProgramme: done", "PublishProgramme: NotAllowed", "AwardVoucher: done",
            "AwardVoucher: nothing", "AwardVoucher: BudgetExceeded", "AwardVoucher: AmountNotAllowed",
            "AwardVoucher: NotAllowed", "RecordHandOver: done", "OpenClaim: done", "OpenClaim: nothing",
            "OpenClaim: throws", "DecideClaim: done", "DecideClaim: ClaimDecided", "DecideClaim: ClaimUnknown",
            "PayClaim: done", "PayClaim: ClaimNotApproved", "PayClaim: ClaimDecided", "RecordClaimReport: done",
            "RecordClaimReport: nothing", "QueryClaim: done", "QueryClaim: AnswerAwaited", "QueryClaim: NotValid",
            "AnswerClaim: done", "AnswerClaim: ClaimNotQueried", "DecideClaim: AnswerAwaited");

    private sealed class Award
    {
        public long Minor { get; init; }
        public LocalDate LastDay { get; init; }
        public bool IsHandedOver { get; set; }
    }

    private sealed class Play(Tally tally)
    {
        private static readonly ProgrammeTerms Terms =
            BerlinAbroad with
            {
                Budget = new(Budget, Currency.Eur),
                CapPerVoucher = new(Cap, Currency.Eur),
                LegalBasis = "none",
            };

        private readonly Real<ProgrammeState, ProgrammeEvent, ProgrammeRefusal> _real =
            new(ProgrammeState.Nobody, ProgrammeState.Evolve);
        private readonly SortedDictionary<string, Award> _awards = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, ClaimStatus> _claims = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _toReport = new(StringComparer.Ordinal);
        private readonly Dictionary<string, LocalDate> _answerBy = [];
        private readonly Dictionary<string, long> _amounts = [];
        private bool _isPublished;
        private Instant _now = Now;

        public void All(Draw[] draws)
        {
            // Mostly something is published first: without it everything else is refused.
            if (draws is [{ A: var first }, ..] && first % 8 > 0) Publish(new("p"), Actor.System);
            foreach (var draw in draws)
            {
                _now += Duration.FromHours(draw.C % 50);
                Step(draw);
                Compare();
                if (draw.C % 9 == 0) _real.Restart();
            }
        }

        private void Compare()
        {
            _real.Same(_isPublished, _real.State.Terms is not null, "published");
            if (_isPublished) _real.Same(Budget - Awarded, _real.State.Free.Minor, "free");
            _real.Same(true, Awarded <= Budget, "within the budget");
            _real.Same(
                string.Join(' ', _awards.Select(a => (a.Key, a.Value.Minor, a.Value.LastDay, a.Value.IsHandedOver))),
                string.Join(' ', _real.State.Awards.Select(
                    a => (a.Key, a.Value.Amount.Minor, a.Value.ExpiresOn, a.Value.HandedOver))), "awards");
            _real.Same(
                string.Join(' ', _claims),
                string.Join(' ', _real.State.Claims.ToDictionary(c => c.Key, c => c.Value.Status)), "claims");
            _real.Same(string.Join(' ', _toReport), string.Join(' ', _real.State.ToReport), "to report");
        }

        /// <summary>What was awarded and has not come back with a rejected claim.</summary>
        private long Awarded => _awards.Values.Sum(a => a.Minor)
            - _claims.Where(c => c.Value == ClaimStatus.Rejected).Sum(c => _amounts[c.Key]);

        private LocalDate Today => _now.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date;

        private void Step(Draw draw)
        {
            CommandId id = new($"c-{draw.A % 30}");
            var by = draw.B % 12 == 0 ? People.Spree : draw.B % 3 == 0 ? Actor.System : People.Officer;
            ClaimId claim = new($"k-{draw.A % 6}");
            switch (draw.Kind % 15)
            {
                case 0:
                    by = draw.B % 3 == 0 ? People.Officer : Actor.System;
                    Publish(id, by);
                    break;
                case 1 or 2 or 3:
                    var amount = new Money((draw.B - 300) * 100L, draw.C % 20 == 0 ? Currency.Huf : Currency.Eur);
                    _real.Tell(new AwardVoucher(id, by, new("spree-diagnostics"), amount, ""),
                        ProgrammeDecisions.Decide, _now, AwardOf(id, by, amount), tally);
                    break;
                case 4:
                    var voucher = $"v-c-{draw.A % 30}";
                    _real.Tell(new RecordHandOver(new("h"), Actor.System, new(voucher)), ProgrammeDecisions.Decide,
                        _now, HandOver(voucher), tally);
                    break;
                case 5 or 6:
                    by = draw.B % 12 == 0 ? People.Officer : Actor.System;
                    var opened = new Claim(
                        claim, new("b-1"), new(VoucherFor(draw)), new("spree-diagnostics"), [Imaging.Id],
                        new(draw.B, Currency.Eur), new("s", "h", _now, "MRI", _now, _now, "Somebody", [], Eur(1)));
                    _real.Tell(new OpenClaim(id, by, opened), ProgrammeDecisions.Decide, _now, Open(opened, by), tally);
                    break;
                case 7 or 8:
                    var approve = draw.C % 2 > 0;
                    _real.Tell(new DecideClaim(id, by, claim, approve, ""), ProgrammeDecisions.Decide, _now,
                        Decided(claim.Value, approve, by), tally);
                    break;
                case 9 or 10:
                    _real.Tell(new PayClaim(id, by, claim, "R-1"), ProgrammeDecisions.Decide, _now,
                        Paid(claim.Value, by), tally);
                    break;
                case 11 or 12:
                    LocalDate? until = draw.C % 3 == 0 ? Today.PlusDays(draw.B % 80 - 5) : null;
                    _real.Tell(new QueryClaim(id, by, claim, "Which samples?", until), ClaimDecisions.Decide, _now,
                        Queried(claim.Value, until, by), tally);
                    break;
                case 13:
                    by = draw.B % 5 == 0 ? People.Officer : draw.B % 2 == 0 ? People.Spree : People.Imaging;
                    _real.Tell(new AnswerClaim(id, by, claim, "Those of May."), ClaimDecisions.Decide, _now,
                        Answered(claim.Value, by), tally);
                    break;
                default:
                    _real.Tell(new RecordClaimReport(id, Actor.System, claim), ProgrammeDecisions.Decide, _now,
                        _toReport.Remove(claim.Value) ? "done" : "nothing", tally);
                    break;
            }
        }

        private void Publish(CommandId id, Actor by)
        {
            var expected = by == People.Officer ? "NotAllowed" : _isPublished ? "nothing" : "done";
            _real.Tell(new PublishProgramme(id, by, Terms), ProgrammeDecisions.Decide, _now, expected, tally);
            _isPublished |= expected == "done";
        }

        private string AwardOf(CommandId id, Actor by, Money amount)
        {
            if (!_isPublished) return "ProgrammeUnknown";
            if (by == People.Spree) return "NotAllowed";
            if (_awards.ContainsKey($"v-{id}")) return "nothing";
            if (amount.Currency == Currency.Huf || amount.Minor is <= 0 or > Cap) return "AmountNotAllowed";
            if (Awarded + amount.Minor > Budget) return "BudgetExceeded";
            // Twelve months on, counted by hand; Berlin is an hour before Greenwich in winter, two in summer.
            var day = _now.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date;
            var last = new LocalDate(day.Year + 1, day.Month, day is { Month: 2, Day: 29 } ? 28 : day.Day);
            _awards[$"v-{id}"] = new Award { Minor = amount.Minor, LastDay = last };
            return "done";
        }

        private string HandOver(string voucher)
        {
            if (!_awards.TryGetValue(voucher, out var award) || award.IsHandedOver) return "nothing";
            award.IsHandedOver = true;
            return "done";
        }

        private string Open(Claim claim, Actor by) =>
            !_isPublished ? "ProgrammeUnknown"
            : !by.IsSystem ? "NotAllowed"
            : _claims.ContainsKey(claim.Id.Value) ? "nothing"
            : !_awards.ContainsKey(claim.Voucher.Value) ? "throws"
            : Becomes(claim.Id.Value, ClaimStatus.Open, claim.Amount.Minor);

        private string Queried(string claim, LocalDate? until, Actor by)
        {
            if (NotDecidable(claim, by) is { } no) return no;
            if (_claims[claim] == ClaimStatus.Queried) return "AnswerAwaited";
            if (_claims[claim] != ClaimStatus.Open) return "ClaimDecided";
            var day = until ?? Today.PlusDays(14);
            if (day <= Today || day > Today.PlusDays(60)) return "NotValid";
            _answerBy[claim] = day;
            return Becomes(claim, ClaimStatus.Queried);
        }

        private string Answered(string claim, Actor by) =>
            !_isPublished ? "ProgrammeUnknown"
            : by == People.Officer || !_claims.TryGetValue(claim, out var status) ? "ClaimUnknown"
            : status != ClaimStatus.Queried ? "ClaimNotQueried"
            : Becomes(claim, ClaimStatus.Open);

        private string Decided(string claim, bool approve, Actor by)
        {
            if (NotDecidable(claim, by) is { } no) return no;
            if (_claims[claim] is not (ClaimStatus.Open or ClaimStatus.Queried)) return "ClaimDecided";
            if (!approve && _claims[claim] == ClaimStatus.Queried && Today <= _answerBy[claim]) return "AnswerAwaited";
            if (!approve) _toReport.Add(claim);
            return Becomes(claim, approve ? ClaimStatus.Approved : ClaimStatus.Rejected);
        }

        private string Paid(string claim, Actor by)
        {
            if (NotDecidable(claim, by) is { } no) return no;
            if (_claims[claim] == ClaimStatus.Paid) return "ClaimDecided";
            if (_claims[claim] != ClaimStatus.Approved) return "ClaimNotApproved";
            _toReport.Add(claim);
            return Becomes(claim, ClaimStatus.Paid);
        }

        /// <summary>One that was awarded; now and then, and before any was, one that may not have been.</summary>
        private string VoucherFor(Draw draw) =>
            draw.C % 5 == 0 || _awards.Count == 0 ? $"v-c-{draw.B % 30}" : draw.Pick([.. _awards.Keys]);

        private string? NotDecidable(string claim, Actor by) =>
            !_isPublished ? "ProgrammeUnknown"
            : by == People.Spree ? "NotAllowed"
            : !_claims.ContainsKey(claim) ? "ClaimUnknown"
            : null;

        private string Becomes(string claim, ClaimStatus status, long? amount = null)
        {
            _amounts[claim] = amount ?? _amounts[claim];
            _claims[claim] = status;
            return "done";
        }
    }
}
