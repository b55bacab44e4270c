using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Platforms;

/// <summary>One selected facility as its cluster brought it in.</summary>
/// <param name="Id">The platform.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Cluster">The one cluster that it belongs to.</param>
/// <param name="City">Where it stands; names its clock to people.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Nuts">The NUTS 2024 region.</param>
/// <param name="TimeZone">IANA zone of its local times.</param>
/// <param name="Currency">Of all its prices.</param>
/// <param name="Stage">Its position on the value chain.</param>
/// <param name="Categories">The kinds of service it offers.</param>
/// <param name="Description">In words.</param>
/// <param name="Provider">Who contracts and invoices.</param>
public sealed record PlatformProfile(
    PlatformId Id, string Name, ClusterId Cluster, string City, string Country, string Nuts, string TimeZone,
    Currency Currency, string Stage, ImmutableArray<string> Categories, string Description, Provider Provider)
    : IWrittenOnce
{
    private readonly WrittenJson _written = new();

    WrittenJson IWrittenOnce.Written => _written;
}

/// <summary>The legal person behind a platform.</summary>
/// <param name="LegalName">As in the register.</param>
/// <param name="VatId">With country prefix.</param>
/// <param name="Address">Its seat.</param>
/// <param name="Iban">Where it is paid.</param>
/// <param name="Contact">Mail address for contract matters.</param>
public sealed record Provider(string LegalName, string VatId, Address Address, string Iban, string Contact);

/// <summary>A postal address.</summary>
/// <param name="Street">Street and number.</param>
/// <param name="Postcode">Postcode.</param>
/// <param name="City">City.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record Address(string Street, string Postcode, string City, string Country);
