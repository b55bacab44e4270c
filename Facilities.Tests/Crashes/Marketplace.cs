using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Facilities.Silo.Operation;
using Facilities.Silo.Storage;
using Facilities.Tests.TestKit;
using NodaTime;
using Npgsql;

namespace Facilities.Tests.Crashes;

/// <summary>Real processes behind a load balancer, on one database of their own that can be killed too.</summary>
internal sealed class Marketplace : IAsyncDisposable
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(60);

    private readonly RoundRobin door;

    private Marketplace(
        StorageOptions storage, PostgresServer? server, NetworkNamespace? network, ImmutableArray<Replica> replicas)
    {
        (Storage, Server, Network, Replicas) = (storage, server, network, replicas);
        door = new RoundRobin(() => [.. replicas.Select(r => r.Address).OfType<IPEndPoint>()]);
    }

    /// <summary>The database, without anything in between.</summary>
    public StorageOptions Storage { get; }

    public PostgresServer? Server { get; }

    /// <summary>What the database stands behind, where the processes reach it without a proxy.</summary>
    public NetworkNamespace? Network { get; }

    public ImmutableArray<Replica> Replicas { get; }

    public Uri Address => door.Address;

    /// <summary>Several processes on a PostgreSQL that waits for its disk.</summary>
    public static async Task<Marketplace> OnPostgres(int processes, Action<string> fault, NetworkNamespace? network)
    {
        PostgresCluster.Require();
        var server = PostgresServer.Start(
            ["-c", "fsync=on", "-c", "synchronous_commit=on"], network?.Address ?? "127.0.0.1", network?.Within ?? []);
        await using (var connection = new NpgsqlConnection(server.Connection + ";Database=postgres;Pooling=false"))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand("create database market", connection);
            await create.ExecuteNonQueryAsync();
        }
        var storage = new StorageOptions(StorageProvider.Postgres, server.Connection + ";Database=market");
        await CatalogueDatabase.Fill(storage with { Connection = storage.Connection + ";Pooling=false" });
        var market = new Marketplace(storage, server, network, [.. Enumerable.Range(0, processes).Select(_ =>
        {
            if (network is not null) return new Replica(storage, null, fault);
            var link = new TcpProxy(() => [new IPEndPoint(IPAddress.Loopback, server.Port)]);
            var way = new NpgsqlConnectionStringBuilder(storage.Connection) { Port = link.Port };
            return new Replica(storage with { Connection = way.ConnectionString }, link, fault);
        })]);
        await market.Up();
        return market;
    }

    /// <summary>One process on a file.</summary>
    public static async Task<Marketplace> OnSqlite(
        StorageOptions storage, Action<string> fault, params (string Name, string Value)[] settings)
    {
        var market = new Marketplace(storage, null, null, [new Replica(storage, null, fault, settings)]);
        await market.Up();
        return market;
    }

    public Task Up() => Task.WhenAll(Replicas.Select(r => r.Up()));

    /// <summary>Somebody of the demonstration, at the load balancer; each request is a connection.</summary>
    public Task<ApiClient> As(string login) => As(login, Address);

    /// <summary>The same, at one of the processes.</summary>
    public Task<ApiClient> As(string login, Replica replica) =>
        As(login, new UriBuilder("http", "127.0.0.1", replica.Address!.Port).Uri);

    /// <summary>When a session that begins now ends, by the clock of one of the processes.</summary>
    public static async Task<Instant> SessionEnd(Replica replica)
    {
        using var http = new HttpClient();
        http.BaseAddress = new UriBuilder("http", "127.0.0.1", replica.Address!.Port).Uri;
        var session = await new ApiClient(http).Post(
            "/session", new { email = Trial.Accounts[0].Login + "@example.org", password = ApiHost.Password });
        return Audit.At(session.Expect(200), "expiresAt");
    }

    private static async Task<ApiClient> As(string login, Uri address)
    {
        var http = new HttpClient { BaseAddress = address, Timeout = AnswerMax };
        http.DefaultRequestHeaders.ConnectionClose = true;
        var client = new ApiClient(http);
        await client.SignIn(login);
        return client;
    }

    /// <summary>A command of the operator: its exit code and what it said.</summary>
    public async Task<(int Code, string Said)> Command(params string[] command)
    {
        var said = new StringWriter(CultureInfo.InvariantCulture);
        var code = await OperatorCommands.Run(
            [
                .. command, $"--Storage:Provider={Storage.Provider}", $"--Storage:Connection={Storage.Connection}",
                "--environment=Development",
            ],
            TextWriter.Synchronized(said), TextWriter.Synchronized(said));
        return (code, said.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Replicas.Select(r => r.DisposeAsync().AsTask()));
        door.Dispose();
        NpgsqlConnection.ClearAllPools();
        Server?.Dispose();
    }
}
