using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Facilities.Grains.Kernel;
using NodaTime.Text;

namespace Facilities.Grains.Banking;

/// <summary>
/// A batch as the customer credit transfer initiation of ISO 20022, <c>pain.001.001.09</c>: one block of payments a
/// currency, in the Latin characters and the lengths that every bank of SEPA takes.
/// </summary>
public static class PaymentFile
{
    /// <summary>The namespace of the message.</summary>
    public const string Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    private const int TextLength = 140;

    private static readonly XNamespace Pain = Namespace;

    /// <summary>The file: the same for the same batch, byte for byte.</summary>
    public static byte[] Write(PaymentBatch batch)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            IndentChars = "  ",
            NewLineChars = "\n",
        }))
            new XDocument(In("Document", In("CstmrCdtTrfInitn", [Header(batch), .. Blocks(batch)]))).WriteTo(writer);
        return stream.ToArray();
    }

    private static XElement Header(PaymentBatch batch) => In("GrpHdr",
        Text("MsgId", batch.MessageId), Text("CreDtTm", InstantPattern.General.Format(batch.MadeAt)),
        Count(batch.Payments), Sum(batch.Payments), In("InitgPty", Name(batch.Debtor)));

    /// <summary>One for each currency, since the scheme is another; most files have one.</summary>
    private static IEnumerable<XElement> Blocks(PaymentBatch batch)
    {
        var blocks = batch.Payments.GroupBy(p => p.Amount.Currency).ToArray();
        return blocks.Select(of => Block(
            batch,
            blocks.Length == 1
                ? PaymentBatch.NameOf("FB", batch.Id)
                : PaymentBatch.NameOf("FB", batch.Id, of.Key.Code),
            of.Key, [.. of]));
    }

    private static XElement Block(
        PaymentBatch batch, string name, Currency currency, ImmutableArray<BatchPayment> payments) => In("PmtInf",
    [
        Text("PmtInfId", name), Text("PmtMtd", "TRF"), Text("BtchBookg", "false"), Count(payments), Sum(payments),
        // Other currencies than the euro go outside the scheme, as the bank agreed with its customer.
        .. currency == Currency.Eur ? (XElement[])[In("PmtTpInf", In("SvcLvl", Text("Cd", "SEPA")))] : [],
        In("ReqdExctnDt", Text("Dt", Words.IsoDay(batch.RequestedOn))), In("Dbtr", Name(batch.Debtor)),
        Account("DbtrAcct", batch.Debtor), In("DbtrAgt", In("FinInstnId", In("Othr", Text("Id", "NOTPROVIDED")))),
        Text("ChrgBr", "SLEV"), .. payments.Select(Payment),
    ]);

    private static XElement Payment(BatchPayment payment) => In("CdtTrfTxInf",
        In("PmtId", Text("EndToEndId", payment.EndToEndId)),
        In("Amt", new XElement(
            Pain + "InstdAmt", new XAttribute("Ccy", payment.Amount.Currency.Code), Number(payment.Amount.Amount))),
        In("Cdtr", Name(payment.Creditor)), Account("CdtrAcct", payment.Creditor),
        In("RmtInf", Text("Ustrd", Latin(payment.Text, TextLength))));

    private static XElement Account(string element, BankParty party) =>
        In(element, In("Id", Text("IBAN", party.Iban)));

    private static XElement Name(BankParty party) => Text("Nm", Latin(party.Name, Limits.BankNameLength));

    private static XElement Count(ImmutableArray<BatchPayment> payments) =>
        Text("NbOfTxs", payments.Length.ToString(CultureInfo.InvariantCulture));

    // The message adds up figures, whatever their currencies.
    private static XElement Sum(ImmutableArray<BatchPayment> payments) =>
        Text("CtrlSum", Number(payments.Sum(p => p.Amount.Amount)));

    private static string Number(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>The basic Latin characters that the rulebooks of SEPA let through; others lose their marks.</summary>
    internal static string Latin(string text, int length)
    {
        var plain = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            plain.Append(c switch
            {
                'ß' => "ss",
                'ø' or 'Ø' or 'œ' or 'Œ' => char.IsUpper(c) ? "OE" : "oe",
                'æ' or 'Æ' => char.IsUpper(c) ? "AE" : "ae",
                'ł' or 'Ł' => char.IsUpper(c) ? "L" : "l",
                'đ' or 'Đ' => char.IsUpper(c) ? "D" : "d",
                _ when char.IsAsciiLetterOrDigit(c) || "/-?:().,'+ ".Contains(c, StringComparison.Ordinal) =>
                    c.ToString(),
                _ => " ",
            });
        }
        var cut = plain.ToString().Trim();
        cut = cut.Length > length ? cut[..length].Trim() : cut;
        // An empty element is no name; and a bank takes a text that begins with a slash for a code.
        return cut.TrimStart('/') is { Length: > 0 } kept ? kept : "NOTPROVIDED";
    }

    private static XElement In(string name, params ReadOnlySpan<XElement> content) =>
        new(Pain + name, content.ToArray());

    private static XElement Text(string name, string text) => new(Pain + name, text);
}
