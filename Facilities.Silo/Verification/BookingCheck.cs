using Facilities.Grains.Bookings;
using Facilities.Grains.Payments;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Runtime;
using Facilities.Grains.Services;

namespace Facilities.Silo.Verification;

/// <summary>A booking is confirmed past no open gate, under a contract whose text is the one that was signed.</summary>
internal sealed class BookingCheck(StreamName stream, Faults faults) : StreamProof
{
    private readonly HashSet<string> approvals = [];
    private readonly HashSet<string> signatures = [];
    private BookingRequested? asked;
    private string hash = "";
    private bool paymentAgreed;

    public override void See(StoredEvent stored, object happened)
    {
        var where = $"{stream}#{stored.Version}";
        switch (happened)
        {
            case BookingRequested e:
                Ask(where, e);
                break;
            case BookingApproved e:
                approvals.Add(e.Platform.Value);
                break;
            case ContractSigned e:
                signatures.Add(e.Signature.Party);
                if (e.Signature.ContentHash != hash)
                    faults.Add(
                        "signatureBroken", where,
                        $"{e.Signature.Party} signed {e.Signature.ContentHash}; the contract's text has {hash}.");
                break;
            case PaymentAgreed or PaymentCounted:
                paymentAgreed = true;
                break;
            case RefundFailed e:
                // No fault of the data, and somebody must see to it.
                faults.Note("refundFailed", where, $"the refund {e.Refund} was not paid: {e.Reason}.");
                break;
            case BookingConfirmed:
                Confirm(where);
                break;
        }
    }

    private void Ask(string where, BookingRequested e)
    {
        asked = e;
        if (!QuoteSeal.IsIntact(e.Quote))
            faults.Add("sealBroken", where, $"the seal does not fit the quote {e.Quote.Id}.");
        hash = BookingDecisions.ContractOf(
            e.Booking, new QuoteBasis(e.Quote, e.Account, e.Platforms, e.Agreements, e.Vouchers),
            e.Purpose).ContentHash;
        if (hash != e.ContentHash)
            faults.Add("contractChanged", where, $"the contract's text has {hash}; {e.ContentHash} was recorded.");
    }

    private void Confirm(string where)
    {
        if (asked is not { Quote: var quote } request)
        {
            faults.Add("gatePassedOver", where, "confirmed without a request.");
            return;
        }
        foreach (var item in quote.Items
            .Where(i => i.Approval == ApprovalRule.Manager && !approvals.Contains(i.Platform.Value)))
            faults.Add("gatePassedOver", where, $"confirmed although {item.Platform} did not approve.");
        foreach (var party in request.Platforms.Select(p => p.Id.Value).Append(request.Account.Id.Value)
            .Where(p => !signatures.Contains(p)))
            faults.Add("gatePassedOver", where, $"confirmed although {party} did not sign.");
        if (!paymentAgreed && !quote.PaysProviders.IsZero)
            faults.Add("gatePassedOver", where, "confirmed although no payment was agreed.");
    }
}
