using System.Buffers;

namespace Facilities.Grains.Kernel;

/// <summary>
/// An opaque identifier that is a different type for each kind of thing, so that two never change places.
/// </summary>
/// <typeparam name="TSelf">The identifier's own type.</typeparam>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    /// <summary>The identifier as text; 1 to 200 characters.</summary>
    string Value { get; }

    /// <summary>Makes the identifier from text.</summary>
    /// <exception cref="FormatException">
    /// The text is empty, too long, or holds a character outside the allowed set.
    /// </exception>
    static abstract TSelf From(string text);
}

/// <summary>The rules that all identifiers share.</summary>
public static class Id
{
    /// <summary>The longest identifier, in characters. Bounds index keys and log lines.</summary>
    public const int LengthMax = 200;

    // A state that is read back holds tens of thousands of ids, and each is looked through.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:@/+");

    /// <summary>
    /// Whether a text may serve as an identifier: letters, digits and <c>-_.:@/+</c>, 1 to 200 of them.
    /// </summary>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= LengthMax }
            && !text.AsSpan().ContainsAnyExcept(Allowed);

    internal static string Checked(string text) => IsValid(text)
        ? text
        : throw new FormatException("An id has 1 to 200 letters, digits or any of - _ . : @ / +.");
}

/// <summary>One of the selected facilities.</summary>
public readonly record struct PlatformId(string Value) : IId<PlatformId>
{
    /// <inheritdoc/>
    public static PlatformId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An instrument, room, team or storage of one platform.</summary>
public readonly record struct ResourceId(string Value) : IId<ResourceId>
{
    /// <inheritdoc/>
    public static ResourceId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Something that one platform sells.</summary>
public readonly record struct ServiceId(string Value) : IId<ServiceId>
{
    /// <inheritdoc/>
    public static ServiceId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An extra that can be ordered with a service.</summary>
public readonly record struct OptionId(string Value) : IId<OptionId>
{
    /// <inheritdoc/>
    public static OptionId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A calendar kept elsewhere whose events make resources busy.</summary>
public readonly record struct CalendarId(string Value) : IId<CalendarId>
{
    /// <inheritdoc/>
    public static CalendarId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A stated time in which a resource is closed.</summary>
public readonly record struct ClosureId(string Value) : IId<ClosureId>
{
    /// <inheritdoc/>
    public static ClosureId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A regional organisation that brings platforms and SMEs together.</summary>
public readonly record struct ClusterId(string Value) : IId<ClusterId>
{
    /// <inheritdoc/>
    public static ClusterId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The Model Contract between two clusters.</summary>
public readonly record struct AgreementId(string Value) : IId<AgreementId>
{
    /// <inheritdoc/>
    public static AgreementId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The account of one SME.</summary>
public readonly record struct AccountId(string Value) : IId<AccountId>
{
    /// <inheritdoc/>
    public static AccountId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A funder's voucher scheme.</summary>
public readonly record struct ProgrammeId(string Value) : IId<ProgrammeId>
{
    /// <inheritdoc/>
    public static ProgrammeId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An award to one account under a programme.</summary>
public readonly record struct VoucherId(string Value) : IId<VoucherId>
{
    /// <inheritdoc/>
    public static VoucherId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A sealed price, valid until a stated instant.</summary>
public readonly record struct QuoteId(string Value) : IId<QuoteId>
{
    /// <inheritdoc/>
    public static QuoteId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One or more items held and confirmed together.</summary>
public readonly record struct BookingId(string Value) : IId<BookingId>
{
    /// <inheritdoc/>
    public static BookingId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One service at one slot within a quote and its booking.</summary>
public readonly record struct ItemId(string Value) : IId<ItemId>
{
    /// <inheritdoc/>
    public static ItemId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>What a funder owes a provider for one accepted booking.</summary>
public readonly record struct ClaimId(string Value) : IId<ClaimId>
{
    /// <inheritdoc/>
    public static ClaimId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>An invoice of a provider.</summary>
public readonly record struct InvoiceId(string Value) : IId<InvoiceId>
{
    /// <inheritdoc/>
    public static InvoiceId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A company, body or person in the ownership that an SME declares.</summary>
public readonly record struct EnterpriseId(string Value) : IId<EnterpriseId>
{
    /// <inheritdoc/>
    public static EnterpriseId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A person who can sign in.</summary>
public readonly record struct PersonId(string Value) : IId<PersonId>
{
    /// <inheritdoc/>
    public static PersonId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Made by the caller: the same id and content get the same answer, once.</summary>
public readonly record struct CommandId(string Value) : IId<CommandId>
{
    /// <inheritdoc/>
    public static CommandId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A wish on a platform's waitlist.</summary>
public readonly record struct WaitlistEntryId(string Value) : IId<WaitlistEntryId>
{
    /// <inheritdoc/>
    public static WaitlistEntryId From(string text) => new(Id.Checked(text));
    /// <inheritdoc/>
    public override string ToString() => Value;
}
