using Facilities.Grains.Contracts;
using Facilities.Grains.Pricing;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Contracts;

public sealed class ServiceContractTests
{
    private static readonly Quote Quote = Quotes.Price(WorkedExample()).Quote!;
    private static readonly ContractText Contract = ServiceContract.For(new("booking-1"), Quote, Spree, [Imaging]);
    private static readonly string Markdown = ContractMarkdown.Render(Contract);

    [Theory]
    [InlineData("booking booking-1")]
    [InlineData("Spree Diagnostics")]
    [InlineData("1,710.00 EUR")]
    [InlineData("-1,090.13 EUR")]
    [InlineData("363.37 EUR")]
    [InlineData("Mon 1 Feb 2027, 08:00 (+01:00)")]
    [InlineData("14 calendar days")]
    [InlineData("for 5 years after delivery")]
    [InlineData("10 working days after delivery")]
    [InlineData("due 30 days after")]
    [InlineData("records of this booking for 10 years")]
    [InlineData("The law of Italy applies")]
    public void The_contract_says(string words) => Assert.Contains(words, Markdown, StringComparison.Ordinal);

    [Fact]
    public void The_contract_names_the_seal_of_the_quote() =>
        Assert.Contains(Quote.Seal, Markdown, StringComparison.Ordinal);

    [Fact]
    public void The_same_booking_gives_the_same_hash() => Assert.Equal(Contract.ContentHash,
        ServiceContract.For(new("booking-1"), Quote, Spree, [Imaging]).ContentHash);

    [Fact]
    public void Any_other_word_gives_another_hash()
    {
        Assert.Matches("^sha256:[0-9a-f]{64}$", Contract.ContentHash);
        Assert.NotEqual(Contract.ContentHash,
            ServiceContract.For(new("booking-1"), Quote, Spree with { Name = "Spree Diagnostic" }, [Imaging])
                .ContentHash);
        Assert.NotEqual(Contract.ContentHash,
            ServiceContract.For(new("booking-1"), Quote, Spree, [Imaging], "a phantom study").ContentHash);
    }

    [Fact]
    public void Both_renderings_have_every_clause_and_figure()
    {
        var html = ContractPage.Render(Contract);
        Assert.Equal(18, Contract.Clauses.Length);
        Assert.All(Contract.Clauses, clause =>
        {
            Assert.Contains($"## {clause.Number}. {clause.Heading}", Markdown, StringComparison.Ordinal);
            Assert.Contains($">{clause.Number}. {clause.Heading}</h2>", html, StringComparison.Ordinal);
            Assert.NotEmpty(clause.Paragraphs);
            Assert.All(clause.Tables, t => Assert.All(t.Rows, row => Assert.Equal(t.Columns.Length, row.Length)));
        });
        Assert.Contains("<td>363.37 EUR</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_become_markup()
    {
        const string hostile = "<script>alert(1)</script>\n# Heading | cell *bold*";
        var contract = ServiceContract.For(new("booking-1"), Quote, Spree with { Name = hostile }, [Imaging], hostile);
        var html = ContractPage.Render(contract);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        var markdown = ContractMarkdown.Render(contract);
        Assert.DoesNotContain("\n# Heading", markdown, StringComparison.Ordinal);
        Assert.Contains(@"\<script\>alert(1)\</script\> \# Heading \| cell \*bold\*", markdown,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Several_platforms_make_one_contract_with_every_provider()
    {
        var quote = Quotes.Price(Request(Spree, [Ordered(), Ordered(platform: Structural, id: "item-2")], [])).Quote!;
        var contract = ServiceContract.For(new("booking-2"), quote, Spree, [Structural, Imaging]);
        Assert.Equal(["Customer", "Provider", "Provider"], contract.Parties.Select(p => p.Role));
        var law = contract.Clauses[^1].Paragraphs[0];
        Assert.Contains("the law of Italy", law, StringComparison.Ordinal);
        Assert.Contains("the law of Spain", law, StringComparison.Ordinal);
    }
}
