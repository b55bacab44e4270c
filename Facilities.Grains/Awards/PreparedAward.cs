using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Undertakings;
using NodaTime;

namespace Facilities.Grains.Programmes;

/// <summary>An award that waits for the aid register of the SME's undertaking.</summary>
public sealed record PreparedAward(
    VoucherId Voucher, AccountId Account, Money Amount, LocalDate GrantedOn, Money Euros, LocalDate ExpiresOn,
    string Note)
{
    /// <summary>Which edition of the terms it was decided under.</summary>
    public int Edition { get; init; }

    /// <summary>The SME's undertaking at the decision; null where it was not kept.</summary>
    public string? Undertaking { get; init; }

    /// <summary>The rate by which it counts; null where none was needed or kept.</summary>
    public decimal? PerEuro { get; init; }

    /// <summary>NACE class that it is for; null where it is the SME's main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Activity { get; init; }

    /// <summary>What is awarded where all of it does not fit; null where nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LesserAid? Instead { get; init; }

    /// <summary>Under which name its group counts it.</summary>
    [JsonIgnore]
    public string CountsFor => Undertaking ?? Account.Value;
}
