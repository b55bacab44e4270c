#if ORLEANS
using System.Net;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Facilities.Silo.Hosting;

/// <summary>
/// Hosts grains under Orleans: this process is a silo, alone or one of a cluster whose members find each other in
/// PostgreSQL. Settings stand below <c>GrainHost</c>, since Orleans reads a section named after itself.
/// </summary>
internal static class OrleansHost
{
    private const string Cluster = "facilities";
    private const int DefaultPort = 11111;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);

    public static void AddOrleansSilo(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("GrainHost");
        var storage = builder.Configuration;
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft.Orleans", LogLevel.Warning);
        builder.UseOrleans(silo =>
        {
            silo.Services.AddMessages();
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = Idle);
            silo.AddOutgoingGrainCallFilter<ClusterFaults>();
            switch (settings["Clustering"]?.ToLowerInvariant())
            {
                case null or "" or "localhost":
                    Alone(silo, PortOf(settings));
                    break;
                case "postgres":
                    Together(silo, settings, ConnectionOf(settings, storage));
                    break;
                case var other:
                    throw new InvalidOperationException(
                        $"GrainHost:Clustering is '{other}'. Set it to localhost or postgres.");
            }
        });
    }

    /// <summary>
    /// One process; nobody else looks for it, so it listens at any port that is free, unless one is named.
    /// </summary>
    private static void Alone(ISiloBuilder silo, int? port)
    {
        silo.UseLocalhostClustering(port ?? DefaultPort, gatewayPort: 0);
        silo.Configure<EndpointOptions>(options =>
            options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port ?? 0));
    }

    private static void Together(ISiloBuilder silo, IConfiguration settings, string connection)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Cluster, Cluster));
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connection));
        var port = PortOf(settings) ?? DefaultPort;
        if (settings["Address"] is not { Length: > 0 } address) silo.ConfigureEndpoints(port, gatewayPort: 0);
        else if (IPAddress.TryParse(address, out var parsed)) silo.ConfigureEndpoints(parsed, port, gatewayPort: 0);
        else
            throw new InvalidOperationException(
                $"GrainHost:Address is '{address}'. Give the IP address by which the other processes reach this one.");
    }

    private static string ConnectionOf(IConfiguration settings, IConfiguration configuration)
    {
        if (settings["Connection"] is { Length: > 0 } own) return own;
        var storage = FacilitiesHosting.StorageOptionsOf(configuration);
        return storage.Provider == StorageProvider.Postgres
            ? storage.Connection
            : throw new InvalidOperationException(
                "GrainHost:Clustering is postgres while data is kept in SQLite, which processes cannot share. "
                + "Set Storage:Provider to postgres.");
    }

    private static int? PortOf(IConfiguration settings) => settings["Port"] switch
    {
        null or "" => null,
        var text when int.TryParse(text, out var port) && port is > 0 and <= IPEndPoint.MaxPort => port,
        var text => throw new InvalidOperationException($"GrainHost:Port is '{text}'. Give a port from 1 to 65535."),
    };
}
#endif
