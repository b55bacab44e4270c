using Facilities.Grains.Accounts;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Credits;
using Facilities.Silo.Verification;
using NodaTime;
using NodaTime.Text;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.MoneyProofs;

/// <summary>
/// A programme awards no more than its budget, in all and in each year, no claim is for more than its voucher, and who
/// is paid back is paid on the account that was approved.
/// </summary>
internal sealed class ProgrammeCheck(StreamName stream, Faults faults) : StreamProof
{
    private readonly Dictionary<string, (long Face, long Claimed)> vouchers = [];
    private readonly Dictionary<string, string> claims = [];
    private readonly Dictionary<string, (int Year, long Minor)> prepared = [];
    private readonly Dictionary<int, long> taken = [];
    private readonly Dictionary<string, long> reduced = [];
    private readonly Dictionary<string, int> years = [];
    private readonly Dictionary<string, (BankParty Account, bool Approved)> accounts = [];
    private readonly Dictionary<string, Claim> advances = [];
    private ProgrammeTerms? terms;
    private long budget;
    private long awarded;

    /// <summary>An award in one text, alike in the programme and in the wallet.</summary>
    public static string Award(ProgrammeTerms carried, Money amount, LocalDate expiresOn) =>
        $"{amount} of programme/{carried.Id} at up to {SupportCeiling.HighestRate(carried)} until "
            + LocalDatePattern.Iso.Format(expiresOn);

    /// <summary>The part that programme and wallet both speak of where something came back.</summary>
    public static string ReturnedPart(string account) => $"returned account/{account}";

