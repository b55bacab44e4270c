using Facilities.Api;
using Facilities.Api.Http;
using Facilities.Api.Shell;
using Facilities.Api.Starting;
using Facilities.Silo.Calendars;
using Facilities.Silo.Demonstration;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    EnvironmentName = DefaultEnvironment.For(args),
    ContentRootPath = AppContext.BaseDirectory,
});
builder.AddFacilities().AddDemonstrationClock().AddFacilitiesTimers();
builder.Services.AddIdentityStores();
builder.Services.AddOnceOpened<CalendarPump>();
builder.AddFacilitiesHttp().AddFacilitiesPages();
builder.Services.AddHostedService<DemonstrationStart>();

var app = builder.Build();
app.UseFacilitiesHttp();
app.MapFacilities();
app.MapFacilitiesPages();
await app.PrepareData();
await app.StartAsync();
app.SayWhereToLook();
await app.WaitForShutdownAsync();

/// <summary>Named so that tests can start the whole application.</summary>
public partial class Program;
