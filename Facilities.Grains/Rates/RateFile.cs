using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Facilities.Grains.Kernel;
using NodaTime.Text;

namespace Facilities.Grains.Rates;

/// <summary>A file of rates as it was read; nothing of it is used where it has a fault.</summary>
public sealed record RatesRead(string FileHash, ImmutableArray<DayRate> Rates, ImmutableArray<string> Faults);

/// <summary>Reads the XML in which the European Central Bank publishes its rates, of a day or of all days.</summary>
public static class RateFile
{
    /// <summary>The largest file: all days since 1999 have eight million octets.</summary>
    public const int BytesMax = 20_000_000;

    private static readonly XNamespace Ecb = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref";

    /// <summary>The rates of a file.</summary>
    public static RatesRead Read(ReadOnlyMemory<byte> file)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        if (file.Length > BytesMax) return new(hash, [], [$"A file has at most {Words.Number(BytesMax)} octets."]);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(file.ToArray()), new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = BytesMax,
            });
            return Read(hash, reader);
        }
        catch (XmlException fault)
        {
            return new(hash, [], [$"The file is no XML that can be read: {fault.Message}"]);
        }
    }

    // Read as it comes: no tree is built, however deep somebody nests it.
    private static RatesRead Read(string hash, XmlReader reader)
    {
        var rates = ImmutableArray.CreateBuilder<DayRate>();
        var faults = ImmutableArray.CreateBuilder<string>();
        NodaTime.LocalDate? day = null;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "Cube"
                || reader.NamespaceURI != Ecb.NamespaceName)
                continue;
            if (reader.GetAttribute("time") is { } time)
            {
                day = LocalDatePattern.Iso.Parse(time) is { Success: true, Value: var of } ? of : null;
                if (day is null) faults.Add($"\"{time}\" is no day such as 2024-06-28.");
            }
            else if (reader.GetAttribute("currency") is { } code)
            {
                if (day is { } on && Rate(code, reader.GetAttribute("rate")) is { } rate)
                    rates.Add(new(on, new Currency(code), rate));
                else faults.Add($"{code} of {day} has no rate: \"{reader.GetAttribute("rate")}\".");
            }
        }
        if (rates.Count == 0 && faults.Count == 0) faults.Add("The file has no rates of the European Central Bank.");
        foreach (var twice in rates.GroupBy(r => (r.Day, r.Currency)).Where(g => g.Count() > 1))
            faults.Add($"{twice.Key.Currency} of {twice.Key.Day} is there twice.");
        return new(hash, faults.Count > 0 ? [] : rates.ToImmutable(), faults.ToImmutable());
    }

    private static decimal? Rate(string code, string? text) =>
        code.Length == 3 && code.All(char.IsAsciiLetterUpper) && decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? rate
            : null;
}
