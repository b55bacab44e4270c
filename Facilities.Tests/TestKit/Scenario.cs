using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>Given events, when a command, then events or a refusal: the way rules are tested.</summary>
internal sealed class Scenario<TState, TEvent, TRefusal>(
    TState state, Instant now, Func<TState, TEvent, Instant, TState> evolve) where TRefusal : struct, Enum
{
    public TState State => state;

    public Instant Now => now;

    /// <summary>These events happened, a minute apart from nothing: all at the scenario's time.</summary>
    public Scenario<TState, TEvent, TRefusal> Given(params ReadOnlySpan<TEvent> events)
    {
        var next = state;
        foreach (var happened in events) next = evolve(next, happened, now);
        return new(next, now, evolve);
    }

    public Scenario<TState, TEvent, TRefusal> At(Instant later) => new(state, later, evolve);

    public Outcome When<TCommand>(
        TCommand command, Func<TState, TCommand, Instant, Decision<TEvent, TRefusal>> decide) =>
        new(this, decide(state, command, now));

    internal sealed record Outcome(Scenario<TState, TEvent, TRefusal> Before, Decision<TEvent, TRefusal> Decision)
    {
        /// <summary>It was refused, for this reason.</summary>
        public void Then(TRefusal refusal)
        {
            Assert.Equal(refusal, Decision.Refusal?.Code);
            Assert.False(string.IsNullOrWhiteSpace(Decision.Refusal!.Reason));
            Assert.Empty(Decision.Events);
        }

        /// <summary>Nothing happened: it was so already.</summary>
        public void ThenNothing()
        {
            Assert.Null(Decision.Refusal);
            Assert.Empty(Decision.Events);
        }

        /// <summary>These kinds of events happened, in this order; answers what holds after them.</summary>
        public Scenario<TState, TEvent, TRefusal> Then(params ReadOnlySpan<Type> kinds)
        {
            Assert.Null(Decision.Refusal);
            Assert.Equal(kinds.ToArray(), Decision.Events.Select(e => e!.GetType()));
            return Before.Given(Decision.Events.AsSpan());
        }
    }
}

/// <summary>Who acts in tests.</summary>
internal static class People
{
    public static readonly Actor Spree = Of(
        "p-spree", OrganisationKind.Sme, "spree-diagnostics", Role.Owner, Role.Booker, Role.Signatory, Role.Finance);
    public static readonly Actor Seine = Of(
        "p-seine", OrganisationKind.Sme, "seine-therapeutics", Role.Owner, Role.Booker, Role.Signatory, Role.Finance);
    public static readonly Actor Imaging = Of(
        "p-imaging", OrganisationKind.Facility, "biopmed-imaging", Role.Manager, Role.Signatory);
    public static readonly Actor Officer = Of("p-officer", OrganisationKind.Funder, "berlin-abroad", Role.Officer);

    public static Actor Of(string id, OrganisationKind kind, string organisation, params ImmutableArray<Role> roles) =>
        new(new PersonId(id), $"Person {id}", [new Membership(organisation, organisation, kind, roles)]);
}
