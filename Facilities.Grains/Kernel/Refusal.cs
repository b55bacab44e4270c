using System.Collections.Immutable;
using System.Text.Json;

namespace Facilities.Grains.Kernel;

/// <summary>
/// An expected "no" on its way to a person: the machine name, the reason, every fault, and what could be had instead.
/// </summary>
/// <param name="Name">The machine name in camelCase, such as <c>slotTaken</c>.</param>
/// <param name="Reason">What happened, why, and what to do.</param>
/// <param name="Faults">Each field at fault.</param>
/// <param name="Alternatives">What could be had instead.</param>
public sealed record Refusal(
    string Name, string Reason, ImmutableArray<Fault> Faults, ImmutableArray<Alternative> Alternatives)
{
    /// <summary>A refusal without a field at fault.</summary>
    public static Refusal Of(string name, string reason, params ImmutableArray<Fault> faults) =>
        new(name, reason, faults, []);

    /// <summary>A grain's refusal.</summary>
    public static Refusal Of<TCode>(Refused<TCode> refused) where TCode : struct, Enum => Of(
        NameOf(refused.Code), refused.Reason,
        refused.Pointer is { } pointer ? [new Fault(pointer, refused.Reason)] : []);

    /// <summary>The machine name of a grain's refusal.</summary>
    public static string NameOf<TCode>(TCode code) where TCode : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(code.ToString());
}

/// <summary>A free slot near to one that is taken.</summary>
public sealed record Alternative(
    PlatformId PlatformId, ServiceId ServiceId, NodaTime.OffsetDateTime Start, NodaTime.OffsetDateTime End, int Free);

/// <summary>A value, or why there is none.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Value">Null where refused.</param>
/// <param name="Refusal">Null where there is a value.</param>
public sealed record Answer<T>(T? Value, Refusal? Refusal) where T : class
{
    /// <summary>A value.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Answer<T>(Refusal refusal) => new(null, refusal);
}
