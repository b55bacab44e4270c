using System.Net;
using Facilities.Silo.Calendars;

namespace Facilities.Tests.Calendars;

/// <summary>The ranges of IANA's special-purpose registries at their edges.</summary>
public sealed class PublicAddressTests
{
    /// <summary>The first and last address of each range, and its public neighbours where it has any.</summary>
    public static TheoryData<string, string, string?, string?> Ranges => new()
    {
        { "0.0.0.0", "0.255.255.255", null, "1.0.0.0" },
        { "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0" },
        { "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0" },
        { "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0" },
        { "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0" },
        { "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0" },
        { "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0" },
        { "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0" },
        { "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0" },
        { "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0" },
        { "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0" },
        { "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0" },
        { "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0" },
        { "224.0.0.0", "255.255.255.255", "223.255.255.255", null },
        { "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::1", "2001:200::" },
        { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::1", "2001:db9::" },
        { "2002:a00::", "2002:aff:ffff::", "2002:9ff::", "2002:b00::" },
        { "64:ff9b::a00:0", "64:ff9b::aff:ffff", "64:ff9b::9ff:ffff", "64:ff9b::b00:0" },
        { "::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:9.255.255.255", "::ffff:11.0.0.0" },
        { "2a00::5efe:a00:0", "2a00::5efe:aff:ffff", "2a00::5efe:9ff:ffff", "2a00::5efe:b00:0" },
        { "2a00::200:5efe:a00:0", "2a00::200:5efe:aff:ffff", "2a00::200:5efe:9ff:ffff", "2a00::200:5efe:b00:0" },
        { "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::1", "3fff:1000::" },
        { "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null },
        { "ff00::", "ff02::fb", null, null },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void I10_a_range_is_private_from_its_first_address_to_its_last(
        string first, string last, string? before, string? after)
    {
        Assert.False(PublicAddresses.Has(IPAddress.Parse(first)), first);
        Assert.False(PublicAddresses.Has(IPAddress.Parse(last)), last);
        foreach (var neighbour in new[] { before, after }.OfType<string>())
            Assert.True(PublicAddresses.Has(IPAddress.Parse(neighbour)), neighbour);
    }
}
