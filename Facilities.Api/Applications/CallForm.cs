using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Applications;

/// <summary>
/// What a funder typed as a call, kept as typed until it is set. A field is named by where its value stands in the
/// API's body.
/// </summary>
public sealed record CallForm(ImmutableDictionary<string, string> Typed)
{
    public static readonly CallForm Empty = new(ImmutableDictionary<string, string>.Empty);

    private static readonly LocalDateTimePattern Minutes =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    public string this[string field] => Typed.GetValueOrDefault(field, "");

    public static CallForm Read(IFormCollection form) =>
        new(form.ToImmutableDictionary(field => field.Key, field => field.Value.ToString().Trim()));

    /// <param name="call">As it stands.</param>
    /// <param name="addresses">Of its assessors.</param>
    public static CallForm Of(Call call, IEnumerable<string> addresses) => new(new Dictionary<string, string>
    {
        ["name"] = call.Name,
        ["opens"] = Text(call.Opens),
        ["closes"] = Text(call.Closes),
        ["kind"] = call.Kind.ToString(),
        ["share"] = call.Share is { } share ? share.Amount.ToString("0.##", CultureInfo.InvariantCulture) : "",
        ["criteria"] = string.Join('\n', call.Criteria.Select(c => string.Create(
            CultureInfo.InvariantCulture, $"{c.Name}, {c.Weight}, {c.Most}"))),
        ["assessors"] = string.Join(", ", addresses),
    }.ToImmutableDictionary());

    /// <summary>What the API would be sent, or what cannot be read, by field.</summary>
    /// <param name="currency">Of the programme.</param>
    /// <param name="before">The call that is changed; null for a new one.</param>
    /// <param name="isOpened">Whether it has opened, so that the form has only what may still change.</param>
    public (CallBody? Body, ImmutableArray<Fault> Faults) Body(Currency currency, Call? before, bool isOpened)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var stays = isOpened ? before : null;
        var body = new CallBody(
            this["name"], stays?.Opens ?? Time("opens", faults), Time("closes", faults),
            stays?.Kind ?? (this["kind"] == nameof(CallKind.Ranked) ? CallKind.Ranked : CallKind.FirstCome),
            Share(currency, faults), stays?.Criteria ?? Criteria(before),
            [.. Parts(this["assessors"].Replace('\n', ','), ',')]);
        return faults.Count == 0 ? (body, []) : (null, faults.ToImmutable());
    }

    private LocalDateTime Time(string field, ImmutableArray<Fault>.Builder faults)
    {
        if (Minutes.Parse(this[field]) is { Success: true } minutes) return minutes.Value;
        if (LocalDateTimePattern.GeneralIso.Parse(this[field]) is { Success: true } seconds) return seconds.Value;
        faults.Add(new($"/{field}", $"Say when the call {field}, such as 2027-03-01T18:00."));
        return default;
    }

    private Money? Share(Currency currency, ImmutableArray<Fault>.Builder faults)
    {
        if (this["share"].Length == 0) return null;
        if (TypedNumber.Amount(this["share"], currency) is { } amount) return amount;
        faults.Add(new("/share", TypedNumber.AmountHint));
        return null;
    }

    /// <summary>A criterion keeps the id that it has under its name.</summary>
    private ImmutableArray<Criterion> Criteria(Call? before)
    {
        var criteria = ImmutableArray.CreateBuilder<Criterion>();
        var number = 1;
        foreach (var line in Parts(this["criteria"], '\n'))
        {
            var parts = line.Split(',', StringSplitOptions.TrimEntries);
            var name = parts.Length > 3 ? string.Join(", ", parts[..^2]) : parts[0];
            var known = before?.Criteria.FirstOrDefault(c => c.Name == name)?.Id;
            while (known is null && before?.Criteria.Any(c => c.Id == $"c{number}") == true) number++;
            criteria.Add(new(
                known ?? $"c{number++}", name, Number(parts.Length > 3 ? parts[^2] : parts.ElementAtOrDefault(1)),
                Number(parts.Length > 3 ? parts[^1] : parts.ElementAtOrDefault(2))));
        }
        return criteria.ToImmutable();
    }

    private static string Text(LocalDateTime time) =>
        time.Second == 0 ? Minutes.Format(time) : LocalDateTimePattern.GeneralIso.Format(time);

    private static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string[] Parts(string text, char by) =>
        text.Split(by, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
