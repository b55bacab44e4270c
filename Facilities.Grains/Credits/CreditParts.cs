using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Accounts;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Clusters;
using Facilities.Grains.Credits;
using Facilities.Grains.Debts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Pricing;
using Facilities.Grains.Programmes;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Bookings
{
    public partial interface IBookingGrain
    {
        /// <summary>See <see cref="CreditBooking"/>; the note is issued and funders know when this accepts.</summary>
        Task<Reply<BookingRefusal>> Credit(CreditBooking command);
        /// <summary>See <see cref="RecordCreditTransfer"/>.</summary>
        Task<Reply<BookingRefusal>> RecordCreditTransfer(RecordCreditTransfer command);
        /// <summary>See <see cref="Credits.RecordCreditSettled"/>.</summary>
        Task<Reply<BookingRefusal>> RecordCreditSettled(RecordCreditSettled command);
        /// <summary>What a credit would do; null where the person has no business with the booking.</summary>
        Task<CreditPreview?> PreviewCredit(Actor by, CreditWish wish);
    }

    public sealed partial class BookingGrain
    {
        /// <inheritdoc/>
        public async Task<Reply<BookingRefusal>> Credit(CreditBooking command)
        {
            await Follow();
            return await Then(Tell(command, CreditDecisions.Decide));
        }

        /// <inheritdoc/>
        public Task<Reply<BookingRefusal>> RecordCreditTransfer(RecordCreditTransfer command) =>
            Tell(command, CreditDecisions.Decide);

        /// <inheritdoc/>
        public Task<Reply<BookingRefusal>> RecordCreditSettled(RecordCreditSettled command) =>
            Tell(command, CreditDecisions.Decide);

        /// <inheritdoc/>
        public async Task<CreditPreview?> PreviewCredit(Actor by, CreditWish wish)
        {
            var (booking, preview) = await Read(state => (state, state.IsVisible && BookingDecisions.Concerns(state, by)
                ? CreditDecisions.Preview(state, by, wish, Now)
                : null));
            return preview?.Credit is { } credit
                ? preview with { Claims = await new BookingParts(GrainFactory).Outlook(booking, credit) }
                : preview;
        }

        /// <summary>The note first: whatever funders and clusters are told names it.</summary>
        private async Task FollowCredit(BookingState booking)
        {
            var parts = new BookingParts(GrainFactory);
            var credit = booking.Credits!.Value[^1].Credit;
            var number = credit.Number.ToString(CultureInfo.InvariantCulture);
            var note = await parts.IssueNote(booking, credit);
            await Tell(new RecordCreditNote(
                Step($"credit-noted-{number}"), Actor.System, credit.Number,
                Crediting.IdOf(credit.Platform, booking.Id!.Value, credit.Number), note));
            await parts.Credit(booking, credit, note);
            await Tell(new RecordPartsFollowed(Step($"credited-{number}"), Actor.System, PendingWork.Crediting));
        }
    }

    public sealed partial class BookingParts
    {
        /// <summary>Has the platform issue a credit note; answers its number.</summary>
        public async Task<string> IssueNote(BookingState booking, Credit credit)
        {
            var platform = grains.GetGrain<IPlatformGrain>(credit.Platform.Value);
            Must(await platform.IssueCreditNote(new IssueCreditNote(
                CreditStep(booking, credit, "note"), Actor.System, booking.Id!.Value, booking.Account!.Id,
                credit.Number, Crediting.NoteOf(booking, credit))));
            return await platform.CreditNoteOf(booking.Id.Value, credit.Number)
                ?? throw new InvalidOperationException($"{credit.Platform} forgot a credit note of {booking.Id}.");
        }

        /// <summary>Clusters and funders pay less from now on, or are owed what they paid.</summary>
        public async Task Credit(BookingState booking, Credit credit, string note)
        {
            foreach (var cluster in credit.Shares.Where(s => s.Kind == FundingKind.CoFinancing)
                .GroupBy(s => s.Payer, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
                Must(await grains.GetGrain<IClusterGrain>(cluster.Key).CreditCoFinancing(new CreditCoFinancing(
                    CreditStep(booking, credit, "less"), Actor.System, booking.Id!.Value, credit.Number,
                    Money.Sum(cluster.Select(s => s.Amount), credit.Net.Currency))));
            foreach (var share in credit.Shares.Where(s => s.IsClaimed))
                Must(await grains.GetGrain<IProgrammeGrain>(share.Payer)
                    .CreditClaim(ClaimOf(booking, credit, share, note)));
        }

        /// <summary>What a credit would do to the claims, by voucher.</summary>
        public async Task<ImmutableSortedDictionary<string, CreditOutlook>> Outlook(
            BookingState booking, Credit credit)
        {
            var claims = ImmutableSortedDictionary.CreateBuilder<string, CreditOutlook>(StringComparer.Ordinal);
            foreach (var share in credit.Shares.Where(s => s.IsClaimed))
                if (await grains.GetGrain<IProgrammeGrain>(share.Payer)
                    .PreviewCredit(ClaimOf(booking, credit, share, "")) is { } outlook)
                    claims.Add(share.Id, outlook);
            return claims.ToImmutable();
        }

        private static CreditClaim ClaimOf(BookingState booking, Credit credit, CreditedShare share, string note) =>
            new(
                CreditStep(booking, credit, $"claim-{share.Id}"), Actor.System,
                Credits.Credit.ClaimOf(booking.Id!.Value, share.Id), credit.Number, share.OfVoucher, note,
                credit.Reason)
            {
                OfOrder = share.Charged is null ? null : share.Amount,
            };

        private static CommandId CreditStep(BookingState booking, Credit credit, string step) =>
            Step(booking, string.Create(CultureInfo.InvariantCulture, $"credit-{credit.Number}-{step}"));
    }
}

namespace Facilities.Grains.Programmes
{
    public partial interface IProgrammeGrain
    {
        /// <summary>See <see cref="CreditClaim"/>; wallet and booking know when this answers.</summary>
        Task<Reply<ProgrammeRefusal>> CreditClaim(CreditClaim command);
        /// <summary>What a credit of a claim would do now; null where there is no such claim.</summary>
        Task<CreditOutlook?> PreviewCredit(CreditClaim command);
    }

    public sealed partial class ProgrammeGrain
    {
        /// <inheritdoc/>
        public Task<Reply<ProgrammeRefusal>> CreditClaim(CreditClaim command) =>
            Then(Tell(command, ClaimCreditDecisions.Decide));

        /// <inheritdoc/>
        public Task<CreditOutlook?> PreviewCredit(CreditClaim command) =>
            Read(state => ClaimCreditDecisions.Outlook(state, command, Now));

        /// <inheritdoc/>
        protected override ImmutableArray<ProgrammeEvent> Following(
            ProgrammeState state, ImmutableArray<ProgrammeEvent> events, Instant now) =>
            DebtBook.WithLifted(state, events, now);

        /// <summary>Gives vouchers back what was credited, and tells the bookings that it is done.</summary>
        private async Task TellCredits()
        {
            foreach (var key in Durable.ToCredit ?? []) await TellCredit(key);
        }

        private async Task TellCredit(string key)
        {
            var slash = key.LastIndexOf('/');
            var (standing, step) = (Durable.Claims[key[..slash]], key.Replace('/', '-'));
            var claim = standing.Claim;
            var credit = standing.CreditOf(int.Parse(key[(slash + 1)..], CultureInfo.InvariantCulture))!;
            if (credit is { Effect: not CreditEffect.None, OfClaim.IsPositive: true }
                && !(await GrainFactory.GetGrain<IAccountGrain>(claim.Account.Value).CreditRedemption(
                    new CreditRedemption(
                        new CommandId($"credit-{step}"), Actor.System, claim.Voucher, claim.Booking, credit.Number,
                        credit.OfClaim))).Accepted)
                return;
            var reply = await GrainFactory.GetGrain<IBookingGrain>(claim.Booking.Value).RecordCreditSettled(
                new RecordCreditSettled(
                    new CommandId($"credit-settled-{step}"), Actor.System, credit.Number, claim.Voucher));
            if (reply.Accepted)
                await Tell(
                    new RecordCreditTold(
                        new CommandId($"credit-told-{step}"), Actor.System, claim.Id, credit.Number),
                    ClaimCreditDecisions.Decide);
        }
    }
}

namespace Facilities.Grains.Accounts
{
    public partial interface IAccountGrain
    {
        /// <summary>See <see cref="CreditRedemption"/>; what lapsed is free budget when this answers.</summary>
        Task<Reply<AccountRefusal>> CreditRedemption(CreditRedemption command);
    }

    public sealed partial class AccountGrain
    {
        /// <inheritdoc/>
        public Task<Reply<AccountRefusal>> CreditRedemption(CreditRedemption command) =>
            ThenReturn(Tell(command, RedemptionDecisions.Decide));
    }
}

namespace Facilities.Grains.Clusters
{
    public partial interface IClusterGrain
    {
        /// <summary>See <see cref="CreditCoFinancing"/>.</summary>
        Task<Reply<ClusterRefusal>> CreditCoFinancing(CreditCoFinancing command);
    }

    public sealed partial class ClusterGrain
    {
        /// <inheritdoc/>
        public Task<Reply<ClusterRefusal>> CreditCoFinancing(CreditCoFinancing command) =>
            Tell(command, CoFinancingCredits.Decide);
    }
}

namespace Facilities.Grains.Platforms
{
    public partial interface IPlatformGrain
    {
        /// <summary>See <see cref="IssueCreditNote"/>.</summary>
        Task<Reply<PlatformRefusal>> IssueCreditNote(IssueCreditNote command);
        /// <summary>The number of a credit note; null where none was issued.</summary>
        Task<string?> CreditNoteOf(BookingId booking, int number);
    }

    public sealed partial class PlatformGrain
    {
        /// <inheritdoc/>
        public async Task<Reply<PlatformRefusal>> IssueCreditNote(IssueCreditNote command)
        {
            var draft = command.Draft;
            var known = await rates.Around(DeclaredVat.Foreign(draft.Seller.Country, draft.Currency), draft.SuppliedOn);
            return await Tell(
                command, (state, asked, now) => Credits.CreditNotes.Decide(state, asked, known, now));
        }
        /// <inheritdoc/>
        public Task<string?> CreditNoteOf(BookingId booking, int number) => Read(state =>
            state.CreditNotes?.Issued.GetValueOrDefault(Credits.CreditNotes.KeyOf(booking, number)));
    }
}
