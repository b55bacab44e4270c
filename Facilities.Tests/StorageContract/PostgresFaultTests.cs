using System.Net;
using System.Net.Sockets;
using Facilities.Silo.Storage;
using Npgsql;

namespace Facilities.Tests.StorageContract;

/// <summary>Each fault as PostgreSQL itself raises it.</summary>
public sealed class PostgresFaultTests : IClassFixture<PostgresFixture>
{
    private readonly PostgresFixture fixture;

    public PostgresFaultTests(PostgresFixture fixture)
    {
        fixture.Require();
        this.fixture = fixture;
    }

    private async Task<NpgsqlConnection> Connect(string more = "")
    {
        var connection = new NpgsqlConnection($"{fixture.Options.Connection};Pooling=false;{more}");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private async Task AssertFault(StorageFault? expected, string? state, Func<Task> provoke)
    {
        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(provoke);
        Assert.Equal(state, error.SqlState);
        Assert.Equal(expected, fixture.Dialect.FaultOf(error));
    }

    [Fact]
    public async Task Two_writers_that_wait_for_each_other_collided()
    {
        await using var one = await Connect();
        await using var two = await Connect();
        await Execute(one, "create table pair (id int primary key, n int); insert into pair values (1, 0), (2, 0)");
        await Execute(one, "begin; update pair set n = 1 where id = 1");
        await Execute(two, "begin; update pair set n = 1 where id = 2");
        var first = Execute(one, "update pair set n = 1 where id = 2");
        var second = Execute(two, "update pair set n = 1 where id = 1");
        await AssertFault(StorageFault.Collision, "40P01", () => Task.WhenAll(first, second));
    }

    [Fact]
    public async Task A_change_under_a_fixed_view_collided()
    {
        await using var one = await Connect();
        await using var two = await Connect();
        await Execute(one, "create table seen (n int); insert into seen values (0)");
        await Execute(one, "begin isolation level repeatable read; select * from seen");
        await Execute(two, "update seen set n = 1");
        await AssertFault(StorageFault.Collision, "40001", () => Execute(one, "update seen set n = 2"));
    }

    [Fact]
    public async Task A_session_that_the_server_ends_lost_its_connection()
    {
        await using var victim = await Connect();
        await using var other = await Connect();
        await Execute(other, $"select pg_terminate_backend({victim.ProcessID}, 1000)");
        await AssertFault(StorageFault.ConnectionLost, "57P01", () => Execute(victim, "select 1"));
    }

    [Theory]
    [InlineData("57014", "set statement_timeout = 20; select pg_sleep(5)")]
    [InlineData("25006", "begin; set transaction read only; create table refused (n int)")]
    public async Task A_server_that_refuses_is_unavailable(string state, string sql)
    {
        await using var connection = await Connect();
        await AssertFault(StorageFault.Unavailable, state, () => Execute(connection, sql));
    }

    [Fact]
    public async Task A_lock_that_is_not_given_in_time_is_unavailable()
    {
        await using var holder = await Connect();
        await using var other = await Connect();
        await Execute(holder, "begin; lock table settings");
        await AssertFault(StorageFault.Unavailable, "55P03",
            () => Execute(other, "set lock_timeout = 20; delete from settings"));
    }

    [Fact]
    public async Task A_server_with_no_connection_left_is_unavailable()
    {
        await using (var admin = await Connect()) await Execute(admin, "create role nobody login connection limit 0");
        await AssertFault(StorageFault.Unavailable, "53300", () => Connect("Username=nobody"));
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_unavailable()
    {
        await using var connection = await Connect("Command Timeout=1");
        await AssertFault(StorageFault.Unavailable, null, () => Execute(connection, "select pg_sleep(10)"));
    }

    [Fact]
    public Task A_server_that_is_not_there_lost_the_connection() =>
        AssertFault(StorageFault.ConnectionLost, null, () => Connect("Port=1"));

    [Fact]
    public async Task A_server_that_hangs_up_lost_the_connection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var hangUp = HangUp(over.Token);
        await AssertFault(StorageFault.ConnectionLost, null,
            () => Connect($"Port={((IPEndPoint)listener.LocalEndpoint).Port}"));
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hangUp);

        // The driver tries twice: with encryption and without.
        async Task HangUp(CancellationToken cancel)
        {
            while (true) (await listener.AcceptTcpClientAsync(cancel)).Dispose();
        }
    }

    [Fact]
    public async Task A_wrong_statement_is_a_bug()
    {
        await using var connection = await Connect();
        await AssertFault(null, "42P01", () => Execute(connection, "select nothing from nowhere"));
    }
}
