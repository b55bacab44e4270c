using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Facilities.Grains.Banking;
using Facilities.Grains.Kernel;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Banking;

/// <summary>Accounts and the file that a bank is sent.</summary>
public sealed class PaymentFileTests
{
    private static readonly XNamespace Pain = PaymentFile.Namespace;

    [Theory]
    [InlineData("DE89370400440532013000", null)]
    [InlineData("IT60 X054 2811 1010 0000 0123 456", null)]
    [InlineData("es9121000418450200051332", null)]
    [InlineData("HU42117730161111101800000000", null)]
    [InlineData("DE89370400440532013001", "The check digits of DE89370400440532013001 are wrong.")]
    [InlineData("DE98370400440532013000", "The check digits of DE98370400440532013000 are wrong.")]
    [InlineData("DE8937040044053201300", "An IBAN of DE has 22 characters, this one 21.")]
    [InlineData("US89370400440532013000", "US is no country of SEPA.")]
    [InlineData("DE89-3704-0044", "DE89-3704-0044 is no IBAN.")]
    [InlineData("89", "89 is no IBAN.")]
    [InlineData("  ", "There is no IBAN.")]
    public void An_account_is_known_by_its_country_length_and_check_digits(string text, string? fault) =>
        Assert.Equal(fault, Iban.Fault(text));

    [Fact]
    public void The_file_has_the_structure_of_the_message_and_its_sums_add_up()
    {
        var batch = Batch(Payment("c-1", 1_090.13m), Payment("c-2", 0.07m), Payment("c-3", 30_000m));
        var document = XDocument.Parse(Encoding.UTF8.GetString(PaymentFile.Write(batch)));
        Assert.Equal(Pain + "Document", document.Root!.Name);
        var message = document.Root.Element(Pain + "CstmrCdtTrfInitn")!;
        Assert.Equal(["GrpHdr", "PmtInf"], Names(message));
        Assert.Equal(["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"], Names(message.Element(Pain + "GrpHdr")!));
        var block = message.Element(Pain + "PmtInf")!;
        Assert.Equal(
            [
                "PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr",
                "DbtrAcct", "DbtrAgt", "ChrgBr", "CdtTrfTxInf", "CdtTrfTxInf", "CdtTrfTxInf",
            ], Names(block));
        foreach (var part in (XElement[])[message.Element(Pain + "GrpHdr")!, block])
        {
            Assert.Equal("3", part.Element(Pain + "NbOfTxs")!.Value);
            Assert.Equal("31090.20", part.Element(Pain + "CtrlSum")!.Value);
        }
        var payments = block.Elements(Pain + "CdtTrfTxInf").ToArray();
        Assert.All(payments, p => Assert.Equal(["PmtId", "Amt", "Cdtr", "CdtrAcct", "RmtInf"], Names(p)));
        Assert.Equal(31_090.20m, payments.Sum(p => decimal.Parse(
            p.Descendants(Pain + "InstdAmt").Single().Value, CultureInfo.InvariantCulture)));
        string[] ids =
        [
            .. document.Descendants(Pain + "EndToEndId").Select(e => e.Value), message.Descendants(Pain + "MsgId")
                .Single().Value, block.Element(Pain + "PmtInfId")!.Value,
        ];
        Assert.Equal(5, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[A-Z0-9]{1,35}$", id));
        Assert.Equal("2027-02-05", block.Descendants(Pain + "Dt").Single().Value);
        Assert.Equal(BankSamples.FunderIban, block.Element(Pain + "DbtrAcct")!.Value);
    }

    [Fact]
    public void The_same_batch_is_the_same_file_byte_for_byte_and_another_has_other_ids()
    {
        var batch = Batch(Payment("c-1", 5));
        Assert.Equal(PaymentFile.Write(batch), PaymentFile.Write(batch with { }));
        Assert.NotEqual(batch.MessageId, (batch with { Id = "b-2" }).MessageId);
        Assert.False(PaymentFile.Write(batch).AsSpan().StartsWith(Encoding.UTF8.Preamble));
    }

    [Theory]
    [InlineData("Évry-Courcouronnes GmbH & Co", "Evry-Courcouronnes GmbH   Co")]
    [InlineData("Straße <b>Łódź</b>", "Strasse  b Lodz /b")]
    [InlineData("/C/", "C/")]
    [InlineData("東京", "NOTPROVIDED")]
    public void Names_keep_to_the_characters_that_banks_take(string name, string written)
    {
        var payment = Payment("c", 1) with { Creditor = new(name, "IT60X0542811101000000123456") };
        Assert.Equal(
            written,
            XDocument.Parse(Encoding.UTF8.GetString(PaymentFile.Write(Batch(payment))))
                .Descendants(Pain + "Cdtr").Single().Value);
    }

    [Fact]
    public void Another_currency_goes_outside_the_scheme_of_the_euro() => Assert.DoesNotContain(
        "SEPA", Encoding.UTF8.GetString(PaymentFile.Write(Batch(Payment("c", 1) with { Amount = Huf(5_000) }))),
        StringComparison.Ordinal);

    [Fact]
    public void Payments_in_two_currencies_are_two_blocks_of_one_file()
    {
        var batch = Batch(Payment("c-1", 1_920), Payment("c-2", 1) with { Amount = Huf(5_000) }, Payment("c-3", 80));
        Assert.Equal([Eur(2_000), Huf(5_000)], batch.Sums);
        var document = XDocument.Parse(Encoding.UTF8.GetString(PaymentFile.Write(batch)));
        Assert.Equal("7000.00", document.Descendants(Pain + "CtrlSum").First().Value);
        var blocks = document.Descendants(Pain + "PmtInf").ToArray();
        Assert.Equal(2, blocks.Select(b => b.Element(Pain + "PmtInfId")!.Value).Distinct().Count());
        Assert.Equal(["2", "1"], blocks.Select(b => b.Element(Pain + "NbOfTxs")!.Value));
        Assert.Equal(["2000.00", "5000.00"], blocks.Select(b => b.Element(Pain + "CtrlSum")!.Value));
        Assert.Equal([1, 0], blocks.Select(b => b.Elements(Pain + "PmtTpInf").Count()));
    }

    private static IEnumerable<string> Names(XElement element) => element.Elements().Select(e => e.Name.LocalName);

    private static BatchPayment Payment(string claim, decimal amount) => new(
        new(claim), PaymentBatch.NameOf("FP", "b-1", claim), Eur(amount),
        new("Preclinical imaging", "IT60X0542811101000000123456"), "TO-2027-000123 Berlin Abroad");

    private static PaymentBatch Batch(params ImmutableArray<BatchPayment> payments) => new(
        "b-1", Now, "Ulrike Hartmann", new(2027, 2, 5), new("Agency", BankSamples.FunderIban), payments);
}
