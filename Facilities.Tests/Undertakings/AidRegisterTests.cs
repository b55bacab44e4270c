using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Storage;
using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using NodaTime;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Undertakings;

/// <summary>The aid register of a single undertaking, alone and beside the programmes that grant.</summary>
public sealed class AidRegisterTests
{
    private static readonly LocalDate Day = new(2026, 11, 21);

    private static Scenario<UndertakingState, UndertakingEvent, UndertakingRefusal> Register() =>
        new(UndertakingState.Nothing, Now, UndertakingState.Evolve);

    private static AidEntry Aid(string id, decimal amount, AidSource source = AidSource.Voucher, string by = "a") =>
        new(id, new(by), "DE", AidBasis.DeMinimis, Day, Eur(amount), Eur(amount), "a funder", source)
        {
            Programme = source == AidSource.Voucher ? new ProgrammeId("berlin-abroad") : null,
        };

    private static GrantAid Grant(string id, decimal amount) => new(new($"g-{id}"), Actor.System, Aid(id, amount));

    [Fact]
    public void Aid_is_granted_up_to_the_ceiling_and_once()
    {
        var full = Register().When(Grant("v-1", 300_000), UndertakingDecisions.Decide).Then(typeof(AidGranted));
        full.When(Grant("v-1", 300_000), UndertakingDecisions.Decide).ThenNothing();
        full.When(Grant("v-2", 0.01m), UndertakingDecisions.Decide).Then(UndertakingRefusal.AidCeilingExceeded);
        Assert.Equal(new LocalDate(2026, 12, 18), full.State.Entries["v-1"].RegisterBy);
    }

    [Fact]
    public void What_a_company_declares_counts_even_beyond_the_ceiling_and_is_replaced_by_what_it_declares_next()
    {
        DeclareAid Declare(params AidEntry[] entries) => new(new("d"), Actor.System, new("a"), [.. entries], "Sabine");
        var much = Register().When(
            Declare(Aid("d-1", 310_000, AidSource.Declared)), UndertakingDecisions.Decide).Then(typeof(AidDeclared));
        much.When(Grant("v-1", 1), UndertakingDecisions.Decide).Then(UndertakingRefusal.AidCeilingExceeded);
        much.When(Declare(Aid("d-1", 310_000, AidSource.Declared)), UndertakingDecisions.Decide).ThenNothing();
        much.When(Declare(Aid("d-2", 10, AidSource.Declared)), UndertakingDecisions.Decide).Then(typeof(AidDeclared))
            .When(Grant("v-1", 299_990), UndertakingDecisions.Decide).Then(typeof(AidGranted));
    }

    [Fact]
    public void D8_what_was_not_used_is_free_for_other_aid_and_the_day_of_the_grant_stays()
    {
        var reduced = Register().When(Grant("v-1", 300_000), UndertakingDecisions.Decide).Then(typeof(AidGranted))
            .When(
                new ReduceAid(new("r"), Actor.System, "v-1", Eur(1_500), "expired"), UndertakingDecisions.Decide)
            .Then(typeof(AidReduced));
        Assert.Equal((Eur(1_500), Day), (reduced.State.Entries["v-1"].Entry.Counts,
            reduced.State.Entries["v-1"].Entry.GrantedOn));
        reduced.When(Grant("v-2", 298_500), UndertakingDecisions.Decide).Then(typeof(AidGranted));
    }

    [Fact]
    public void D14_after_a_merger_what_both_had_counts_and_the_closed_register_names_the_other()
    {
        var other = Register().When(Grant("v-9", 150_000), UndertakingDecisions.Decide).Then(typeof(AidGranted));
        var joined = Register().When(Grant("v-1", 200_000), UndertakingDecisions.Decide).Then(typeof(AidGranted))
            .When(
                new JoinUndertaking(new("j"), Actor.System, "b", [.. other.State.Entries.Values]),
                UndertakingDecisions.Decide).Then(typeof(UndertakingJoined));
        joined.When(Grant("v-2", 0.01m), UndertakingDecisions.Decide).Then(UndertakingRefusal.AidCeilingExceeded);
        other.When(new CloseUndertaking(new("c"), Actor.System, "a"), UndertakingDecisions.Decide)
            .Then(typeof(UndertakingClosed))
            .When(Grant("v-10", 1), UndertakingDecisions.Decide).Then(UndertakingRefusal.UndertakingClosed);
    }

