using System.Text.Json;
using System.Text.Json.Serialization;

namespace Facilities.Grains.Kernel;

/// <summary>
/// An immutable record that is part of much that is written: its JSON is made once and kept beside it.
/// </summary>
public interface IWrittenOnce
{
    /// <summary>Where its JSON is kept.</summary>
    WrittenJson Written { get; }
}

/// <summary>The JSON of one record, and of none that was made of it.</summary>
/// <remarks>
/// A copy made by <c>with</c> shares it, so it knows whose text it holds. All are equal, since records compare their
/// fields, and two records are equal whether or not they were written.
/// </remarks>
public sealed class WrittenJson
{
    private Text? _last;

    private sealed record Text(object Of, byte[] Bytes);

    /// <summary>The JSON of its record, made by the first who asks.</summary>
    internal ReadOnlySpan<byte> Of<T>(T record) where T : class
    {
        if (_last is { } last && ReferenceEquals(last.Of, record)) return last.Bytes;
        var text = new Text(record, JsonSerializer.SerializeToUtf8Bytes(record, Json.Options));
        _last = text;
        return text.Bytes;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WrittenJson;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

internal sealed class WrittenOnceConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsClass && typeof(IWrittenOnce).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(WrittenOnceConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class WrittenOnceConverter<T> : JsonConverter<T> where T : class, IWrittenOnce
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T>(ref reader, Json.Options);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Written.Of(value), skipInputValidation: true);
    }
}
