using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>What an SME declared of itself.</summary>
public sealed record Declarations
{
    /// <summary>Nothing was declared.</summary>
    public static readonly Declarations None = new();

    /// <summary>Its size with its owners and what it owns; null where it declared none.</summary>
    public SizeDeclaration? Size { get; init; }

    /// <summary>How often it declared its size: the version that people edit.</summary>
    public int SizeVersion { get; init; }

    /// <summary>What is declared after an event.</summary>
    public static Declarations Evolve(Declarations state, DeclarationEvent happened, Instant at) => happened switch
    {
        SizeDeclared e => state with { Size = e.Declaration, SizeVersion = state.SizeVersion + 1 },
        _ => throw new InvalidOperationException($"{happened.GetType().Name} cannot be declared."),
    };
}
