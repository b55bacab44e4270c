using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Clusters;

/// <summary>The Model Contract between two clusters with the annexes that matter to a price.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="First">One party; the agreement is kept with this cluster.</param>
/// <param name="Second">The other party.</param>
/// <param name="Signed">The day it was signed.</param>
/// <param name="InForceFrom">The first day in force.</param>
/// <param name="EndsOn">The last day in force; null while it has no end.</param>
/// <param name="PartnerTariff">Whether the annex partnerTariff is part of it.</param>
/// <param name="CoFinancing">The annex coFinancing, where it is part of it.</param>
public sealed record Agreement(
    AgreementId Id, ClusterId First, ClusterId Second, LocalDate Signed, LocalDate InForceFrom, LocalDate? EndsOn,
    bool PartnerTariff, CoFinancingAnnex? CoFinancing)
{
    /// <summary>Whether it is in force on a day.</summary>
    public bool IsInForceOn(LocalDate day) => InForceFrom <= day && (EndsOn is not { } end || day <= end);

    /// <summary>Whether it is between these two clusters, in either order.</summary>
    public bool IsBetween(ClusterId one, ClusterId other) =>
        (First == one && Second == other) || (First == other && Second == one);
}

/// <summary>What the two clusters pay of a booking's net price.</summary>
/// <param name="Receiving">Share of the cluster whose SME books.</param>
/// <param name="Providing">Share of the cluster whose platform delivers.</param>
/// <param name="CapPerBooking">The most that both pay together.</param>
public sealed record CoFinancingAnnex(Percentage Receiving, Percentage Providing, Money CapPerBooking);
