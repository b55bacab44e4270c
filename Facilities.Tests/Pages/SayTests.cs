using Facilities.Api.Shell;
using Facilities.Tests.TestKit;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Facilities.Tests.Pages;

/// <summary>How sentences of the rules reach a reader.</summary>
public sealed class SayTests
{
    [Theory]
    [InlineData("en-GB", "1,710.00 EUR", "€1,710.00")]
    [InlineData("en-GB", "The funder paid 1230.38 EUR.", "The funder paid €1,230.38.")]
    [InlineData("en-GB", "247.35 EUR = 97,727.99 HUF at 395.10 HUF", "€247.35 = HUF 97,727.99 at HUF 395.10")]
    [InlineData("fr-FR", "15 % of 1,485.00 EUR net", "15 % of 1 485,00 € net")]
    [InlineData("en-GB", "1,900,000 EUR, 4.2875 PLN, A-20.00 EUR", "1,900,000 EUR, 4.2875 PLN, A-20.00 EUR")]
    [InlineData("en-GB", "٣.٠٠ EUR", "٣.٠٠ EUR")]
    [InlineData("en-GB", "9999999999999999.00 EUR", "9999999999999999.00 EUR")]
    public void Amounts_in_a_sentence_are_written_as_the_reader_writes_them(string language, string text, string said)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = language;
        var say = new Say(
            new HttpContextAccessor { HttpContext = context }, new FakeClock(Instant.FromUtc(2027, 1, 1, 0, 0)));
        Assert.Equal(said, say.Sentence(text).Replace('\u00a0', ' ').Replace('\u202f', ' '));
    }
}
