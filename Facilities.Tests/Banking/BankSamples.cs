using System.Globalization;
using System.Text;
using Facilities.Grains.Kernel;

namespace Facilities.Tests.Banking;

/// <summary>Statements as a bank writes them.</summary>
internal static class BankSamples
{
    public const string FunderIban = "DE89370400440532013000";

    public static byte[] Statement(string id, params ReadOnlySpan<string> entries) => Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
          <GrpHdr><MsgId>M-{id}</MsgId><CreDtTm>2026-12-02T06:00:00Z</CreDtTm></GrpHdr>
          <Stmt><Id>{id}</Id><CreDtTm>2026-12-02T06:00:00Z</CreDtTm>
            <Acct><Id><IBAN>{FunderIban}</IBAN></Id></Acct>
            {string.Join('\n', entries.ToArray())}
          </Stmt></BkToCstmrStmt></Document>
        """);

    public static string Entry(
        string reference, string? endToEnd, Money amount, string status = "BOOK", string direction = "DBIT",
        string extra = "", bool reversal = false) => $"""
        <Ntry><NtryRef>{reference}</NtryRef><Amt Ccy="{amount.Currency}">{Text(amount)}</Amt>
          <CdtDbtInd>{direction}</CdtDbtInd>{(reversal ? "<RvslInd>true</RvslInd>" : "")}
          <Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>2026-12-02</Dt></BookgDt>
          <NtryDtls><TxDtls><Refs>{(endToEnd is null ? "" : $"<EndToEndId>{endToEnd}</EndToEndId>")}</Refs>{extra}
          </TxDtls></NtryDtls></Ntry>
        """;

    public static string Returned(string code, string text) =>
        $"<RtrInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>{text}</AddtlInf></RtrInf>";

    /// <summary>What was asked for, where the bank paid in another currency than that of the account.</summary>
    public static string Instructed(Money amount) => $"""
        <AmtDtls><InstdAmt><Amt Ccy="{amount.Currency}">{Text(amount)}</Amt></InstdAmt></AmtDtls>
        """;

    private static string Text(Money amount) => amount.Amount.ToString("0.00", CultureInfo.InvariantCulture);
}
