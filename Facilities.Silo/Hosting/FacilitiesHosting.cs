using System.Globalization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Platforms;
using Facilities.Grains.Rates;
using Facilities.Grains.Runtime;
using Facilities.Grains.Search;
using Facilities.Grains.Waitlist;
using Facilities.Silo.Accounts;
using Facilities.Silo.Applications;
using Facilities.Silo.Bookings;
using Facilities.Silo.Calendars;
using Facilities.Silo.Delivery;
using Facilities.Silo.Feeds;
using Facilities.Silo.Invoices;
using Facilities.Silo.Payments;
using Facilities.Silo.Platforms;
using Facilities.Silo.Postgres;
using Facilities.Silo.Programmes;
using Facilities.Silo.Rates;
using Facilities.Silo.Storage;
using Facilities.Silo.Undertakings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Orleans;

namespace Facilities.Silo.Hosting;

/// <summary>Puts the machinery together: store, grains, read models, timers.</summary>
public static class FacilitiesHosting
{
    public static IHostApplicationBuilder AddFacilities(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(StorageOptionsOf(builder.Configuration));
        services.AddSingleton(provider => provider.GetRequiredService<StorageOptions>().Open());
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<IDialect>());
        services.AddSingleton<EventStore>();
        services.AddSingleton<IEventStore>(provider => provider.GetRequiredService<EventStore>());
        services.AddSingleton<Opening>();
        services.AddSingleton<ShiftedClock>();
        services.TryAddSingleton<IClock>(provider => provider.GetRequiredService<ShiftedClock>());
        services.AddSingleton<GrainServices>();
        services.AddSingleton<IDueWork, DueWork>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<IQuoteBook, QuoteBook>();
        services.AddSingleton<QuoteDesk>();
        services.AddSingleton<WaitlistDesk>();
        services.AddSingleton<RefusalDesk>();
        services.AddSingleton<BookingDesk>();
        services.AddSingleton<PrepareDesk>();
        services.AddSingleton<Search.FreeTimes>();
        services.AddSingleton<IFreeTimes>(provider => provider.GetRequiredService<Search.FreeTimes>());
        services.AddSingleton<SlotSearch>();
        services.AddSingleton<Catalogue>();
        services.AddSingleton<BookingLists>();
        services.AddSingleton<WaitlistLists>();
        services.AddSingleton<FeedBookings>();
        services.AddSingleton(new CalendarFetching
        {
            InternalHosts = [.. builder.Configuration.GetSection("Calendars:InternalHosts").Get<string[]>() ?? []],
        });
        services.AddSingleton<CalendarFetcher>();
        services.AddSingleton<CalendarReading>();
        services.AddSingleton<VoucherLists>();
        services.AddSingleton<ProgrammeLists>();
        services.AddSingleton<LedgerReads>();
        services.AddSingleton<ExchangeRates>();
        services.AddSingleton<IRateBook>(provider => provider.GetRequiredService<ExchangeRates>());
        services.AddSingleton<ClaimReads>();
        services.AddSingleton<AccountSizes>();
        services.AddSingleton<Reports.ProgrammeReports>();
        services.AddSingleton<ApplicationLists>();
        services.AddSingleton<AidLists>();
        services.AddSingleton<AidRegister>();
        services.AddSingleton<AidRates>();
        services.AddSingleton<InvoiceLists>();
        services.AddSingleton<DuePump>();
        services.AddSingleton<OutboxPump>();
        services.AddPayments(builder.Configuration);
        AddGrainHost(builder);
        return builder;
    }

    /// <summary>
    /// Timers, which begin once the data is in; a command of the operator that ends by itself runs none.
    /// </summary>
    public static IHostApplicationBuilder AddFacilitiesTimers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOnceOpened<DuePump>();
        builder.Services.AddOnceOpened<OutboxPump>();
        builder.Services.AddOnceOpened<PaymentInbox>();
        builder.Services.AddOnceOpened<Search.FreeTimes>();
        builder.Services.AddHostedService<WriteAheadLog>();
#if !ORLEANS
        builder.Services.AddOnceOpened<Accounts.VoucherWatch>();
        builder.Services.AddOnceOpened<IdleGrains>();
#endif
        return builder;
    }

    /// <summary>
    /// Where data is kept: by default one SQLite file beside the solution, whatever folder it is started from.
    /// </summary>
    public static StorageOptions StorageOptionsOf(IConfiguration configuration)
    {
        var provider = configuration["Storage:Provider"]?.ToLowerInvariant() switch
        {
            null or "" or "sqlite" => StorageProvider.Sqlite,
            "postgres" => StorageProvider.Postgres,
            var other =>
                throw new InvalidOperationException($"Storage:Provider is '{other}'. Set it to sqlite or postgres."),
        };
        var connection = configuration["Storage:Connection"];
        if (string.IsNullOrWhiteSpace(connection) && provider == StorageProvider.Postgres)
            throw new InvalidOperationException(
                "Storage:Connection is empty. Give the connection string of the PostgreSQL database.");
        return new StorageOptions(provider, string.IsNullOrWhiteSpace(connection)
            ? $"Data Source={Path.Combine(DataFolder(), "facilities.db")}"
            : provider == StorageProvider.Postgres ? PostgresDialect.WithModestPool(connection) : connection,
            configuration["Storage:MegabytesMax"] is not { Length: > 0 } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes > 0
                ? megabytes
                : throw new InvalidOperationException(
                    $"Storage:MegabytesMax is '{text}'. Set it to a whole number above 0, or leave it out."));
    }

    /// <summary>
    /// The folder <c>.data</c> beside the solution; beside the program where it was published away from it.
    /// </summary>
    public static string DataFolder() => Path.Combine(CheckoutFolder() ?? AppContext.BaseDirectory, ".data");

    /// <summary>
    /// The folder of the solution that this program runs from; null where it was published away from it.
    /// </summary>
    public static string? CheckoutFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Facilities.sln"))) return folder.FullName;
        return null;
    }

#if ORLEANS
    private static void AddGrainHost(IHostApplicationBuilder builder) => builder.AddOrleansSilo();
#else
    private static void AddGrainHost(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LocalGrains>();
        builder.Services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<LocalGrains>());
    }
#endif
}
