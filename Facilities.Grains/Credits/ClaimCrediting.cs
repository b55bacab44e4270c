using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using NodaTime;

namespace Facilities.Grains.Credits
{
    /// <summary>What a credit did to a claim, by where its money was.</summary>
    public enum CreditEffect
    {
        /// <summary>The funder had rejected the claim and owes nothing.</summary>
        None,
        /// <summary>The claim was not decided yet: it is for less.</summary>
        ClaimLowered,
        /// <summary>It was approved: the approval is for less.</summary>
        ApprovalLowered,
        /// <summary>It was paid: the difference is owed back.</summary>
        PaymentOwed,
        /// <summary>It is being paid by a file: the difference is owed back, unless the bank does not pay.</summary>
        FileOwed,
        /// <summary>It was decided, and its advance had paid all that is credited: that is owed back.</summary>
        AdvanceOwed,
    }

    /// <summary>What happens to claims by credits of their providers.</summary>
    public abstract record CreditEvent(ClaimId Claim, int Number) : ProgrammeEvent;

    /// <summary>The provider credited a part of a claim.</summary>
    /// <param name="Claim">Which claim.</param>
    /// <param name="Number">The credit within the booking.</param>
    /// <param name="Amount">What the funder pays less.</param>
    /// <param name="Effect">What that does.</param>
    /// <param name="Note">The number of the credit note.</param>
    /// <param name="Reason">Why, in the facility's words.</param>
    /// <param name="RepayBy">The last day to pay it back, in the programme's zone; null where nothing is owed.</param>
    public sealed record ClaimCredited(
        ClaimId Claim, int Number, Money Amount, CreditEffect Effect, string Note, string Reason, LocalDate? RepayBy)
        : CreditEvent(Claim, Number)
    {
        /// <summary>The same in the currency of the order, where that is another; left out of rows otherwise.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Money? OfOrder { get; init; }

        /// <summary>The part of it that the advance had paid; null where none had, left out of rows then.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Money? OfAdvance { get; init; }

        /// <summary>The part of it that the claim itself asks for.</summary>
        [JsonIgnore]
        public Money OfClaim => OfAdvance is { } advance ? Amount - advance : Amount;
    }

    /// <summary>The wallet and the booking know of the credit.</summary>
    public sealed record CreditTold(ClaimId Claim, int Number) : CreditEvent(Claim, Number);

    /// <summary>A credit on a claim with where it stands.</summary>
    /// <param name="Number">Within the booking.</param>
    /// <param name="Amount">What the funder pays less.</param>
    /// <param name="Effect">What that did.</param>
    /// <param name="Note">The number of the credit note.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="At">When.</param>
    public sealed record ClaimCredit(
        int Number, Money Amount, CreditEffect Effect, string Note, string Reason, Instant At)
    {
        /// <inheritdoc cref="ClaimCredited.OfAdvance"/>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Money? OfAdvance { get; init; }

        /// <inheritdoc cref="ClaimCredited.OfClaim"/>
        [JsonIgnore]
        public Money OfClaim => OfAdvance is { } advance ? Amount - advance : Amount;

        /// <summary>By which a credit is known among all of a programme.</summary>
        public static string KeyOf(ClaimId claim, int number) =>
            string.Create(CultureInfo.InvariantCulture, $"{claim}/{number}");
    }

    /// <summary>How a programme follows from credits.</summary>
    public static class ClaimCrediting
    {
        /// <summary>The state after an event.</summary>
        public static ProgrammeState Apply(ProgrammeState state, CreditEvent happened, Instant at)
        {
            var claim = state.Claims[happened.Claim.Value];
            var key = ClaimCredit.KeyOf(happened.Claim, happened.Number);
            var told = state.ToCredit ?? [];
            return happened switch
            {
                ClaimCredited e => state with
                {
                    Claims = state.Claims.SetItem(e.Claim.Value, Closed(Lowered(state, claim, e, at))),
                    ToCredit = e.RepayBy is null ? told.Add(key) : told,
                },
                CreditTold => state with { ToCredit = told.Remove(key) },
                _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to a claim."),
            };
        }

