using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Facilities.Api.Http;

/// <summary>
/// The reverse proxies whose word is taken for who called and whether by https: <c>Proxies:Trusted</c>, addresses and
/// networks with commas between. Nobody else's: any caller can write such a header.
/// </summary>
internal static class Proxies
{
    private const string Setting = "Proxies:Trusted";

    public static void AddTrustedProxies(this IServiceCollection services, IConfiguration configuration)
    {
        var trusted = Read(configuration[Setting]);
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = trusted.Length == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Back to the first that is no proxy of ours, however many stand in a row.
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in trusted) options.KnownIPNetworks.Add(network);
        });
    }

    private static IPNetwork[] Read(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Network)];

    private static IPNetwork Network(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network)
            ? network
            : throw new InvalidOperationException(
                $"{Setting} holds '{text}'. Write addresses or networks, such as 10.0.0.7, 10.1.0.0/16.");
    }
}
