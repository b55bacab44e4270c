using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Schema;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Runtime;

/// <summary>A state as a snapshot keeps it.</summary>
/// <typeparam name="TState">The grain's state.</typeparam>
/// <param name="At">When the last event that it includes was decided.</param>
/// <param name="State">The state.</param>
public sealed record KeptState<TState>(Instant At, TState State) where TState : class
{
    /// <summary>A hash of the shape of the state: a snapshot of another shape is not read.</summary>
    public static string Shape { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        JsonSchemaExporter.GetJsonSchemaAsNode(Json.Options, typeof(TState)).ToJsonString())));

    /// <summary>What is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json.Options);
}
