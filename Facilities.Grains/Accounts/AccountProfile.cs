using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Accounts;

/// <summary>What the marketplace knows of an SME.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">Legal name.</param>
/// <param name="Cluster">The cluster whose member it is.</param>
/// <param name="Country">ISO 3166-1 alpha-2, of the establishment that receives services.</param>
/// <param name="Nuts">NUTS 2024 region of that establishment.</param>
/// <param name="Nace">NACE class of its main activity, or of the one that a piece of work is for.</param>
/// <param name="Vat">Its VAT registration as last checked.</param>
/// <param name="Headcount">Staff in annual work units.</param>
/// <param name="Turnover">Of the last approved accounts.</param>
/// <param name="BalanceSheet">Of the last approved accounts.</param>
/// <param name="Qualifications">What its people are qualified for.</param>
/// <param name="IsAcademic">Whether it is a university or public research body.</param>
public sealed record AccountProfile(
    AccountId Id, string Name, ClusterId Cluster, string Country, string Nuts, string Nace, VatRegistration Vat,
    int Headcount, Money Turnover, Money BalanceSheet, ImmutableArray<string> Qualifications, bool IsAcademic = false)
    : IWrittenOnce
{
    private readonly WrittenJson _written = new();

    WrittenJson IWrittenOnce.Written => _written;

    /// <summary>Whether it cannot deduct the VAT that it pays; left out of rows otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BearsVat { get; init; }

    /// <summary>Its activities beside the main one; null where it declared none, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<Activity>? Further { get; init; }

    /// <summary>Its single undertaking; null where it stands for itself, left out of rows then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Undertaking { get; init; }

    /// <summary>The single undertaking that it belongs to, itself where it declared no other.</summary>
    [JsonIgnore]
    public string UndertakingId => Undertaking ?? Id.Value;
}

/// <summary>A VAT id and what the register said of it.</summary>
/// <param name="VatId">With country prefix; null where the SME has none.</param>
/// <param name="Answer">The register's last answer.</param>
/// <param name="CheckedAt">When it was asked; null where never.</param>
/// <param name="NeverAges">Demonstration data alone: a positive check that does not grow old.</param>
/// <param name="LastPositiveAt">
/// When the register last knew the number, kept through later outages; null where never.
/// </param>
public sealed record VatRegistration(string? VatId, VatAnswer Answer, Instant? CheckedAt, bool NeverAges = false,
    Instant? LastPositiveAt = null);

/// <summary>The four answers of a VAT register; an outage is none of the others.</summary>
public enum VatAnswer
{
    /// <summary>Nobody asked yet.</summary>
    NotChecked,
    /// <summary>The register knows the number.</summary>
    Valid,
    /// <summary>The register does not know the number.</summary>
    Invalid,
    /// <summary>The register did not answer.</summary>
    Unreachable,
}
