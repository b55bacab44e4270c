using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Banking;

/// <summary>
/// Reads the bank's statement of ISO 20022, <c>camt.053.001.08</c>. Whatever is not as the message has it is named; no
/// document type, no entity and no address of the file is ever followed.
/// </summary>
public static class StatementFile
{
    /// <summary>The namespace of the message.</summary>
    public const string Namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";

    private static readonly XNamespace Camt = Namespace;

    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = Limits.StatementBytes,
        MaxCharactersFromEntities = 1_024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The statements of a file, up to <see cref="Limits.StatementBytes"/>.</summary>
    public static BankStatement Read(ReadOnlyMemory<byte> file)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        if (file.Length > Limits.StatementBytes)
            return Unreadable(hash, $"A statement has at most {Words.Number(Limits.StatementBytes)} octets.");
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(file.ToArray()), Strict);
            Flat(reader);
            using var again = XmlReader.Create(new MemoryStream(file.ToArray()), Strict);
            return Read(hash, XDocument.Load(again).Root!);
        }
        catch (XmlException fault)
        {
            return Unreadable(hash, $"The file is no XML that can be read: {fault.Message}");
        }
    }

    /// <summary>A document is as deep as the message at most, or its tree would use up the stack.</summary>
    private static void Flat(XmlReader reader)
    {
        const int deepest = 40;
        while (reader.Read())
            if (reader.Depth > deepest) throw new XmlException("Its elements lie too deep.");
    }

    private static BankStatement Unreadable(string hash, string message) => new(hash, [], [], [new("", message)]);

    private static BankStatement Read(string hash, XElement root)
    {
        if (root.Name != Camt + "Document" || root.Element(Camt + "BkToCstmrStmt") is not { } message)
            return Unreadable(
                hash, "The file is no camt.053.001.08. Ask the bank for its statement in that version.");
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var entries = ImmutableArray.CreateBuilder<BankEntry>();
        var ids = new List<string>();
        foreach (var (statement, place) in message.Elements(Camt + "Stmt").Select((s, i) => (s, $"/Stmt/{i + 1}")))
        {
            var id = Text(statement, "Id");
            if (id is null) faults.Add(new(place + "/Id", "The statement has no id."));
            else if (ids.Contains(id)) faults.Add(new(place + "/Id", $"The statement {id} is there twice."));
            ids.Add(id ?? "");
            foreach (var (entry, number) in statement.Elements(Camt + "Ntry").Select((e, i) => (e, i + 1)))
                entries.AddRange(Entry(statement, id ?? "", entry, number, $"{place}/Ntry/{number}", faults));
        }
        if (ids.Count == 0) faults.Add(new("/Stmt", "The file has no statement."));
        foreach (var twice in entries.GroupBy(e => e.Key).Where(g => g.Count() > 1))
            faults.Add(new("/Ntry", $"The entry {twice.Key} is there twice."));
        return entries.Count > Limits.StatementEntries
            ? Unreadable(hash, $"A file has at most {Words.Number(Limits.StatementEntries)} transactions.")
            : new(hash, [.. ids], faults.Count > 0 ? [] : entries.ToImmutable(), faults.ToImmutable());
    }

    private static IEnumerable<BankEntry> Entry(
        XElement statement, string id, XElement entry, int number, string place,
        ImmutableArray<Fault>.Builder faults)
    {
        var account = statement.Element(Camt + "Acct")?.Element(Camt + "Id")?.Element(Camt + "IBAN")?.Value.Trim();
        var name = Text(entry, "AcctSvcrRef") ?? Text(entry, "NtryRef") ?? $"no-{number}";
        var whole = Amount(entry.Element(Camt + "Amt"), place, faults);
        var debit = Direction(entry, place, faults);
        var status = Status(entry, place, faults);
        if (whole is null || debit is null || status is null) yield break;
        var reversal = Text(entry, "RvslInd") is "true" or "1";
        var details = entry.Elements(Camt + "NtryDtls").Elements(Camt + "TxDtls").ToArray();
        if (details.Length == 0)
        {
            yield return new BankEntry(
                id, account, name, null, whole.Value, status.Value, debit.Value, reversal, null);
            yield break;
        }
        for (var index = 0; index < details.Length; index++)
        {
            var (detail, where) = (details[index], $"{place}/NtryDtls/TxDtls/{index + 1}");
            var stated = detail.Element(Camt + "Amt") is { } own ? Amount(own, where, faults)
                : details.Length == 1 ? whole : null;
            if (stated is not { } amount)
            {
                if (details.Length > 1 && detail.Element(Camt + "Amt") is null)
                    faults.Add(new(where + "/Amt", "A transaction among several has an amount of its own."));
                continue;
            }
            var returned = detail.Element(Camt + "RtrInf");
            yield return new BankEntry(
                id, account, details.Length == 1 ? name : $"{name}/{index + 1}",
                EndToEnd(detail), amount, status.Value,
                detail.Element(Camt + "CdtDbtInd") is null
                    ? debit.Value
                    : Direction(detail, where, faults) ?? debit.Value,
                reversal || returned is not null, Reason(returned))
            {
                Instructed = Instructed(detail, where, faults)
                    ?? (details.Length == 1 ? Instructed(entry, place, faults) : null),
                Text = Written(detail),
            };
        }
    }

    /// <summary>What the bank was asked for, where it paid in another currency than that of its account.</summary>
    private static Money? Instructed(XElement element, string place, ImmutableArray<Fault>.Builder faults)
    {
        var details = element.Element(Camt + "AmtDtls");
        var amount = (details?.Element(Camt + "InstdAmt") ?? details?.Element(Camt + "TxAmt"))?.Element(Camt + "Amt");
        return amount is null ? null : Amount(amount, place + "/AmtDtls", faults);
    }

    private static string? EndToEnd(XElement detail) =>
        detail.Element(Camt + "Refs") is { } refs && Text(refs, "EndToEndId") is { } id && id != "NOTPROVIDED"
            ? id
            : null;

    /// <summary>The references and texts of a transfer, as far as a reader needs them.</summary>
    private static string? Written(XElement detail)
    {
        var written = detail.Element(Camt + "RmtInf");
        var text = written is null ? "" : string.Join(
            ' ', written.Descendants(Camt + "Ref").Concat(written.Elements(Camt + "Ustrd"))
                .Select(e => e.Value.Trim()));
        return text.Length > 0 ? text[..Math.Min(text.Length, Limits.TextLength)] : null;
    }

    private static string? Reason(XElement? returned)
    {
        if (returned is null) return null;
        var reason = returned.Element(Camt + "Rsn");
        string?[] parts =
        [
            reason is null ? null : Text(reason, "Cd") ?? Text(reason, "Prtry"), .. returned.Elements(
                Camt + "AddtlInf").Select(e => e.Value.Trim()),
        ];
        return string.Join(": ", parts.OfType<string>()) is { Length: > 0 } text
            ? text[..Math.Min(text.Length, Limits.TextLength)]
            : null;
    }

    private static Money? Amount(XElement? element, string place, ImmutableArray<Fault>.Builder faults)
    {
        try
        {
            if (element is not null && decimal.TryParse(
                element.Value.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                && amount >= 0)
                return Money.Of(amount, Currency.From(element.Attribute("Ccy")?.Value ?? ""));
            faults.Add(new(place + "/Amt", "There is no amount such as 1234.50."));
        }
        catch (FormatException fault)
        {
            faults.Add(new(place + "/Amt", fault.Message));
        }
        return null;
    }

    private static bool? Direction(XElement element, string place, ImmutableArray<Fault>.Builder faults)
    {
        switch (Text(element, "CdtDbtInd"))
        {
            case "DBIT": return true;
            case "CRDT": return false;
            default:
                faults.Add(new(place + "/CdtDbtInd", "It is neither CRDT nor DBIT."));
                return null;
        }
    }

    private static EntryStatus? Status(XElement entry, string place, ImmutableArray<Fault>.Builder faults)
    {
        var status = entry.Element(Camt + "Sts");
        switch (status is null ? null : Text(status, "Cd") ?? Text(status, "Prtry"))
        {
            case "BOOK": return EntryStatus.Booked;
            case "PDNG" or "INFO" or "FUTR": return EntryStatus.Pending;
            case "RJCT": return EntryStatus.Rejected;
            default:
                faults.Add(new(place + "/Sts", "Its status is none of BOOK, PDNG, INFO, FUTR and RJCT."));
                return null;
        }
    }

    private static string? Text(XElement element, string name) =>
        element.Element(Camt + name)?.Value.Trim() is { Length: > 0 } text ? text : null;
}
