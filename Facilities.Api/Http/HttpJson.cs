using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>How answers are written.</summary>
internal static class HttpJson
{
    /// <summary>For what is written without the framework.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        Json.Configure(options);
        // Umlauts and plus signs as themselves: escaping them guards JSON inside HTML, and ours never stands there.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.TypeInfoResolverChain.Insert(0, new DefaultJsonTypeInfoResolver { Modifiers = { HideStructDefaults } });
        return options;
    }

    /// <summary>
    /// The describer of schemas fails on optional parameters such as <c>ImmutableArray&lt;T&gt; x = default</c>.
    /// It finds them by name and type, so that their properties are shown to it as nullable. Bodies are read by
    /// <see cref="Body"/>, in its own way.
    /// </summary>
    private static void HideStructDefaults(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object) return;
        var failing = info.Type.GetConstructors().SelectMany(c => c.GetParameters())
            .Where(p => p.HasDefaultValue && p.DefaultValue is null && p.ParameterType.IsValueType
                && Nullable.GetUnderlyingType(p.ParameterType) is null)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!)).ToHashSet(StringComparer.Ordinal);
        if (failing.Count == 0) return;
        info.CreateObject = () => throw new NotSupportedException("Bodies are read by Body.Read.");
        for (var i = 0; i < info.Properties.Count; i++)
        {
            var property = info.Properties[i];
            if (!failing.Contains(property.Name)) continue;
            var shown = info.CreateJsonPropertyInfo(
                typeof(Nullable<>).MakeGenericType(property.PropertyType), property.Name);
            shown.Get = property.Get;
            info.Properties[i] = shown;
        }
    }
}
