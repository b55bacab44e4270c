using System.Collections.Immutable;
using Facilities.Grains.Applications;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Tests.Kernel;

public sealed class MoneyValueTests : ValueContract<Money>
{
    protected override bool IsOrdered => true;

    protected override ImmutableArray<(Money Value, string Json, string Text)> Values =>
    [
        (Money.Of(-3, Currency.Eur), """{"amount":-3,"currency":"EUR"}""", "-3.00 EUR"),
        (Money.Zero(Currency.Eur), """{"amount":0,"currency":"EUR"}""", "0.00 EUR"),
        (Money.Of(1234.5m, Currency.Eur), """{"amount":1234.5,"currency":"EUR"}""", "1234.50 EUR"),
    ];

    protected override ImmutableArray<string> BadJson =>
    [
        "null", "12.5", "\"12.50 EUR\"", "{}", """{"amount":12.5}""", """{"currency":"EUR"}""",
        """{"amount":"12.5","currency":"EUR"}""", """{"amount":12.505,"currency":"EUR"}""",
        """{"amount":12.5,"currency":"eur"}""", """{"amount":1e40,"currency":"EUR"}""",
        """{"amount":1,"currency":"EUR","tip":1}""", """{"amount":99999999999999999999,"currency":"EUR"}""",
    ];

    protected override ImmutableArray<Func<Money>> Refused =>
        [() => Money.Of(0.001m, Currency.Eur), () => Money.Of(1e18m, Currency.Eur),
            () => Money.Of(-1e18m, Currency.Eur)];
}

public sealed class CurrencyValueTests : ValueContract<Currency>
{
    protected override ImmutableArray<(Currency Value, string Json, string Text)> Values =>
        [(Currency.Eur, "\"EUR\"", "EUR"), (Currency.Huf, "\"HUF\"", "HUF")];

    protected override ImmutableArray<string> BadJson => ["null", "1", "\"\"", "\"eur\"", "\"EURO\"", "\"ÄÖÜ\"", "{}"];

    protected override ImmutableArray<Func<Currency>> Refused =>
        [() => Currency.From("eur"), () => Currency.From(""), () => Currency.From("EU1"), () => Currency.From(null!)];
}

public sealed class PercentageValueTests : ValueContract<Percentage>
{
    protected override bool IsOrdered => true;

    protected override ImmutableArray<(Percentage Value, string Json, string Text)> Values =>
        [(default, "0", "0 %"), (new(12.5m), "12.5", "12.5 %"), (new(100), "100", "100 %")];

    protected override ImmutableArray<string> BadJson => ["null", "-1", "100.1", "\"75\"", "{}", "1e40"];

    protected override ImmutableArray<Func<Percentage>> Refused =>
        [() => Percentage.From(-0.1m), () => Percentage.From(100.01m)];
}

public sealed class LengthValueTests : ValueContract<Length>
{
    protected override ImmutableArray<(Length Value, string Json, string Text)> Values =>
    [
        (default, "\"PT0M\"", "PT0M"), (Length.OfMinutes(30), "\"PT30M\"", "PT30M"),
        (Length.OfHours(24), "\"PT24H\"", "PT24H"), (Length.OfDays(1), "\"P1D\"", "P1D"),
    ];

    protected override ImmutableArray<string> BadJson => ["null", "4", "\"4h\"", "\"P1DT1H\"", "\"-PT1H\"", "[]"];

    protected override ImmutableArray<Func<Length>> Refused =>
        [() => Length.Parse(""), () => Length.Parse("PT"), () => Length.Parse("P1M"), () => Length.Parse("PT30S")];
}

public sealed class TimeOfDayValueTests : ValueContract<TimeOfDay>
{
    protected override bool IsOrdered => true;

    protected override ImmutableArray<(TimeOfDay Value, string Json, string Text)> Values =>
        [(default, "\"00:00\"", "00:00"), (new(485), "\"08:05\"", "08:05"), (TimeOfDay.EndOfDay, "\"24:00\"", "24:00")];

    protected override ImmutableArray<string> BadJson => ["null", "8", "\"8:00\"", "\"24:01\"", "\"12:60\"",
        "\"08:00:00\""];

    protected override ImmutableArray<Func<TimeOfDay>> Refused =>
        [() => TimeOfDay.Parse("noon"), () => TimeOfDay.Parse("25:00"), () => TimeOfDay.Parse("+8:00"),
            () => TimeOfDay.Parse(null!)];
}

public sealed class TimeRangeValueTests : ValueContract<TimeRange>
{
    private static readonly Instant Noon = Instant.FromUtc(2027, 2, 1, 12, 0);

