using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Facilities.Grains.Banking;
using Facilities.Grains.Debts;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Debts
{
    /// <summary>Who owes something back to a programme: whoever it had paid.</summary>
    public enum Debtor
    {
        /// <summary>The facility, which was paid in place of the company.</summary>
        Facility,
        /// <summary>The company, which was paid back or paid in advance.</summary>
        Company,
    }

    /// <summary>What is owed back to a programme of what it paid for a claim.</summary>
    /// <param name="Number">Within the claim; that of the credit where a credit is the cause.</param>
    /// <param name="By">Who owes it.</param>
    /// <param name="Amount">In all, in the programme's currency.</param>
    /// <param name="ForGood">The part that was claimed and rejected: it does not come back to the voucher.</param>
    /// <param name="DueOn">The last day for it, in the programme's zone.</param>
    /// <param name="Reason">Why, in words.</param>
    /// <param name="Reference">What the transfer is to name, so that the bank's statement is understood.</param>
    public sealed record Debt(
        int Number, Debtor By, Money Amount, Money ForGood, LocalDate DueOn, string Reason, string Reference)
    {
        /// <summary>What is transferred, where that is in another currency; left out of rows otherwise.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Money? OfOrder { get; init; }

        /// <summary>What came of it, in the programme's currency.</summary>
        public Money Repaid { get; init; } = Money.Zero(Amount.Currency);

        /// <summary>What came in the other currency; left out of rows where there is none.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Money? RepaidOfOrder { get; init; }

        /// <summary>When all of it had come, or nothing was owed any more.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Instant? SettledAt { get; init; }

        /// <summary>By which payment, or why not.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Settlement { get; init; }

        /// <summary>Whether money is still to come.</summary>
        [JsonIgnore]
        public bool IsOpen => SettledAt is null;

        /// <summary>What is still owed, in the programme's currency.</summary>
        [JsonIgnore]
        public Money Open => IsOpen ? Amount - Repaid : Money.Zero(Amount.Currency);

        /// <summary>What is transferred in all: facilities were paid in the currency of the order.</summary>
        [JsonIgnore]
        public Money ToTransfer => OfOrder ?? Amount;

        /// <summary>What is still to be transferred.</summary>
        [JsonIgnore]
        public Money OpenTransfer => !IsOpen ? Money.Zero(ToTransfer.Currency)
            : OfOrder is { } whole ? whole - (RepaidOfOrder ?? Money.Zero(whole.Currency))
            : Open;

        /// <summary>What came of the part that the voucher may use again; that part is filled first.</summary>
        [JsonIgnore]
        public Money RepaidToVoucher => Money.Min(Repaid, Amount - ForGood);

        /// <summary>What came of the part that leaves the voucher.</summary>
        [JsonIgnore]
        public Money RepaidForGood => Repaid - RepaidToVoucher;

        /// <summary>What a transfer counts for; the last one makes it whole, so that no cent is lost.</summary>
        public Money Counted(Money transfer)
        {
            if (OfOrder is not { } whole) return transfer;
            var left = OpenTransfer - transfer;
            return Open - Money.Min(Open, Money.Rounded(Amount.Amount * left.Amount / whole.Amount, Amount.Currency));
        }

        /// <summary>What the transfer for a credit names.</summary>
        public static string ReferenceOf(ClaimId claim, int credit) =>
            PaymentBatch.NameOf("FK", claim.Value, credit.ToString(CultureInfo.InvariantCulture));
    }
}

namespace Facilities.Grains.Programmes
{
    public sealed partial record ClaimStanding
    {
        /// <summary>What was to be paid back of it; null where nothing ever was, left out of rows then.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<Debt>? Debts { get; init; }

        /// <summary>What of an advance was not paid back.</summary>
        [JsonIgnore]
        public Money Kept => Claim.Amount - Money.Sum((Debts ?? []).Select(d => d.Repaid), Claim.Amount.Currency);

        /// <summary>What is still to be paid back of it.</summary>
        [JsonIgnore]
        public IEnumerable<Debt> OpenDebts => (Debts ?? []).Where(d => d.IsOpen);

        /// <summary>One debt; null where there is none of this number.</summary>
        public Debt? DebtOf(int number) => Debts?.FirstOrDefault(d => d.Number == number);
    }
}
