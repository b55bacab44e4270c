using System.Collections.Immutable;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using NodaTime;
using Orleans;

namespace Facilities.Grains.Accounts;

public partial interface IAccountGrain : IWakeable
{
    /// <summary>See <see cref="Accounts.DeclareSize"/>.</summary>
    Task<Reply<AccountRefusal>> DeclareSize(DeclareSize command);
    /// <summary>See <see cref="Accounts.DeclareOtherAid"/>; the registers have it when this answers.</summary>
    Task<Reply<AccountRefusal>> DeclareOtherAid(DeclareOtherAid command);
    /// <summary>See <see cref="Accounts.DeclareActivities"/>.</summary>
    Task<Reply<AccountRefusal>> DeclareActivities(DeclareActivities command);
    /// <summary>See <see cref="ProposeUndertaking"/>.</summary>
    Task<Reply<AccountRefusal>> Propose(ProposeUndertaking command);
    /// <summary>See <see cref="UniteUndertakings"/>; the registers are one when this answers.</summary>
    Task<Reply<AccountRefusal>> Unite(UniteUndertakings command);
    /// <summary>See <see cref="ChangeUndertaking"/>.</summary>
    Task<Reply<AccountRefusal>> Change(ChangeUndertaking command);
}

public sealed partial class AccountGrain
{
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> DeclareSize(DeclareSize command) => Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> DeclareOtherAid(DeclareOtherAid command) =>
        Then(Tell(command, AccountDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> DeclareActivities(DeclareActivities command) =>
        Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> Propose(ProposeUndertaking command) => Tell(command, AccountDecisions.Decide);
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> Unite(UniteUndertakings command) => Then(Tell(command, AccountDecisions.Decide));
    /// <inheritdoc/>
    public Task<Reply<AccountRefusal>> Change(ChangeUndertaking command) => Tell(command, AccountDecisions.Decide);

    /// <inheritdoc/>
    public async Task Wake()
    {
        if (Durable.Declared.Union is { } union) await Join(union);
        foreach (var country in Durable.Declared.ToTell) await DeclareIn(country);
        await Tend();
    }

    private async Task<Reply<AccountRefusal>> Then(Task<Reply<AccountRefusal>> told)
    {
        var reply = await told;
        if (reply.Accepted) await Wake();
        return reply;
    }

    private async Task DeclareIn(string country)
    {
        var (profile, declared) = (Durable.Profile!, Durable.Declared);
        ImmutableArray<AidEntry> entries =
            [.. EarlierAid.EntriesOf(profile.Id, declared.OtherAid!.Entries).Where(e => e.Country == country)];
        // Older versions told the same without rates: with them it is another command.
        var rates = entries.Any(e => e.PerEuro is not null) ? "-rates" : "";
        var command = new DeclareAid(
            new($"declare-{profile.Id}-{declared.OtherAidVersion}-{country}{rates}"), Actor.System,
            new(profile.Id.Value), entries, declared.OtherAid.ByName);
        if (await WhereItStands(country, profile.UndertakingId, register => register.Declare(command)))
            await Tell(
                new RecordAidFollowed(
                    new($"declared-{declared.OtherAidVersion}-{country}"), Actor.System, country,
                    declared.OtherAidVersion), AccountDecisions.Decide);
    }

    /// <summary>
    /// Closes the registers of one undertaking in every country, so that no grant goes there any more, and takes what
    /// stands in them over to the other. Each step may be repeated.
    /// </summary>
    private async Task Join(UndertakingUnion union)
    {
        var joined = new HashSet<string>(StringComparer.Ordinal) { union.Closing };
        foreach (var country in GrantingCountries.All)
        {
            var closing = GrainFactory.GetGrain<IUndertakingGrain>(IUndertakingGrain.KeyOf(country, union.Closing));
            await closing.Close(new CloseUndertaking(new($"close-{union.Closing}"), Actor.System, union.Into));
            var entries = await closing.Entries();
            joined.UnionWith(await closing.Joined());
            var command = new JoinUndertaking(new($"join-{union.Closing}"), Actor.System, union.Closing, entries);
            if (!await WhereItStands(country, union.Into, register => register.Join(command))) return;
        }
        foreach (var member in joined.Where(Id.IsValid))
            await (member == this.GetPrimaryKeyString()
                ? Change(ToInto(member)) : GrainFactory.GetGrain<IAccountGrain>(member).Change(ToInto(member)));
        if (Durable.Profile!.UndertakingId == union.Closing)
            await Change(ToInto(this.GetPrimaryKeyString()));
        await GrainFactory.GetGrain<IAccountGrain>(union.With.Value).Change(ToInto(union.With.Value));
        await Tell(
            new RecordJoin(new($"joined-{union.Closing}"), Actor.System, union.Closing), AccountDecisions.Decide);

        ChangeUndertaking ToInto(string account) =>
            new(new($"change-{union.Closing}-{account}"), Actor.System, union.Closing, union.Into);
    }

    /// <summary>Tells the register of an undertaking, wherever that moved to.</summary>
    private async Task<bool> WhereItStands(
        string country, string undertaking, Func<IUndertakingGrain, Task<Reply<UndertakingRefusal>>> tell)
    {
        for (var hops = 0; hops < Limits.UndertakingHops; hops++)
        {
            var reply = await tell(GrainFactory.GetGrain<IUndertakingGrain>(
                IUndertakingGrain.KeyOf(country, undertaking)));
            if (reply.Refusal is not { } refusal) return true;
            if (refusal.Code != UndertakingRefusal.UndertakingClosed) return false;
            undertaking = refusal.Reason;
        }
        return false;
    }
}
