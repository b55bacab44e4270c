using System.Collections.Immutable;
using System.Globalization;
using Facilities.Api.Files;
using Facilities.Api.Http;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Calendars;

/// <summary>
/// Reads what is to be imported: JSON with the address of a feed, the fields and <c>file</c> of a form, or a calendar
/// itself with the fields in the query string.
/// </summary>
internal static class ImportBody
{
    internal const string CalendarType = "text/calendar";
    internal const string FormType = "multipart/form-data";

    internal static async Task<CalendarWish> Read(HttpContext context)
    {
        if (context.Request.HasJsonContentType()) return new(await Body.Read<CalendarBody>(context), null);
        if (Is(context, CalendarType))
            return new(Fields(name => context.Request.Query[name]),
                await Body.ReadBytes(context, Limits.CalendarBytes));
        if (!Is(context, FormType)) throw new ProblemException(Problems.UnsupportedMediaType());
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return new(
            Fields(name => form[name]),
            await CarriedFile.Chosen(form, Limits.CalendarBytes, context.RequestAborted));
    }

    internal static async Task<ReadOnlyMemory<byte>> ReadFile(HttpContext context)
    {
        if (Is(context, CalendarType)) return await Body.ReadBytes(context, Limits.CalendarBytes);
        if (!Is(context, FormType)) throw new ProblemException(Problems.UnsupportedMediaType());
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return await CarriedFile.Chosen(form, Limits.CalendarBytes, context.RequestAborted)
            ?? throw new ProblemException(Problems.InvalidRequest([new Fault("/file", "Choose an .ics file.")], 422));
    }

    /// <summary>The fields as a form or a query string names them; lists are repeated or parted by commas.</summary>
    internal static CalendarBody Fields(Func<string, Microsoft.Extensions.Primitives.StringValues> read)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var resources = List("resourceId").Concat(List("resources")).ToArray();
        if (!resources.All(Id.IsValid)) faults.Add(new Fault("/resources", "Name resources by their ids."));
        var units = new List<int>();
        foreach (var text in List("units"))
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unit)) units.Add(unit);
            else faults.Add(new Fault("/units", "Write numbers of units, from 1."));
        if (faults.Count > 0) throw new ProblemException(Problems.InvalidRequest(faults.ToImmutable(), 422));
        return new CalendarBody(
            read("name").ToString(), null, [.. resources.Select(id => new ResourceId(id))], [.. units],
            read("url").ToString() is { Length: > 0 } url ? url : null);

        IEnumerable<string> List(string name) => read(name).SelectMany(value => (value ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static bool Is(HttpContext context, string type) =>
        context.Request.ContentType?.StartsWith(type, StringComparison.OrdinalIgnoreCase) == true;
}
