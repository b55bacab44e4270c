using System.Text;
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Pricing;

public sealed class QuoteSealTests
{
    private static readonly Quote Quote = Quotes.Price(WorkedExample(new ChosenOption(new("report"), 1))).Quote!;

    [Fact]
    public void A_fresh_quote_is_intact()
    {
        Assert.Matches("^sha256:[0-9a-f]{64}$", Quote.Seal);
        Assert.True(QuoteSeal.IsIntact(Quote));
    }

    [Fact]
    public void Any_change_breaks_the_seal()
    {
        var item = Quote.Items[0];
        Assert.All(
            new Quote[]
            {
                Quote with { AccountPays = Quote.AccountPays - Eur(0.01m) },
                Quote with { ValidUntil = Quote.ValidUntil + NodaTime.Duration.FromSeconds(1) },
                Quote with { Items = [item with { Lines = [item.Lines[0] with { Description = "x" },
                    .. item.Lines[1..]] }] },
                Quote with { Funding = [.. Quote.Funding.AsEnumerable().Reverse()] },
                Quote with { Notes = ["x"] },
                Quote with { Seal = "" },
            },
            changed => Assert.False(QuoteSeal.IsIntact(changed)));
    }

    [Fact]
    public void The_seal_survives_storage_and_every_culture()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new("hu-HU");
            var stored = JsonSerializer.Deserialize<Quote>(JsonSerializer.Serialize(Quote, Json.Options),
                Json.Options)!;
            Assert.True(QuoteSeal.IsIntact(stored));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Needless_zeros_do_not_break_the_seal()
    {
        var item = Quote.Items[0];
        var padded = Quote with
        {
            Items = [item with { Lines = [item.Lines[0] with { Quantity = 1.000m },
            .. item.Lines[1..]] }]
        };
        Assert.True(QuoteSeal.IsIntact(padded));
    }

    [Fact]
    public void What_is_hashed_has_sorted_members_and_no_seal()
    {
        var text = Encoding.UTF8.GetString(QuoteSeal.Canonical(Quote).Span);
        Assert.StartsWith(
            "{\"account\":\"spree-diagnostics\",\"accountPays\":{\"amount\":", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"seal\"", text, StringComparison.Ordinal);
    }
}
