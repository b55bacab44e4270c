using Facilities.Api;
using Facilities.Api.Http;
using Facilities.Api.Shell;
using Facilities.Silo.Hosting;
using Facilities.Silo.Identity;

var builder = WebApplication.CreateBuilder(args);
builder.AddFacilities().AddFacilitiesTimers();
builder.AddFacilitiesHttp();
builder.AddFacilitiesPages();
builder.Services.AddIdentityStores().AddSingleton<Readiness>();

var app = builder.Build();
app.UseFacilitiesHttp();
app.MapFacilities();
app.MapFacilitiesPages();
await app.PrepareData();
app.Run();

/// <summary>Named so that tests can start the whole application.</summary>
public partial class Program;