    [Fact]
    public void The_reference_of_the_central_register_is_recorded_by_an_officer_of_the_programme_alone()
    {
        var granted = Register().When(Grant("v-1", 5_000), UndertakingDecisions.Decide).Then(typeof(AidGranted));
        RegisterAid By(Actor actor) => new(new("x"), actor, "v-1", "DE-1");
        granted.When(By(People.Spree), UndertakingDecisions.Decide).Then(UndertakingRefusal.NotAllowed);
        granted.When(By(People.Officer), UndertakingDecisions.Decide).Then(typeof(AidRegistered));
    }

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Two_funders_who_award_to_one_undertaking_at_once_cannot_exceed_its_ceiling_together(
        StorageProvider provider)
    {
        var storage = await CatalogueDatabase.On(provider);
        await using var hosts = await TwoHosts.Start(storage, CatalogueDatabase.Opening);
        var (first, second) = (hosts.First, hosts.Second);
        var published = await first.Grains.GetGrain<IProgrammeGrain>("hamburg").Publish(new PublishProgramme(
            new("publish-hamburg"), Actor.System, BerlinAbroad with
            {
                Id = new("hamburg"),
                Budget = Eur(2_000_000),
                CapPerVoucher = Eur(100_000),
            }));
        Assert.True(published.Accepted);
        Actor[] officers = [DemonstrationPeople.ActorOf("berlin-abroad"), Officer("hamburg")];

        // All are multiples of 5,000, so that what is left is used up to the last 5,000 in whatever order they come.
        var answers = await Task.WhenAll(Enumerable.Range(0, 90).Select(async i =>
        {
            var (host, large) = (i % 2 == 0 ? first : second, i % 9 == 0);
            var amount = large ? 100_000m : 5_000m;
            var reply = await host.Grains.GetGrain<IProgrammeGrain>(large ? "hamburg" : "berlin-abroad").Award(
                new AwardVoucher(
                    new($"aid-{i}"), officers[large ? 1 : 0], new("spree-diagnostics"), Eur(amount), "parallel"));
            return (reply, amount);
        }));
        Assert.All(
            answers.Where(a => !a.reply.Accepted),
            a => Assert.Equal(ProgrammeRefusal.AidCeilingExceeded, a.reply.Refusal!.Code));
        var register = await second.Grains.GetGrain<IUndertakingGrain>(
            IUndertakingGrain.KeyOf("DE", "spree-diagnostics")).Entries();
        var granted = answers.Where(a => a.reply.Accepted).Sum(a => a.amount);
        var before = register.Where(held => !held.Entry.Id.StartsWith("v-aid-", StringComparison.Ordinal))
            .Sum(held => held.Entry.Euros.Amount);
        Assert.Equal(before + granted, register.Sum(held => held.Entry.Counts.Amount));
        Assert.Equal(300_000m - before - ((300_000m - before) % 5_000m), granted);
        // Whoever asks again hears the same.
        var lost = Array.FindIndex(answers, a => !a.reply.Accepted && a.amount == 5_000m);
        var again = await first.Grains.GetGrain<IProgrammeGrain>("berlin-abroad").Award(new AwardVoucher(
            new($"aid-{lost}"), officers[0], new("spree-diagnostics"), Eur(5_000), "parallel"));
        Assert.Equal(ProgrammeRefusal.AidCeilingExceeded, again.Refusal!.Code);
        using var output = new StringWriter();
        var faults = await new Verifier(storage.Open(), SystemClock.Instance, TimeProvider.System).Check(output);
        Assert.True(faults.Count == 0, output.ToString());
    }

    private static Actor Officer(string programme) =>
        People.Officer with { Memberships = [new(programme, programme, OrganisationKind.Funder, [Role.Officer])] };
}
