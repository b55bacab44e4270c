using System.Collections.Immutable;
using Facilities.Api.Platforms;
using Facilities.Grains.Availability;
using Facilities.Grains.Closures;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Api.Closures;

/// <summary>What a manager typed about a closure, kept as typed until it is added.</summary>
public sealed record ClosureForm(string Resource, string From, string To, string Reason)
{
    private static readonly LocalDateTimePattern Pattern =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    public static readonly ClosureForm Empty = new("", "", "", "");

    public static ClosureForm Read(IFormCollection form) => new(form["resource"].ToString(), form["from"].ToString(),
        form["to"].ToString(), form["reason"].ToString().Trim());

    /// <summary>The closure, or every fault of the form at once.</summary>
    public (Closure? Closure, ImmutableArray<Fault> Faults) Closure(CommandId command)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var (from, to) = (Time(From, "/from", faults), Time(To, "/to", faults));
        if (!Id.IsValid(Resource)) faults.Add(new Fault("/resource", "Choose what is closed."));
        if (Reason.Length is 0 or > Limits.TextLength)
            faults.Add(new Fault("/reason", "Say why, for those who wanted to book."));
        if (from is { } begins && to is { } ends) faults.AddRange(ClosureRules.Faults(begins, ends, ""));
        return faults.Count > 0
            ? (null, faults.ToImmutable())
            : (new Closure(new ClosureId($"c-{command}"), from!.Value, to!.Value, Reason), []);
    }

    private static LocalDateTime? Time(string text, string pointer, ImmutableArray<Fault>.Builder faults)
    {
        if (Pattern.Parse(text) is { Success: true } parsed) return parsed.Value;
        faults.Add(new Fault(pointer, "Give a day and a time, such as 2027-02-01 08:00."));
        return null;
    }
}
