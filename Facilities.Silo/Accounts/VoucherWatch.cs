using Dapper;
using Facilities.Grains.Accounts;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Silo.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Facilities.Silo.Accounts;

/// <summary>
/// Has time wake the wallets whose vouchers came from a version that woke none: without this they would never expire.
/// </summary>
public sealed partial class VoucherWatch(
    IDatabase database, IGrainFactory grains, TimeProvider time, ILogger<VoucherWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Watches all that nothing wakes; answers how many wallets were told.</summary>
    public async Task<int> RunOnce()
    {
        var accounts = (await database.Read(connection => connection.QueryAsync<string>("""
            select distinct account_id from vouchers where status in ('active', 'partiallyRedeemed')
              and not exists (select 1 from due where name = 'voucher' and stream = 'account/' || account_id)
            """))).AsList();
        foreach (var account in accounts)
            await grains.GetGrain<IAccountGrain>(account).WatchVouchers(
                new WatchVouchers(new CommandId($"watch-{account}"), Actor.System));
        return accounts.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                try
                {
                    await RunOnce();
                }
                catch (StorageUnavailableException fault)
                {
                    Unavailable(log, fault.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The database is unavailable, vouchers are watched later: {Reason}")]
    private static partial void Unavailable(ILogger log, string reason);
}
