using Facilities.Grains.Tax;

namespace Facilities.Api.Services;

/// <summary>Where a service to a business abroad is taxed, in words.</summary>
internal static class VatWords
{
    public static string Of(VatClass vat) => vat switch
    {
        VatClass.General => "where the customer is established (Art. 44)",
        VatClass.Premises => "where the premises stand: an exclusive right to a room or bench (Art. 47)",
        VatClass.Admission => "where the course or event takes place (Art. 53)",
        _ => "where the customer is, for nothing of it is tied to the place, such as analysis of data",
    };
}