        /// <summary>The double entry of an event; what goes back to a voucher is posted by its wallet.</summary>
        public static RowWrite? PostingOf(
            ProgrammeState after, CreditEvent happened, string key, string owner, Instant at)
        {
            var claim = after.Claims[happened.Claim.Value].Claim;
            RowWrite Post(string debit, string credit, string text) => Posting.Row(
                key, owner, at, debit, credit, ((ClaimCredited)happened).OfClaim, text, claim.Booking, claim.Voucher);
            return happened switch
            {
                ClaimCredited { OfClaim.IsZero: true } => null,
                ClaimCredited { Effect: CreditEffect.ClaimLowered } e =>
                    Post("claimed", "redeemed", $"Credited by {e.Note}"),
                ClaimCredited { Effect: CreditEffect.ApprovalLowered } e =>
                    Post("approved", "redeemed", $"Credited by {e.Note} after the approval"),
                ClaimCredited { Effect: CreditEffect.PaymentOwed } e =>
                    Post("paid", "owed", $"Credited by {e.Note} after the payment"),
                ClaimCredited { Effect: CreditEffect.FileOwed } e =>
                    Post("approved", "owed", $"Credited by {e.Note} while the bank paid"),
                _ => null,
            };
        }

        /// <summary>Of a claim that is credited as a whole nothing is left to decide or to pay.</summary>
        internal static ClaimStanding Closed(ClaimStanding claim) =>
            claim.Claim is { Amount.IsZero: true, Advanced: null or { IsZero: true } } && claim.Credits is not null
                && !claim.OpenDebts.Any()
                && claim.Status is (ClaimStatus.Open or ClaimStatus.Queried or ClaimStatus.Approved)
                ? claim with { Status = ClaimStatus.Credited }
                : claim;

        private static ClaimStanding Lowered(ProgrammeState state, ClaimStanding claim, ClaimCredited e, Instant at)
        {
            var left = e.Effect == CreditEffect.None ? claim.Claim.Amount : claim.Claim.Amount - e.OfClaim;
            var lowered = claim with
            {
                Claim = claim.Claim with
                {
                    Amount = left,
                    Advanced = e.OfAdvance is { } part ? claim.Claim.Advanced - part : claim.Claim.Advanced,
                    OfOrder = e.Effect != CreditEffect.None && claim.Claim.OfOrder is { } order && e.OfOrder is { } less
                        ? order with { Amount = order.Amount - less }
                        : claim.Claim.OfOrder,
                },
                Credits =
                [
                    .. claim.Credits ?? [],
                    new ClaimCredit(e.Number, e.Amount, e.Effect, e.Note, e.Reason, at) { OfAdvance = e.OfAdvance },
                ],
            };
            return e.RepayBy is not { } by ? lowered
                : DebtBook.Arisen(lowered, DebtOf(state, e, by));
        }

        private static Debt DebtOf(ProgrammeState state, ClaimCredited e, LocalDate dueOn)
        {
            var isCompany = state.Terms!.PaymentMode.PaysAccount();
            return new(
                e.Number, isCompany ? Debtor.Company : Debtor.Facility, e.OfClaim, Money.Zero(e.Amount.Currency), dueOn,
                $"Credit note {e.Note}: {e.Reason}", Debt.ReferenceOf(e.Claim, e.Number))
            {
                // Companies are paid in the programme's currency, facilities in that of the order.
                OfOrder = isCompany ? null : e.OfOrder,
            };
        }
    }
}

namespace Facilities.Grains.Programmes
{
    public sealed partial record ClaimStanding
    {
        /// <summary>What the provider credited of it; null where nothing, left out of rows then.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<ClaimCredit>? Credits { get; init; }

        /// <summary>One credit; null where there is none of this number.</summary>
        public ClaimCredit? CreditOf(int number) => Credits?.FirstOrDefault(c => c.Number == number);

        /// <summary>What the voucher was to pay before credits, in advance and with the claim.</summary>
        [JsonIgnore]
        public Money Opened => Claim.Amount + (Claim.Advanced ?? Money.Zero(Claim.Amount.Currency)) + Money.Sum(
            (Credits ?? []).Where(c => c.Effect != CreditEffect.None).Select(c => c.Amount), Claim.Amount.Currency);
    }

    public sealed partial record ProgrammeState
    {
        /// <summary>Credits that a wallet and a booking have to be told of; null where none ever was.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableSortedSet<string>? ToCredit { get; init; }
    }
}
