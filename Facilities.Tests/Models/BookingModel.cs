using Facilities.Grains.Bookings;

namespace Facilities.Tests.Models;

/// <summary>
/// A booking of one item as a table of what each command does in each status. Times are minutes from now's beginning.
/// </summary>
internal sealed class BookingModel(bool needsApproval, bool hasOffer, int start)
{
    private const string Ok = "done", Gate = "GateOpen", Step = "StepDone", Late = "HoldExpired";
    private const string Ended = "BookingEnded", Firm = "NotConfirmed", Undelivered = "NotDelivered";

    private static readonly string[] Statuses =
    [
        "Held", "AwaitingApproval", "AwaitingSignature", "AwaitingPayment", "Confirmed", "Delivered", "Accepted",
        "Settled", "Rejected", "Cancelled", "Expired", "NoShow", "None", "Holding", "NotHeld",
    ];

    // What a command does where nothing else forbids it; the columns are the first twelve statuses above.
    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["approve"] = [Step, Ok, Step, Step, Step, Step, Step, Step, Step, Step, Late, Step],
        ["sign"] = [Ok, Gate, Ok, Step, Step, Step, Step, Step, Step, Step, Late, Step],
        ["pay"] = [Gate, Gate, Gate, Ok, Step, Step, Step, Step, Step, Step, Late, Step],
        ["extend"] = [Ok, Step, Step, Step, Step, Step, Step, Step, Step, Step, Late, Step],
        ["cancel"] = [Ok, Ok, Ok, Ok, Ok, Ended, Ended, Ended, Ended, Ended, Ended, Ended],
        ["move"] = [Ok, Ok, Ok, Ok, Ok, Ended, Ended, Ended, Ended, Ended, Ended, Ended],
        ["noShow"] = [Firm, Firm, Firm, Firm, Ok, Ended, Ended, Ended, Ended, Ended, Ended, Ended],
        ["deliver"] = [Firm, Firm, Firm, Firm, Ok, Step, Step, Step, Step, Step, Step, Step],
        ["accept"] = [.. Enumerable.Repeat(Undelivered, 5), Ok, .. Enumerable.Repeat(Step, 6)],
    };

    public string Status { get; private set; } = "None";
    public string Pending { get; private set; } = "None";
    public int Start { get; private set; } = start;
    public int? Deadline { get; private set; }
    public bool IsExtended { get; private set; }
    public bool AccountSigned { get; private set; }
    public bool FacilitySigned { get; private set; }
    public bool IsDisputed { get; private set; }
    public bool WasFirm { get; private set; }
    public int Moves { get; private set; }
    public bool? InvoicePaid { get; private set; }
    public bool? ClaimPaid { get; private set; }
    public bool ObligationPaid { get; private set; }

    private int? _noticeAsked;
    private int _notice = int.MaxValue;

    /// <summary>The days of notice that count for a fee.</summary>
    public int NoticeAt(int now) => Math.Min(DaysTo(Start, now), _notice);

    public bool IsVisible => Status is not ("None" or "Holding" or "NotHeld");

    private bool IsBefore => Array.IndexOf(Statuses, Status) < 4;

    /// <summary>What the table says, and deadlines that passed before it where they count.</summary>
    public string Answer(string command, int now)
    {
        if (!IsVisible) return "BookingUnknown";
        var answer = Table[command][Array.IndexOf(Statuses, Status)];
        var heedsDeadline = command is "approve" or "sign" or "pay" or "extend" or "cancel" or "move";
        if ((command is "cancel" or "move" or "noShow") && Pending == "Moving" && answer != Ended)
            return "MoveUnderWay";
        if (heedsDeadline && IsBefore && Deadline <= now) return Late;
        return command is "approve" or "sign" or "pay" && Pending == "Moving" ? "MoveUnderWay" : answer;
    }

    public string Request()
    {
        if (Status != "None") return "nothing";
        (Status, Pending) = ("Holding", "Holding");
        return Ok;
    }

    public string Held(int now, int approvalDeadline)
    {
        if (Pending != "Holding") return "nothing";
        (Pending, FacilitySigned) = ("None", hasOffer);
        (Status, Deadline) = needsApproval ? ("AwaitingApproval", approvalDeadline) : ("Held", now + 30);
        return Ok;
    }

    public string NotHeld()
    {
        if (Pending != "Holding") return "nothing";
        (Status, Pending) = ("NotHeld", "Releasing");
        return Ok;
    }

    public string Approve(bool approves, int now, int days7)
    {
        if (IsVisible && !needsApproval) return "NotAllowed";
        if (Answer("approve", now) is var answer and not Ok) return answer;
        if (!approves) End("Rejected");
        else (Status, Deadline) = ("AwaitingSignature", Math.Min(days7, Start));
        return Ok;
    }

    public string Sign(bool forAccount, int now, int days7)
    {
        if (Answer("sign", now) is var answer and not Ok) return answer;
        if (forAccount ? AccountSigned : FacilitySigned) return Step;
        var before = Status;
        if (forAccount) AccountSigned = true;
        else FacilitySigned = true;
        Status = AccountSigned && FacilitySigned ? "AwaitingPayment"
            : AccountSigned || needsApproval ? "AwaitingSignature" : "Held";
        if (Status != before) Deadline = Math.Min(days7, Start);
        return Ok;
    }

    public string Pay(bool byInvoice, int now)
    {
        if (Answer("pay", now) is var answer and not Ok) return answer;
        if (!byInvoice) return "PaymentMethodNotOffered";
        (Status, Pending, Deadline, WasFirm) = ("Confirmed", "Firming", null, true);
        return Ok;
    }

    public string Extend(int now)
    {
        if (Answer("extend", now) is var answer and not Ok) return answer;
        if (IsExtended) return "AlreadyExtended";
        (IsExtended, Deadline) = (true, Deadline + 30);
        return Ok;
    }

    public string Cancel(bool byFacility, int now)
    {
        if (Answer("cancel", now) is var answer and not Ok) return answer;
        if (WasFirm && Start <= now && !byFacility) return "AlreadyStarted";
        End("Cancelled");
        return Ok;
    }

    public string NoShow(int now)
    {
        if (Answer("noShow", now) is var answer and not Ok) return answer;
        if (now < Start) return "NotYetStarted";
        End("NoShow");
        return Ok;
    }

    public string Expire(int now)
    {
        if (!IsBefore || !IsVisible || Pending != "None" || now < Deadline) return "nothing";
        End("Expired");
        return Ok;
    }

    public string Move(int to, bool byFacility, int now)
    {
        if (Answer("move", now) is var answer and not Ok) return answer;
        if (Pending != "None") return "MoveUnderWay";
        if (Start <= now) return "AlreadyStarted";
        if (needsApproval && Status != "AwaitingApproval" && !byFacility) return Gate;
        if (to == Start) return "nothing";
        (Pending, Moves) = ("Moving", Moves + 1);
        // What the account moves once it is firm keeps the notice that was left; what the facility moves does not.
        _noticeAsked = WasFirm && !byFacility ? DaysTo(Start, now) : null;
        return Ok;
    }

    public string Moved(int number, int? to)
    {
        if (Pending != "Moving" || number != Moves) return "nothing";
        Pending = "None";
        if (to is { } start)
        {
            Start = start;
            _notice = Math.Min(_notice, _noticeAsked ?? int.MaxValue);
        }
        return Ok;
    }

    public string Deliver(int now)
    {
        var answer = Answer("deliver", now);
        if (Status == "Delivered" && IsDisputed) answer = Ok;
        if (answer != Ok) return answer;
        if (Pending == "Moving") return "MoveUnderWay";
        if (now < Start) return "NotYetStarted";
        (Status, IsDisputed) = ("Delivered", false);
        return Ok;
    }

    public string Accept(bool accepts, int now)
    {
        if (Answer("accept", now) is var answer and not Ok) return answer;
        if (accepts) (Status, Pending) = ("Accepted", "SettlingUp");
        else IsDisputed = true;
        return Ok;
    }

    public string Followed(string work)
    {
        if (Pending != work || work == "None") return "nothing";
        Pending = "None";
        return Settle();
    }

    public string Invoiced()
    {
        if (InvoicePaid is not null) return "nothing";
        InvoicePaid = false;
        return Ok;
    }

    public string PayInvoice()
    {
        if (!IsVisible) return "BookingUnknown";
        if (InvoicePaid is not { } paid) return "InvoiceUnknown";
        if (paid) return Step;
        InvoicePaid = true;
        return Settle();
    }

    public string ClaimEnded(bool paid)
    {
        if (ClaimPaid is not null) return "nothing";
        ClaimPaid = paid;
        return Settle();
    }

    public string PayObligation(bool byFacility)
    {
        if (!IsVisible) return "BookingUnknown";
        if (ClaimPaid is not false) return "ObligationUnknown";
        if (!byFacility) return "NotAllowed";
        if (ObligationPaid) return Step;
        ObligationPaid = true;
        return Settle();
    }

    private string Settle()
    {
        if (Status == "Accepted" && Pending == "None" && InvoicePaid is not false
            && (ClaimPaid is true || ObligationPaid))
            Status = "Settled";
        return Ok;
    }

    private void End(string status) => (Status, Pending, Deadline) = (status, "Releasing", null);

    /// <summary>Midnights in Rome between two times, in minutes from ten o'clock there.</summary>
    private static int DaysTo(int start, int now) => (start + 60 + 540) / 1440 - (now + 60 + 540) / 1440;
}
