using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using NodaTime;

namespace Facilities.Api.Http;

/// <summary>Reads query strings into records, one parameter for each member, and reports every fault at once.</summary>
public static class Query
{
    /// <summary>The longest page of a list.</summary>
    public const int LimitMax = 200;

    /// <summary>The length of a page where the caller does not say.</summary>
    public const int LimitDefault = 50;

    /// <summary>
    /// The query string as a record, or a <see cref="ProblemException"/> with status 400. Lists may repeat the
    /// parameter or separate by commas. A member named <c>Limit</c> lies between 1 and <see cref="LimitMax"/>.
    /// </summary>
    public static T Read<T>(HttpContext context) where T : notnull
    {
        var shape = Shape.Of(typeof(T));
        var binder = new Binder();
        var arguments = new object?[shape.Members.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var member = shape.Members[i];
            var place = "/" + member.Name;
            var given = context.Request.Query[member.Name];
            if (given.All(string.IsNullOrEmpty)) arguments[i] = binder.Absent(member, place);
            else arguments[i] = ReadMember(binder, member, given, place);
            if (member.Name == "limit" && arguments[i] is int and (< 1 or > LimitMax))
                binder.Fault(place, $"A limit lies between 1 and {LimitMax}.");
        }
        var value = binder.Faults.IsEmpty ? binder.Make(shape, arguments, "") : null;
        return binder.Faults.IsEmpty ? (T)value! : throw new ProblemException(Problems.InvalidRequest(binder.Faults));
    }

    private static object? ReadMember(Binder binder, ShapeMember member, StringValues given, string place)
    {
        if (Shape.Of(member.Type).Element is not { } element)
        {
            if (given.Count == 1) return binder.Read(ToJson(given[0]!, member.Type), member.Type, place);
            binder.Fault(place, $"{member.Name} stands here more than once.");
            return null;
        }
        var items = given.SelectMany(text => text!.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => ToJson(text, element)).ToImmutableArray();
        return binder.Read(JsonSerializer.SerializeToElement(items), member.Type, place);
    }

    /// <summary>Numbers and truth values stand bare in JSON, all else as text.</summary>
    private static JsonElement ToJson(string text, Type type)
    {
        if (type == typeof(bool) && bool.TryParse(text, out var truth)) return JsonSerializer.SerializeToElement(truth);
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (IsNumber(type) && decimal.TryParse(text, plain, CultureInfo.InvariantCulture, out var number))
            return JsonSerializer.SerializeToElement(number);
        // A plus sign that was not escaped arrives as a space, and an offset holds no other.
        if (type == typeof(OffsetDateTime)) text = text.Replace(' ', '+');
        return JsonSerializer.SerializeToElement(text);
    }

    private static bool IsNumber(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(decimal) || type == typeof(double)
        || type == typeof(Grains.Kernel.Percentage);
}
