using Facilities.Grains.Runtime;
using Facilities.Grains.Services;
using Facilities.Silo.Calendars;
using Facilities.Silo.Delivery;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Facilities.Tests.TestKit;

/// <summary>The whole application in this process, on Kestrel at a port of its own, with a given database.</summary>
public sealed class ApiHost : WebApplicationFactory<Facilities.Api.Readiness>
{
    public const string Password = "demo-facilities";

    private readonly StorageOptions storage;
    private readonly Func<EventStore, IEventStore>? store;
    private readonly IReadOnlyDictionary<string, string>? settings;
    private readonly Dictionary<string, ApiClient> clients = [];
    private CalendarFetching? calendars;

    private ApiHost(
        StorageOptions storage, FakeClock clock, Func<EventStore, IEventStore>? store,
        IReadOnlyDictionary<string, string>? settings) =>
        (this.storage, Clock, this.store, this.settings) = (storage, clock, store, settings);

    public FakeClock Clock { get; }

    public StorageOptions Storage => storage;

    /// <summary>
    /// Starts it. The event store may be wrapped, to make it fail; settings are as in the configuration.
    /// </summary>
    public static ApiHost Start(
        StorageOptions storage, FakeClock? clock = null, Func<EventStore, IEventStore>? store = null,
        CalendarFetching? calendars = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var host = new ApiHost(storage, clock ?? new FakeClock(CatalogueDatabase.Opening), store, settings)
        {
            calendars = calendars,
        };
        host.UseKestrel();
        host.StartServer();
        return host;
    }

    public T Service<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A visitor.</summary>
    public ApiClient Visitor() => new(CreateClient());

    /// <summary>Somebody of the demonstration, by what stands before the at sign; signed in once.</summary>
    public async Task<ApiClient> As(string login)
    {
        if (clients.TryGetValue(login, out var known)) return known;
        var client = await SignIn(login);
        return clients.TryAdd(login, client) ? client : clients[login];
    }

    /// <summary>
    /// Moves the clock, signs everybody in anew where sessions would have ended, and lets due work be done.
    /// </summary>
    public async Task Advance(Duration by)
    {
        Clock.Advance(by);
        await RunDueWork();
        foreach (var (login, client) in clients.ToArray()) await client.SignIn(login);
    }

    public Task AdvanceTo(Instant instant) => Advance(instant - Clock.GetCurrentInstant());

    public Task RunDueWork() => Service<DuePump>().RunOnce();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Storage:Provider", storage.Provider.ToString().ToLowerInvariant());
        builder.UseSetting("Storage:Connection", storage.Connection);
        builder.UseSetting("Quiet", "true");
        // Set before the application runs: a port given to the factory is set beside it, and may come too late.
        builder.UseUrls("http://127.0.0.1:0");
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) builder.UseSetting(name, value);
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IClock>(Clock);
            if (calendars is { } fetching) services.AddSingleton(fetching);
            if (store is { } wrap)
                services.AddSingleton(provider => wrap(provider.GetRequiredService<EventStore>()));
        });
    }

    private async Task<ApiClient> SignIn(string login)
    {
        var client = Visitor();
        await client.SignIn(login);
        return client;
    }
}
