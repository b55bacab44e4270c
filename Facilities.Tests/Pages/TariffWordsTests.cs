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
    [InlineData("FREQ=WEEKLY;BYDAY=MO;BYMONTH=7", "Every Monday, only in July, 08:00 to 12:00")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Every 2 weeks on Monday, 08:00 to 12:00, from 1 January 2026")]
    public void Hours_are_told_shortly_where_that_says_all_and_in_a_sentence_elsewhere(string rule, string words) =>
        Assert.Equal(words, TariffWords.Hours(new HoursRule(
            rule, TimeOfDay.Parse("08:00"), TimeOfDay.Parse("12:00"), HoursRule.DefaultValidFrom))
            .Replace("\u2060", "", StringComparison.Ordinal));
}
