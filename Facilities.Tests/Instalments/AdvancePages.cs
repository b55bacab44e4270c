using Facilities.Tests.Bookings;
using Facilities.Tests.Pages;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Instalments;

/// <summary>What each side reads of an advance before a booking is cancelled and after.</summary>
internal static class AdvancePages
{
    public static async Task SeesTheAdvance(ApiHost host, string booking)
    {
        var sme = await ApprovalTests.Browser(host, "sme.brno-bio");
        foreach (var (address, said) in new[]
        {
            ($"/bookings/{booking}", "50 % in advance, the rest once you paid the invoice"),
            ($"/bookings/{booking}/cancel", "150,000.00 in advance. Once the booking is cancelled you owe it back"),
        })
            Assert.Contains(
                said, DemonstrationPages.TextOf(await sme.GetStringAsync(address)).Replace('\u00a0', ' '),
                StringComparison.Ordinal);
        var lab = await ApprovalTests.Browser(host, "manager.brno-lab");
        Assert.DoesNotContain(
            "in advance. Once", await lab.GetStringAsync($"/bookings/{booking}/cancel"), StringComparison.Ordinal);
    }

    public static async Task SeesWhatItOwes(
        ApiHost host, string programme, string booking, string advance, string reference)
    {
        var sme = await ApprovalTests.Browser(host, "sme.brno-bio");
        Assert.Contains(reference, await sme.GetStringAsync(advance), StringComparison.Ordinal);
        Assert.Contains("To pay back", await sme.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains(
            "is owed back until", await sme.GetStringAsync($"/bookings/{booking}"), StringComparison.Ordinal);
        Assert.Contains("not reached", await sme.GetStringAsync($"/bookings/{booking}"), StringComparison.Ordinal);
        var funder = await ApprovalTests.Browser(host, "funder.berlin");
        Assert.Contains("Record it", await funder.GetStringAsync(advance), StringComparison.Ordinal);
        Assert.Contains(
            "in advance", await funder.GetStringAsync($"/programmes/{programme}"), StringComparison.Ordinal);
        Assert.Contains("in advance", await sme.GetStringAsync("/vouchers"), StringComparison.Ordinal);
    }
}
