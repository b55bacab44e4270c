using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Grains.Kernel;

/// <summary>
/// How events, messages and answers are written as JSON: camelCase, enums as camelCase words, ISO 8601 times.
/// </summary>
public static class Json
{
    /// <summary>The one set of options.</summary>
    public static readonly JsonSerializerOptions Options = Make();

    /// <summary>
    /// Writes the same text as <see cref="Options"/>, and what is <see cref="IWrittenOnce"/> from memory.
    /// </summary>
    public static readonly JsonSerializerOptions Remembering = MakeRemembering();

    /// <summary>Adds our converters and names to other options.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new IdConverterFactory());
        options.Converters.Add(new MoneyConverter());
        options.Converters.Add(Text("a currency such as EUR", Currency.From, c => c.Code));
        options.Converters.Add(Text("a length such as PT4H or P1D", Length.Parse, l => l.ToString()));
        options.Converters.Add(Text("a local time such as 08:00", TimeOfDay.Parse, t => t.ToString()));
        options.Converters.Add(new PercentageConverter());
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(Pattern("a date such as 2027-02-01", LocalDatePattern.Iso));
        options.Converters.Add(Pattern(
            "a local time such as 2027-02-01T08:00",
            LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm")));
        options.Converters.Add(Pattern(
            "an instant with offset such as 2027-02-01T08:00:00+01:00", OffsetDateTimePattern.Rfc3339));
        return options;
    }

    private static JsonSerializerOptions Make()
    {
        // What is reckoned from other members is not stored: the day its rule changes, nothing old contradicts it.
        var options = Configure(new JsonSerializerOptions { IgnoreReadOnlyProperties = true });
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static JsonSerializerOptions MakeRemembering()
    {
        var options = new JsonSerializerOptions(Options) { Converters = { new WrittenOnceConverterFactory() } };
        options.MakeReadOnly();
        return options;
    }

    private static TextConverter<T> Text<T>(string shape, Func<string, T> read, Func<T, string> write) =>
        new(shape, read, write);

    private static TextConverter<T> Pattern<T>(string shape, IPattern<T> pattern) =>
        new(shape, text => pattern.Parse(text).GetValueOrThrow(), pattern.Format);
}

internal sealed class TextConverter<T>(string shape, Func<string, T> read, Func<T, string> write) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException($"Write {shape}.");
        try
        {
            return read(reader.GetString()!);
        }
        catch (Exception fault) when (fault is FormatException or UnparsableValueException)
        {
            throw new JsonException($"Write {shape}. {fault.Message}", fault);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(write(value));

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(write(value));
}

internal sealed class IdConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsValueType
        && typeToConvert.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(IdConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class IdConverter<TId> : JsonConverter<TId> where TId : struct, IId<TId>
    {
        public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException("Write an id as text.");
            try
            {
                return TId.From(reader.GetString()!);
            }
            catch (FormatException fault)
            {
                throw new JsonException(fault.Message, fault);
            }
        }

        public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);

        public override TId ReadAsPropertyName(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TId.From(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.Value);
    }
}

internal sealed class MoneyConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        const string shape = """Write money as {"amount": 12.50, "currency": "EUR"}, with at most two decimals.""";
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException(shape);
        decimal? amount = null;
        string? currency = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "amount" && reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number))
                amount = number;
            else if (name == "currency" && reader.TokenType == JsonTokenType.String) currency = reader.GetString();
            else throw new JsonException(shape);
        }
        try
        {
            return amount is { } a && currency is { } c
                ? Money.Of(a, Currency.From(c))
                : throw new JsonException(shape);
        }
        catch (FormatException fault)
        {
            throw new JsonException($"{shape} {fault.Message}", fault);
        }
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount", value.Amount);
        writer.WriteString("currency", value.Currency.Code);
        writer.WriteEndObject();
    }
}

internal sealed class PercentageConverter : JsonConverter<Percentage>
{
    public override Percentage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var value) && value is >= 0 and <= 100
            ? new Percentage(value)
            : throw new JsonException("Write a percentage as a number from 0 to 100.");

    public override void Write(Utf8JsonWriter writer, Percentage value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
