using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Facilities.Tests.Http;

/// <summary>Reads an OpenAPI document and says what it lacks.</summary>
internal sealed class OpenApiDocument(JsonObject root)
{
    /// <summary>Calls as method and path, with every parameter of the path written the same.</summary>
    public IEnumerable<string> Calls =>
        from path in root["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select Spelled(operation.Key.ToUpperInvariant(), path.Key);

    /// <summary>What a promised call lacks.</summary>
    public IEnumerable<string> Missing(PromisedCall call)
    {
        var spelled = Spelled(call.Method, call.Path);
        if (Find(spelled) is not { } operation)
        {
            yield return $"{call.Method} {call.Path} is not described";
            yield break;
        }
        var query = operation["parameters"]?.AsArray().Select(p => p!["name"]!.GetValue<string>()).ToArray() ?? [];
        foreach (var name in call.Query.Except(query)) yield return $"{spelled}: query {name}";
        foreach (var field in call.Body)
            if (!Has(Content(operation["requestBody"]), field)) yield return $"{spelled}: body {field}";
        var success = operation["responses"]!.AsObject().First(r => r.Key[0] == '2').Value;
        foreach (var field in call.Answer)
            if (!Has(Content(success), field)) yield return $"{spelled}: answer {field}";
    }

    /// <summary>Faults against the structure that OpenAPI 3.1 asks for.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Regex.IsMatch(Text(root["openapi"]), @"^3\.1\.\d+$")) yield return "openapi is not 3.1";
        if (Text(root["info"]?["title"]).Length == 0 || Text(root["info"]?["version"]).Length == 0)
            yield return "info lacks title or version";
        foreach (var reference in References(root))
            if (Resolve(reference) is null) yield return $"{reference} leads nowhere";
        foreach (var (path, operations) in root["paths"]!.AsObject())
            foreach (var (method, operation) in operations!.AsObject())
            {
                if (operation!["responses"] is not JsonObject { Count: > 0 })
                    yield return $"{method} {path}: no response";
                var named = operation["parameters"]?.AsArray().Where(p => Text(p!["in"]) == "path")
                    .Select(p => Text(p!["name"])) ?? [];
                if (!named.Order().SequenceEqual(
                    Regex.Matches(path, @"\{(\w+)\}").Select(m => m.Groups[1].Value).Order()))
                    yield return $"{method} {path}: parameters of the path are not described";
            }
        foreach (var (name, schema) in root["components"]?["schemas"]?.AsObject() ?? [])
            foreach (var (member, shape) in schema!["properties"]?.AsObject() ?? [])
                if (shape!["type"]?.ToJsonString().Contains("array", StringComparison.Ordinal) == true
                    && shape["items"] is null)
                    yield return $"{name}.{member} does not say what its list holds";
    }

    private bool Has(JsonNode? schema, string field) => field.Split('.').Aggregate(schema, (at, name) =>
        Object(at)?["properties"]?[name]) is not null;

    private JsonNode? Object(JsonNode? schema)
    {
        for (var steps = 0; schema is not null && steps < 20; steps++)
        {
            if (schema["$ref"] is { } reference) schema = Resolve(Text(reference));
            else if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
                schema = choices.First(choice => Text(choice!["type"]) != "null");
            else if (schema["items"] is { } items) schema = items;
            else return schema;
        }
        return null;
    }

    private JsonNode? Find(string spelled) => (
        from path in root["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where Spelled(operation.Key.ToUpperInvariant(), path.Key) == spelled
        select operation.Value).SingleOrDefault();

    private JsonNode? Resolve(string reference) => reference.StartsWith("#/", StringComparison.Ordinal)
        ? reference[2..].Split('/').Aggregate<string, JsonNode?>(
            root, (at, part) => at?[part.Replace("~1", "/").Replace("~0", "~")])
        : null;

    public static string Spelled(string method, string path) => $"{method} {Regex.Replace(path, @"\{\w+\}", "{}")}";

    private static JsonNode? Content(JsonNode? part) => part?["content"]?["application/json"]?["schema"];

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text)
        ? text : "";

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Key == "$ref" ? [Text(m.Value)] : References(m.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
