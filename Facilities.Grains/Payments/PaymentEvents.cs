using Facilities.Grains.Bookings;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Payments;

/// <summary>What happens to a payment before confirmation, in the order of its life.</summary>
public abstract record BookingPaymentEvent : BookingEvent;

/// <summary>
/// Somebody starts to pay. The provider's page is opened after the commit, by a message of the outbox.
/// </summary>
/// <param name="Attempt">From 1; the provider sends it back with what becomes of it.</param>
/// <param name="Method">How.</param>
/// <param name="Amount">The account's share.</param>
/// <param name="ExpiresAt">Until when the provider's page is open.</param>
/// <param name="ReturnTo">The site that the provider sends the payer back to.</param>
/// <param name="ByName">Who pays.</param>
public sealed record PaymentStarted(
    int Attempt, PaymentMethod Method, Money Amount, Instant ExpiresAt, string ReturnTo, string ByName)
    : BookingPaymentEvent;

/// <summary>The provider opened its page.</summary>
public sealed record PaymentOpened(int Attempt, string Session, string Url) : BookingPaymentEvent;

/// <summary>Another attempt or method takes the place of one that was not paid.</summary>
public sealed record PaymentReplaced(int Attempt) : BookingPaymentEvent;

/// <summary>A direct debit is under way; the slot stays held meanwhile.</summary>
public sealed record PaymentProcessing(int Attempt, Instant InitiatedAt, Instant HeldUntil) : BookingPaymentEvent;

/// <summary>A payment came to nothing; another may be tried until the deadline.</summary>
public sealed record PaymentFailed(int Attempt, string Reason, Instant? HeldUntil) : BookingPaymentEvent;

/// <summary>Money is there. Whether it counts or goes back is another event.</summary>
/// <param name="Attempt">By which attempt.</param>
/// <param name="Amount">What arrived.</param>
/// <param name="PaidAt">When it was paid, by the provider's clock; may be learnt long after.</param>
/// <param name="Reference">The provider's payment, by which it is refunded.</param>
public sealed record PaymentReceived(int Attempt, Money Amount, Instant PaidAt, string Reference) : BookingPaymentEvent;

/// <summary>The payment passes the gate; no other does after it.</summary>
public sealed record PaymentCounted(int Attempt, PaymentMethod Method) : BookingPaymentEvent;

/// <summary>
/// Money arrived after the booking expired: slots and funding are held anew, if they are free. Recorded before the
/// first call, so that a crash can be resumed.
/// </summary>
public sealed record RevivalRequested(int Attempt, int Number) : BookingPaymentEvent;

/// <summary>Slots and funding are held anew, as before the booking expired.</summary>
public sealed record BookingRevived : BookingPaymentEvent;

/// <summary>A part is no longer free; the booking stays expired.</summary>
public sealed record RevivalRefused(string Refusal, string Reason, ItemId? Item) : BookingPaymentEvent;

/// <summary>Money goes back the way it came, once.</summary>
/// <param name="Refund">Unique within the booking; the provider drops repeats by it.</param>
/// <param name="Attempt">What it was paid by.</param>
/// <param name="Amount">How much.</param>
/// <param name="Reason">In words.</param>
public sealed record RefundRequested(string Refund, int Attempt, Money Amount, string Reason) : BookingPaymentEvent;

/// <summary>The provider took the refund on.</summary>
public sealed record RefundPaid(string Refund, string Reference) : BookingPaymentEvent;

/// <summary>The provider could not pay it back; the facility pays it by transfer.</summary>
public sealed record RefundFailed(string Refund, string Reason) : BookingPaymentEvent;