    protected override ImmutableArray<(TimeRange Value, string Json, string Text)> Values =>
    [
        (default, Written("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"), "1970-01-01T00:00:00Z/1970-01-01T00:00:00Z"),
        (TimeRange.Between(Noon, Noon + Duration.FromHours(1)), Written("2027-02-01T12:00:00Z", "2027-02-01T13:00:00Z"),
            "2027-02-01T12:00:00Z/2027-02-01T13:00:00Z"),
    ];

    protected override ImmutableArray<string> BadJson =>
        ["null", "1", "\"2027\"", """{"start":"noon"}""", """{"start":1}"""];

    protected override ImmutableArray<Func<TimeRange>> Refused =>
        [() => TimeRange.Between(Noon, Noon - Duration.FromNanoseconds(1))];

    [Fact]
    public void Ranges_that_touch_do_not_overlap()
    {
        var hour = Duration.FromHours(1);
        var first = TimeRange.Between(Noon, Noon + hour);
        var second = TimeRange.Between(Noon + hour, Noon + hour + hour);
        Assert.False(first.Overlaps(second));
        Assert.Null(first.Intersect(second));
        Assert.True(first.Contains(Noon));
        Assert.False(first.Contains(Noon + hour));
    }

    private static string Written(string start, string end) => $$"""{"start":"{{start}}","end":"{{end}}"}""";
}

public abstract class IdContract<TId> : ValueContract<TId> where TId : struct, IId<TId>, IEquatable<TId>
{
    protected override ImmutableArray<(TId Value, string Json, string Text)> Values =>
        [(TId.From("a"), "\"a\"", "a"), (TId.From("A"), "\"A\"", "A"), (TId.From("b-1.2:3@x/y"), "\"b-1.2:3@x/y\"",
            "b-1.2:3@x/y")];

    protected override ImmutableArray<string> BadJson =>
        ["null", "1", "\"\"", "\"a b\"", "\"ä\"", $"\"{new string('a', Id.LengthMax + 1)}\"", "{}"];

    protected override ImmutableArray<Func<TId>> Refused =>
        [() => TId.From(""), () => TId.From(null!), () => TId.From("a\n"),
            () => TId.From(new string('a', Id.LengthMax + 1))];

    [Fact]
    public void The_default_is_no_identifier() => Assert.False(Id.IsValid(default(TId).Value));
}

public sealed class PlatformIdTests : IdContract<PlatformId>;

public sealed class ResourceIdTests : IdContract<ResourceId>;

public sealed class ServiceIdTests : IdContract<ServiceId>;

public sealed class OptionIdTests : IdContract<OptionId>;

public sealed class CalendarIdTests : IdContract<CalendarId>;

public sealed class ClosureIdTests : IdContract<ClosureId>;

public sealed class ClusterIdTests : IdContract<ClusterId>;

public sealed class AgreementIdTests : IdContract<AgreementId>;

public sealed class AccountIdTests : IdContract<AccountId>;

public sealed class ProgrammeIdTests : IdContract<ProgrammeId>;

public sealed class VoucherIdTests : IdContract<VoucherId>;

public sealed class WaitlistEntryIdTests : IdContract<WaitlistEntryId>;

public sealed class QuoteIdTests : IdContract<QuoteId>;

public sealed class BookingIdTests : IdContract<BookingId>;

public sealed class ItemIdTests : IdContract<ItemId>;

public sealed class ClaimIdTests : IdContract<ClaimId>;

public sealed class EnterpriseIdTests : IdContract<EnterpriseId>;

public sealed class InvoiceIdTests : IdContract<InvoiceId>;

public sealed class PersonIdTests : IdContract<PersonId>;

public sealed class CommandIdTests : IdContract<CommandId>;

public sealed class CallIdTests : IdContract<CallId>;

public sealed class ApplicationKeyTests : IdContract<ApplicationKey>;

public sealed class IdCoverTests
{
    [Fact]
    public void Every_kind_of_identifier_is_tested()
    {
        var kinds = typeof(PlatformId).Assembly.GetTypes().Where(type => type.IsValueType && type.GetInterfaces()
            .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>)));
        var tested = typeof(IdCoverTests).Assembly.GetTypes()
            .Where(type => type.BaseType is { IsGenericType: true } parent
                && parent.GetGenericTypeDefinition() == typeof(IdContract<>))
            .Select(type => type.BaseType!.GetGenericArguments()[0]);
        Assert.Equal(kinds.Select(t => t.Name).Order(), tested.Select(t => t.Name).Order());
    }
}
