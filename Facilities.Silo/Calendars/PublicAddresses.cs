using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Facilities.Silo.Calendars;

/// <summary>
/// Which addresses stand for anybody on the internet, by the special-purpose registries of IANA (RFC 6890). An address
/// that carries another inside is as good as that one.
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of IPv6 only 2000::/3 is given out; of that, protocols and examples have these.
            "2001::/23", "2001:db8::/32", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GivenOut = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    // An interface of ISATAP (RFC 5214): these two words, then an address of IPv4.
    private const uint Isatap = 0x00005efe;
    private const uint UniversalIsatap = 0x02005efe;

    public static bool Has(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !NotPublic.Any(range => range.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        if (address.IsIPv4MappedToIPv6) return Has(address.MapToIPv4());
        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address)) return Has(new IPAddress(bytes.AsSpan(12, 4)));
        if (SixToFour.Contains(address)) return Has(new IPAddress(bytes.AsSpan(2, 4)));
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8, 4)) is Isatap or UniversalIsatap
            && !Has(new IPAddress(bytes.AsSpan(12, 4)))) return false;
        return GivenOut.Contains(address) && !NotPublic.Any(range => range.Contains(address));
    }
}
