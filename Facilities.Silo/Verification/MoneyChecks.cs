using Facilities.Grains.Accounts;
using Facilities.Grains.Banking;
using Facilities.Grains.Claims;
using Facilities.Grains.Credits;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Silo.Credits;
using NodaTime;
using NodaTime.Text;
using static Facilities.Silo.Verification.Statements;

namespace Facilities.Silo.Verification;

/// <summary>
/// Of every voucher: reserved and redeemed are never below zero, nor together above the face value. Says what each
/// booking has of them.
/// </summary>
internal sealed class AccountCheck(StreamName stream, Statements statements, Faults faults) : StreamCheck
{
    private readonly Dictionary<string, (long Face, long Reserved, long Redeemed)> vouchers = [];
    private readonly Dictionary<string, VoucherPart[]> reservations = [];
    private readonly Dictionary<string, Money> lapsed = [];
    private readonly HashSet<string> ended = [];
    private readonly HashSet<(string Voucher, int Number)> untold = [];

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case VoucherReceived e:
                vouchers[e.Voucher.Value] = (e.FaceValue.Minor, 0, 0);
                statements.Say(
                    $"voucher/{e.Voucher}", $"award account/{stream.Key}", Side.Holder,
                    ProgrammeCheck.Award(e.Programme.Id, e.FaceValue, e.ExpiresOn));
                break;
            case VouchersReserved e:
                reservations[e.Booking.Value] = [.. e.Parts];
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, part.Amount.Minor, 0);
                Say(e.Booking, "reserved", e.Parts);
                break;
            case VouchersFirmed e:
                Say(e.Booking, "firm", reservations.GetValueOrDefault(e.Booking.Value, []));
                break;
            case AdvanceDrawn e:
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, -part.Amount.Minor, part.Amount.Minor);
                reservations[e.Booking.Value] =
                    WalletAdvances.Less(reservations.GetValueOrDefault(e.Booking.Value, []), e.Parts);
                break;
            case AdvanceReturned e: Change(stored, e.Voucher.Value, 0, -e.Amount.Minor); break;
            case VouchersReleased e:
                Unreserve(stored, e.Booking.Value);
                statements.TakeBack(
                    BookingStatements.About(e.Booking), BookingStatements.VoucherPart(stream.Key), Side.Holder);
                break;
            case VouchersRedeemed e:
                var reserved = reservations.GetValueOrDefault(e.Booking.Value, []);
                foreach (var part in e.Parts)
                    if (!reserved.Any(r => r.Voucher == part.Voucher && r.Amount.Minor >= part.Amount.Minor))
                        faults.Add(
                            "voucherOverdrawn", $"{stream}#{stored.Version}",
                            $"booking {e.Booking} redeems more of {part.Voucher} than it reserved.");
                Unreserve(stored, e.Booking.Value);
                foreach (var part in e.Parts) Change(stored, part.Voucher.Value, 0, part.Amount.Minor);
                Say(e.Booking, "redeemed", WalletAdvances.Whole(e));
                break;
            case RedemptionCredited e:
                Change(stored, e.Voucher.Value, 0, -e.Amount.Minor);
                break;
            case RedemptionReturned e:
                Change(stored, e.Voucher.Value, 0, -e.Amount.Minor);
                Lapse(stored, e.Voucher, e.Amount);
                break;
            case VoucherEnded e:
                ended.Add(e.Voucher.Value);
                break;
            case VoucherLapsed e:
                if (!ended.Contains(e.Voucher.Value))
                    faults.Add("voucherLapsed", $"{stream}#{stored.Version}", $"{e.Voucher} lapsed and had not ended.");
                untold.Add((e.Voucher.Value, e.Number));
                Lapse(stored, e.Voucher, e.Amount);
                break;
            case LapseTold e:
                untold.Remove((e.Voucher.Value, e.Number));
                break;
        }
    }

    public override void Finish()
    {
        foreach (var voucher in untold.Select(u => u.Voucher).Distinct())
            statements.Say($"voucher/{voucher}", ProgrammeCheck.ReturnedPart(stream.Key), Side.UnderWay, "not told");
    }

    private void Say(BookingId booking, string how, IEnumerable<VoucherPart> parts) => statements.Say(
        BookingStatements.About(booking), BookingStatements.VoucherPart(stream.Key), Side.Holder,
        BookingStatements.Parts(how, parts.Select(p => (p.Voucher.Value, p.Amount))));

    /// <summary>What went back to the programme is worth nothing here any more.</summary>
    private void Lapse(StoredEvent stored, VoucherId voucher, Money amount)
    {
        if (vouchers.TryGetValue(voucher.Value, out var v))
            vouchers[voucher.Value] = v with { Face = v.Face - amount.Minor };
        Change(stored, voucher.Value, 0, 0);
        var all = lapsed[voucher.Value] = lapsed.TryGetValue(voucher.Value, out var before) ? before + amount : amount;
        statements.Say(
            $"voucher/{voucher}", ProgrammeCheck.ReturnedPart(stream.Key), Side.Holder, $"{all} returned");
    }

    private void Unreserve(StoredEvent stored, string booking)
    {
        if (!reservations.Remove(booking, out var parts)) return;
        foreach (var part in parts) Change(stored, part.Voucher.Value, -part.Amount.Minor, 0);
    }

    private void Change(StoredEvent stored, string voucher, long reserved, long redeemed)
    {
        if (!vouchers.TryGetValue(voucher, out var v))
        {
            faults.Add("voucherUnknown", $"{stream}#{stored.Version}", $"there is no voucher {voucher}.");
            return;
        }
        v = vouchers[voucher] = (v.Face, v.Reserved + reserved, v.Redeemed + redeemed);
        if (v.Reserved < 0 || v.Redeemed < 0 || v.Reserved + v.Redeemed > v.Face)
            faults.Add("voucherOverdrawn", $"{stream}#{stored.Version}",
                $"of {voucher}, worth {v.Face} cents, {v.Reserved} are reserved and {v.Redeemed} redeemed.");
    }
}

/// <summary>
/// A programme awards no more than its budget, in all and in each year, no claim is for more than its voucher, and who
/// is paid back is paid on the account that was approved.
/// </summary>
internal sealed class ProgrammeCheck(StreamName stream, Faults faults) : StreamCheck
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
    public static string Award(ProgrammeId programme, Money amount, LocalDate expiresOn) =>
        $"{amount} of programme/{programme} until {LocalDatePattern.Iso.Format(expiresOn)}";

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
                    Award(id, award.Amount, award.ExpiresOn));
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
                vouchers[credited] = vouchers[credited] with { Claimed = vouchers[credited].Claimed - e.Amount.Minor };
                break;
            case AdvanceOpened e:
                Claim(stored, e.Claim.Voucher, e.Claim.Amount.Minor);
                advances[e.Claim.Id.Value] = e.Claim;
                break;
            case AdvanceClosed e: Close(stored, advances[e.Claim.Value]); break;
            case AdvanceRepaid { ForGood: false } e: Close(stored, advances[e.Claim.Value], e.Amount); break;
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
