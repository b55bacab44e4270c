using Facilities.Api.Shell;
using Facilities.Grains.Kernel;
using Facilities.Grains.Platforms;

namespace Facilities.Tests.Pages;

public sealed class TariffWordsTests
{
    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TU,WE", "Mon–Wed 08:00–12:00")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,FR", "Mon, Fri 08:00–12:00")]
    [InlineData("FREQ=DAILY", "Every day 08:00–12:00")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO;BYMONTH=7", "FREQ=WEEKLY;BYDAY=MO;BYMONTH=7 08:00–12:00")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO 08:00–12:00")]
    public void Hours_are_told_in_words_only_where_the_words_say_all(string rule, string words) =>
        Assert.Equal(words, TariffWords.Hours(new HoursRule(
            rule, TimeOfDay.Parse("08:00"), TimeOfDay.Parse("12:00"), HoursRule.DefaultValidFrom))
            .Replace("\u2060", "", StringComparison.Ordinal));
}
