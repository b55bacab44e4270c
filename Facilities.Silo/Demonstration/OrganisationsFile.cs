using System.Collections.Immutable;
using System.Text.Json;
using Facilities.Grains.Accounts;
using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using Facilities.Grains.Programmes;
using NodaTime;

namespace Facilities.Silo.Demonstration;

/// <summary><c>demonstration.json</c> as it is written.</summary>
internal sealed record OrganisationsFile(
    string Password, ImmutableArray<OrganisationsFile.WrittenProvider> Providers,
    ImmutableArray<OrganisationsFile.WrittenAccount> Accounts,
    ImmutableArray<OrganisationsFile.WrittenProgramme> Programmes,
    ImmutableArray<OrganisationsFile.WrittenVoucher> Vouchers,
    ImmutableArray<OrganisationsFile.WrittenBudget> ClusterBudgets,
    ImmutableArray<OrganisationsFile.WrittenPerson> People)
{
    /// <summary>Both, in this order.</summary>
    public OrganisationsFile With(OrganisationsFile further) => this with
    {
        Accounts = [.. Accounts, .. further.Accounts],
        Programmes = [.. Programmes, .. further.Programmes],
        Vouchers = [.. Vouchers, .. further.Vouchers],
        People = [.. People, .. further.People],
    };

    internal sealed record WrittenProvider(
        PlatformId PlatformId, string LegalName, string VatId,
        Address Address, string Iban, bool StandingOffer, string Contact)
    {
        public Provider ToProvider() => new(LegalName, VatId, Address, Iban, Contact);
    }

    internal sealed record WrittenAccount(
        AccountId Id, string Name, ClusterId ClusterId, string Country, string Nuts, string Nace, string VatId,
        int Headcount, Money Turnover, Money BalanceSheet, ImmutableArray<string> Qualifications,
        ImmutableArray<WrittenAid> EarlierAid)
    {
        /// <summary>
        /// The VAT number belongs to nobody, so no register is asked: its stored answer is positive and stays so.
        /// </summary>
        public AccountProfile ToProfile(Instant checkedAt) => new(
            Id, Name, ClusterId, Country, Nuts, Nace,
            new VatRegistration(VatId, VatAnswer.Valid, checkedAt, NeverAges: true, LastPositiveAt: checkedAt),
            Headcount, Turnover, BalanceSheet, Qualifications);
    }

    internal sealed record WrittenAid(string Authority, string Country, LocalDate Granted, Money Amount);

    internal sealed record WrittenProgramme(
        ProgrammeId Id, string Name, string Funder, string Country, Money Budget, string LegalBasis,
        decimal RatePercent,
        Money CapPerVoucher, Money? CapPerOrder, ImmutableArray<string> Sizes, ImmutableArray<string> RegionsInclude,
        JsonElement ProviderScope, JsonElement Categories, int ValidityMonths, int ClaimDays, PaymentMode PaymentMode,
        VatFundable VatFundable, InstalmentTerms? Instalments = null)
    {
        public ProgrammeTerms ToTerms() => new(
            Id, Name, Funder, Country, ZoneOf(Country), Budget, LegalBasis, Percentage.From(RatePercent),
            CapPerVoucher, CapPerOrder,
            Sizes, RegionsInclude, ScopeOf(ProviderScope),
            Categories.ValueKind == JsonValueKind.String ? [] : Texts(Categories),
            ValidityMonths, ClaimDays, PaymentMode, VatFundable)
        {
            Instalments = Instalments,
        };

        private static string ZoneOf(string country) => country switch
        {
            "DE" => "Europe/Berlin",
            "ES" => "Europe/Madrid",
            "FR" => "Europe/Paris",
            "IT" => "Europe/Rome",
            _ => throw new InvalidOperationException($"The demonstration has no funder in {country}."),
        };

        private static ProviderScope ScopeOf(JsonElement written) => written.ValueKind == JsonValueKind.String
            ? new ProviderScope(Any: true, [], [])
            : new ProviderScope(Any: true, [], Texts(written.GetProperty("excludeRegions")));

        private static ImmutableArray<string> Texts(JsonElement list) =>
            [.. list.EnumerateArray().Select(t => t.GetString()!)];
    }

    internal sealed record WrittenVoucher(AccountId AccountId, ProgrammeId ProgrammeId, Money Amount, string? Note);

    internal sealed record WrittenBudget(ClusterId ClusterId, Money Amount);

    internal sealed record WrittenPerson(string Email, string Of, ImmutableArray<Role> Roles);
}
