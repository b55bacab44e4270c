using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>What one booking set aside in the wallet.</summary>
/// <param name="Parts">By voucher; empty where the booking needs none.</param>
/// <param name="Firm">Whether the booking is confirmed.</param>
public sealed record Reservation(ImmutableArray<VoucherPart> Parts, bool Firm)
{
    /// <summary>Who prepared the booking for the account; null where it booked by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PreparedBy { get; init; }

    /// <summary>What the booking drew in advance, beside the parts; null where nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<VoucherPart>? Drawn { get; init; }
}

/// <summary>An SME: its profile and its wallet.</summary>
public sealed record AccountState(
    AccountProfile? Profile, ImmutableSortedDictionary<string, Voucher> Vouchers,
    ImmutableSortedDictionary<string, Reservation> Reservations, Recent<Instant> Barred)
{
    /// <summary>An account that nobody registered.</summary>
    public static readonly AccountState Nobody = new(
        null, ImmutableSortedDictionary<string, Voucher>.Empty, ImmutableSortedDictionary<string, Reservation>.Empty,
        Recent<Instant>.Nothing);

    private static readonly ImmutableSortedDictionary<string, int> NoneLive =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>What the SME declared of itself.</summary>
    public Declarations Declared { get; init; } = Declarations.None;

    /// <summary>Vouchers whose last day wakes the wallet.</summary>
    public ImmutableSortedSet<string> Watched { get; init; } = [];

    /// <summary>What lapsed and its programme does not know of yet.</summary>
    public ImmutableArray<VoucherLapsed> ToTell { get; init; } = [];

    /// <summary>Whether a register or a programme has still to be told something.</summary>
    [JsonIgnore]
    public bool IsOpen => Declared.IsOpen || !ToTell.IsEmpty;

    /// <summary>What bookings drew in advance, by booking and voucher.</summary>
    public ImmutableSortedDictionary<string, DrawnAdvance> Advances { get; init; } =
        ImmutableSortedDictionary<string, DrawnAdvance>.Empty;

    /// <summary>What went back to programmes, by the claim that was rejected.</summary>
    public ImmutableSortedDictionary<string, VoucherPart> Returned { get; init; } =
        ImmutableSortedDictionary<string, VoucherPart>.Empty;

    /// <summary>Credits whose money the vouchers have back; null where none, left out of snapshots then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedSet<string>? Credited { get; init; }

    // By who prepared them, "" where nobody did. Counted where it is first asked for and then kept up, since a company
    // has many confirmed bookings and may hold few others.
    private ImmutableSortedDictionary<string, int>? _live;

    /// <summary>
    /// Bookings that hold something and are not confirmed: of one who prepared them, or the account's own.
    /// </summary>
    public int LiveHolds(string? preparedBy) =>
        (_live ??= Reservations.Values.Aggregate(NoneLive, (all, r) => Counted(all, r, 1)))
            .GetValueOrDefault(preparedBy ?? "");

    /// <summary>The state after an event.</summary>
    public static AccountState Evolve(AccountState state, AccountEvent happened, Instant at) => happened switch
    {
        AccountRegistered e => state with { Profile = e.Profile },
        VoucherReceived e => state with
        {
            Vouchers = state.Vouchers.Add(e.Voucher.Value, new Voucher(
                e.Voucher, e.Programme, e.FaceValue, e.AwardedAt, e.ExpiresOn, Money.Zero(e.FaceValue.Currency),
                Money.Zero(e.FaceValue.Currency), Money.Zero(e.FaceValue.Currency))),
            Watched = e.Watched ? state.Watched.Add(e.Voucher.Value) : state.Watched,
        },
        VouchersReserved e => state.Change(e.Parts, (v, amount) => v with { Reserved = v.Reserved + amount })
            .Reserve(e.Booking, new Reservation(e.Parts, false)),
        HoldPrepared e => state.Change(e.Booking, r => r with { PreparedBy = e.PreparedBy }),
        VouchersFirmed e => state.Change(e.Booking, r => r with { Firm = true }),
        VouchersReleased e => state.Unreserve(e.Booking) with { Barred = Bars.Add(state.Barred, e.Booking.Value, at) },
        VoucherRevivalBarred e => state with { Barred = Bars.Add(state.Barred, Bars.KeyOf(e.Booking, e.Number), at) },
        VouchersRedeemed e => state.Unreserve(e.Booking)
            .Change(e.Parts, (v, amount) => v with { Redeemed = v.Redeemed + amount }),
        UndertakingChanged e => state with
        {
            Profile = state.Profile! with
            {
                Undertaking = e.Undertaking == state.Profile.Id.Value ? null : e.Undertaking,
            },
        },
        ActivitiesDeclared e => state with
        {
            Profile = state.Profile! with { Nace = e.Main, Further = e.Further.IsEmpty ? null : e.Further },
            Declared = Declarations.Evolve(state.Declared, e, at),
        },
        DeclarationEvent e => state with { Declared = Declarations.Evolve(state.Declared, e, at) },
        AdvanceEvent e => WalletAdvances.Apply(state, e),
        VoucherLifeEvent e => VoucherLife.Apply(state, e, at),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot happen to an account."),
    };

    private AccountState Unreserve(BookingId booking) =>
        Reservations.TryGetValue(booking.Value, out var reservation)
            ? (this with { Reservations = Reservations.Remove(booking.Value) }).Counting(reservation, null)
                .Change(reservation.Parts, (v, amount) => v with { Reserved = v.Reserved - amount })
            : this;

    private AccountState Reserve(BookingId booking, Reservation reservation) =>
        Counting(null, reservation) with { Reservations = Reservations.Add(booking.Value, reservation) };

    private AccountState Change(BookingId booking, Func<Reservation, Reservation> change)
    {
        var before = Reservations[booking.Value];
        var after = change(before);
        return Counting(before, after) with { Reservations = Reservations.SetItem(booking.Value, after) };
    }

    private AccountState Counting(Reservation? before, Reservation? after) =>
        _live is null ? this : this with { _live = Counted(Counted(_live, before, -1), after, 1) };

    private static ImmutableSortedDictionary<string, int> Counted(
        ImmutableSortedDictionary<string, int> all, Reservation? reservation, int change)
    {
        if (reservation is not { Firm: false, PreparedBy: var preparedBy }) return all;
        var (whose, count) = (preparedBy ?? "", all.GetValueOrDefault(preparedBy ?? "") + change);
        return count == 0 ? all.Remove(whose) : all.SetItem(whose, count);
    }

    private AccountState Change(ImmutableArray<VoucherPart> parts, Func<Voucher, Money, Voucher> change) => this with
    {
        Vouchers = parts.Aggregate(Vouchers, (all, part) =>
            all.SetItem(part.Voucher.Value, change(all[part.Voucher.Value], part.Amount))),
    };
}