    /// <summary>Says what the programme awarded and what was claimed of it.</summary>
    public static void Say(ProgrammeState programme, Statements statements)
    {
        if (programme.Terms is not { Id: var id }) return;
        foreach (var award in programme.Awards.Values.Where(a => a.Aid is not null))
            statements.Say(UndertakingCheck.About(award.Voucher.Value), UndertakingCheck.Part, Side.Owner,
                UndertakingCheck.Aid(award.Account.Value, award.Aid!.Value));
        foreach (var award in programme.Prepared.Values)
            statements.Say(UndertakingCheck.About(award.Voucher.Value), "", Side.UnderWay, "not granted yet");
        foreach (var award in programme.Awards.Values)
            if (award.HandedOver)
                statements.Say($"voucher/{award.Voucher}", $"award account/{award.Account}", Side.Owner,
                    Award(
                        SupportCeiling.AtMost(programme.TermsOf(award.Edition), award.Lesser?.Rate), award.Amount,
                        award.ExpiresOn));
            else statements.Say($"voucher/{award.Voucher}", "", Side.UnderWay, "not handed over");
        foreach (var claim in programme.ToReport.Select(id => programme.Claims[id].Claim))
            statements.Say(
                $"voucher/{claim.Voucher}", ReturnedPart(claim.Account.Value), Side.UnderWay, "not returned");
        AdvanceStatements.SayToGiveBack(programme, statements);
        foreach (var voucher in programme.ToLower)
            statements.Say(
                UndertakingCheck.About(voucher), UndertakingCheck.LoweredPart, Side.UnderWay, "not lowered");
        CreditStatements.Say(programme, statements);
        foreach (var standing in programme.Claims.Values)
        {
            var (claim, status) = (standing.Claim, standing.Status);
            var about = BookingStatements.About(claim.Booking);
            AdvanceStatements.Say(programme, programme.Claims[claim.Id.Value], statements);
            if (claim.Advance is not null) continue;
            var outcome = BookingStatements.OutcomePart(id.Value, claim.Id.Value);
            if (programme.ToReport.Contains(claim.Id.Value))
                statements.Say(about, outcome, Side.UnderWay, "not reported");
            else if (status is ClaimStatus.Paid or ClaimStatus.Rejected
                || programme.Banking.Told.Contains(claim.Id.Value))
                statements.Say(about, outcome, Side.Holder, status == ClaimStatus.Rejected ? "rejected" : "paid");
        }
    }

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case ProgrammePublished e:
                (terms, budget) = (e.Terms, e.Terms.Budget.Minor);
                break;
            case ProgrammeChanged e:
                (terms, budget) = (e.Terms, e.Terms.Budget.Minor);
                foreach (var year in taken.Keys) Judge(stored, year);
                break;
            case AwardPrepared e:
                prepared[e.Voucher.Value] = (e.GrantedOn.Year, e.Amount.Minor);
                Take(stored, e.GrantedOn.Year, e.Amount.Minor);
                break;
            case AwardWithdrawn e:
                if (prepared.Remove(e.Voucher.Value, out var withdrawn))
                    Take(stored, withdrawn.Year, -withdrawn.Minor);
                break;
            case VoucherAwarded e:
                var isPrepared = prepared.Remove(e.Voucher.Value, out var before);
                var granted = isPrepared
                    ? before.Year
                    : stored.At.InZone(DateTimeZoneProviders.Tzdb[terms!.TimeZone]).Year;
                if (!isPrepared) Take(stored, granted, e.Amount.Minor);
                // What a lower rate leaves goes back to the year.
                else Take(stored, granted, e.Amount.Minor - before.Minor);
                years[e.Voucher.Value] = granted;
                awarded += e.Amount.Minor;
                vouchers[e.Voucher.Value] = (e.Amount.Minor, 0);
                if (awarded > budget)
                    faults.Add(
                        "budgetExceeded", $"{stream}#{stored.Version}",
                        $"{awarded} cents are awarded of a budget of {budget}.");
                break;
            case VoucherReduced e:
                awarded -= e.Amount.Minor;
                // It goes back to the year that it was taken of.
                Take(stored, years.GetValueOrDefault(e.Voucher.Value), -e.Amount.Minor);
                reduced[e.Voucher.Value] = reduced.GetValueOrDefault(e.Voucher.Value) + e.Amount.Minor;
                if (reduced[e.Voucher.Value] > vouchers.GetValueOrDefault(e.Voucher.Value).Face)
                    faults.Add(
                        "voucherOverdrawn", $"{stream}#{stored.Version}",
                        $"{reduced[e.Voucher.Value]} cents came back of {e.Voucher}, which was worth less.");
                break;
            case ClaimAccountStated e:
                accounts[e.Claim.Value] = (e.Account, false);
                break;
            case ClaimPaymentProven e when accounts.TryGetValue(e.Claim.Value, out var stated):
                accounts[e.Claim.Value] = stated with { Approved = true };
                break;
            case PaymentBatchMade e:
                foreach (var payment in e.Batch.Payments)
                    if (accounts.TryGetValue(payment.Claim.Value, out var to)
                        && to != (payment.Creditor, true))
                        faults.Add(
                            "payoutChanged", $"{stream}#{stored.Version}",
                            $"{payment.Claim} is paid to {payment.Creditor.Iban}, approved was {to.Account.Iban}.");
                break;
            case ClaimCredited e when e.Effect != CreditEffect.None
                && claims.TryGetValue(e.Claim.Value, out var credited):
                vouchers[credited] = vouchers[credited] with { Claimed = vouchers[credited].Claimed - e.OfClaim.Minor };
                break;
            case AdvanceOpened e:
                Claim(stored, e.Claim.Voucher, e.Claim.Amount.Minor);
                advances[e.Claim.Id.Value] = e.Claim;
                break;
            case AdvanceClosed e: Close(stored, advances[e.Claim.Value]); break;
            case DebtRepaid { ForGood: false } e when advances.TryGetValue(e.Claim.Value, out var repaid):
                Close(stored, repaid, e.Amount);
                break;
            case ClaimOpened e:
                claims[e.Claim.Id.Value] = e.Claim.Voucher.Value;
                // The account that the advance was paid to is approved anew.
                if (e.Claim.Advanced is not null && accounts.TryGetValue(
                    Advances.IdOf(e.Claim.Booking, e.Claim.Voucher).Value, out var advanced))
                    accounts[e.Claim.Id.Value] = advanced with { Approved = false };
                Claim(stored, e.Claim.Voucher, e.Claim.Amount.Minor);
                break;
        }
    }

    private void Close(StoredEvent stored, Claim claim, Money? part = null) =>
        Claim(stored, claim.Voucher, -(part ?? claim.Amount).Minor);

    private void Claim(StoredEvent stored, VoucherId voucher, long minor)
    {
        var (face, claimed) = vouchers.GetValueOrDefault(voucher.Value);
        claimed += minor;
        vouchers[voucher.Value] = (face, claimed);
        if (claimed > face)
            faults.Add(
                "voucherOverdrawn", $"{stream}#{stored.Version}",
                $"{claimed} cents are claimed on {voucher}, worth {face}.");
    }

    private void Take(StoredEvent stored, int year, long minor)
    {
        taken[year] = taken.GetValueOrDefault(year) + minor;
        Judge(stored, year);
    }

    private void Judge(StoredEvent stored, int year)
    {
        if (terms?.Years is not { } years) return;
        var most = years.FirstOrDefault(y => y.Year == year)?.Amount.Minor ?? 0;
        if (taken[year] > most)
            faults.Add(
                "yearBudgetExceeded", $"{stream}#{stored.Version}",
                $"{taken[year]} cents are granted in {year} of a budget of {most}.");
    }
}
