using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Enterprises;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>Another account says that the two are one undertaking.</summary>
public sealed record UndertakingProposal(AccountId From, string FromName, string ByName, Instant At);

/// <summary>Two undertakings whose registers become one.</summary>
public sealed record UndertakingUnion(AccountId With, string Closing, string Into);

/// <summary>What an SME declared of itself.</summary>
public sealed record Declarations
{
    /// <summary>Nothing was declared.</summary>
    public static readonly Declarations None = new();

    /// <summary>Its size with its owners and what it owns; null where it declared none.</summary>
    public SizeDeclaration? Size { get; init; }

    /// <summary>How often it declared its size: the version that people edit.</summary>
    public int SizeVersion { get; init; }

    /// <summary>All aid from elsewhere; null where it declared nothing of it.</summary>
    public OtherAidDeclaration? OtherAid { get; init; }

    /// <summary>How often it declared that: the version that people edit.</summary>
    public int OtherAidVersion { get; init; }

    /// <summary>How often it declared its activities: the version that people edit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ActivitiesVersion { get; init; }

    /// <summary>Countries whose register has still to be told what was declared.</summary>
    public ImmutableSortedSet<string> ToTell { get; init; } = [];

    /// <summary>Accounts that say to be one undertaking with this one, by their id.</summary>
    public ImmutableSortedDictionary<string, UndertakingProposal> Proposals { get; init; } =
        ImmutableSortedDictionary<string, UndertakingProposal>.Empty;

    /// <summary>Undertakings whose registers are about to become one; null where none are.</summary>
    public UndertakingUnion? Union { get; init; }

    /// <summary>Whether a register has still to be told something.</summary>
    [JsonIgnore]
    public bool IsOpen => !ToTell.IsEmpty || Union is not null;

    /// <summary>The enterprises of its single undertaking by their names, as it declared them.</summary>
    public ImmutableArray<string> MembersOf(AccountProfile account) => Size is { Ownership: var ownership }
        ? [
            .. Links.SingleUndertaking(ownership, ownership.Subject)
                .Select(id => ownership.Enterprises.First(e => e.Id.Value == id).Name),
        ]
        : [account.Name];

    /// <summary>What is declared after an event.</summary>
    public static Declarations Evolve(Declarations state, DeclarationEvent happened, Instant at) => happened switch
    {
        SizeDeclared e => state with { Size = e.Declaration, SizeVersion = state.SizeVersion + 1 },
        OtherAidDeclared e => state with
        {
            OtherAid = e.Declaration,
            OtherAidVersion = state.OtherAidVersion + 1,
            // Where aid was declared before and is not any more, the register has to drop it.
            ToTell = [
                .. state.ToTell, .. (state.OtherAid?.Entries ?? []).Select(aid => aid.Country),
                .. e.Declaration.Entries.Select(aid => aid.Country),
            ],
        },
        ActivitiesDeclared => state with { ActivitiesVersion = state.ActivitiesVersion + 1 },
        OtherAidFollowed e => state with { ToTell = state.ToTell.Remove(e.Country) },
        UndertakingProposed e => state with
        {
            Proposals = state.Proposals.SetItem(e.From.Value, new(e.From, e.FromName, e.ByName, at)),
        },
        UndertakingsUnited e => state with
        {
            Proposals = state.Proposals.Remove(e.With.Value),
            Union = new(e.With, e.Closing, e.Into),
        },
        UndertakingsJoined => state with { Union = null },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot be declared."),
    };
}
