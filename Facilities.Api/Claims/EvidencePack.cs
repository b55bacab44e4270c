using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Facilities.Grains.Bookings;
using Facilities.Grains.Claims;
using Facilities.Grains.Contracts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Pricing;
using NodaTime;

namespace Facilities.Api.Claims;

/// <summary>One file of a pack with its hash.</summary>
public sealed record PackedFile(string Path, int Bytes, string Sha256);

/// <summary>What is in a pack, and how to see that nothing was changed.</summary>
public sealed record PackManifest(
    ClaimId ClaimId, BookingId BookingId, VoucherId VoucherId, ProgrammeId ProgrammeId, Money Amount, Instant OpenedAt,
    string ContractHash, string QuoteSeal, ImmutableArray<string> HowToVerify, ImmutableArray<PackedFile> Files)
{
    /// <summary>Both amounts with the rates where the order is in another currency; left out where it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Conversion { get; init; }
}

/// <summary>
/// All that a claim rests on as one ZIP. The same claim gives the same bytes: files in order, one time for all,
/// nothing compressed, since compressors differ from version to version.
/// </summary>
public static class EvidencePack
{
    public const string ContentType = "application/zip";

    private static readonly JsonSerializerOptions Indented = new(Json.Options) { WriteIndented = true, NewLine = "\n" };

    private static readonly ImmutableArray<string> HowToVerify =
    [
        "Unpack it and run: sha256sum --check SHA256SUMS",
        "contractHash is the SHA-256 of contract.md; every signature in contract.json names it.",
        "quoteSeal is the SHA-256 of quote.json, which holds the price as it was sealed before the booking.",
        "The facility's own invoice is the XML by EN 16931; the HTML beside it shows the same.",
    ];

    public static byte[] Make(ClaimFile file, ImmutableArray<Invoice> invoices)
    {
        var entries = Entries(file, invoices).ToImmutableArray();
        ImmutableArray<PackedFile> files = [.. entries.Select(e => new PackedFile(
            e.Path, e.Bytes.Length, Convert.ToHexStringLower(SHA256.HashData(e.Bytes))))];
        var claim = file.Standing.Claim;
        var manifest = new PackManifest(
            claim.Id, claim.Booking, claim.Voucher, file.Voucher.Programme.Id, claim.Amount, file.Standing.OpenedAt,
            claim.Evidence.ContractHash, claim.Evidence.QuoteSeal, HowToVerify, files)
        {
            Conversion = claim.OfOrder is null ? null : claim.InWords,
        };
        var sums = string.Concat(files.Select(f => $"{f.Sha256}  {f.Path}\n"));
        return Zip(
            [.. entries, ("SHA256SUMS", Utf8(sums)), ("manifest.json", Data(manifest))], file.Standing.OpenedAt);
    }

    private static IEnumerable<(string Path, byte[] Bytes)> Entries(ClaimFile file, ImmutableArray<Invoice> invoices)
    {
        var (claim, booking) = (file.Standing.Claim, file.Booking);
        var contract = BookingDecisions.ContractOf(
            booking.Id!.Value, BookingDecisions.BasisOf(booking), booking.Purpose);
        yield return ("claim.json", Data(claim));
        yield return ("contract.html", Page(contract.Title, ContractPage.Render(contract)));
        yield return ("contract.json", Data(new
        {
            contract.TemplateId,
            contract.TemplateVersion,
            booking.ContentHash,
            contract.Parties,
            contract.Clauses,
            booking.Signatures,
        }));
        yield return ("contract.md", Utf8(ContractMarkdown.Render(contract)));
        yield return ("quote.json", QuoteSeal.Canonical(booking.Quote!).ToArray());
        // An advance is paid before there is any.
        if (claim.Advance is null)
            foreach (var entry in Delivery(booking).Concat(Invoices(invoices))) yield return entry;
        if (booking.Credits is { } credits) yield return ("credits.json", Data(credits.Select(c => c.Credit)));
        if (file.Standing.Payout?.Proof is { } proof) yield return ("payment.json", Data(new { Proof = proof }));
        if (file.Standing.Questions is { Length: > 0 } questions) yield return ("questions.json", Data(questions));
    }

    private static IEnumerable<(string Path, byte[] Bytes)> Delivery(BookingState booking)
    {
        yield return ("delivery.json", Data(new
        {
            booking.Items,
            booking.Usage,
            RecordedAt = booking.DeliveredAt,
            Price = booking.Final,
        }));
        yield return ("acceptance.json", Data(new
        {
            booking.AcceptedAt,
            booking.AcceptedBy,
            // The marketplace accepts where nobody objected in time.
            Deemed = booking.AcceptedBy == Actor.System.Name,
        }));
    }

    private static IEnumerable<(string Path, byte[] Bytes)> Invoices(ImmutableArray<Invoice> invoices)
    {
        foreach (var invoice in invoices.OrderBy(i => i.Number, StringComparer.Ordinal))
        {
            yield return (
                $"invoices/{invoice.Number}.html", Page(
                    $"{(invoice.Kind == InvoiceKind.CreditNote ? "Credit note" : "Invoice")} {invoice.Number}",
                    InvoicePage.Render(invoice)));
            yield return ($"invoices/{invoice.Number}.xml", Utf8(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                    + Ubl.Write(invoice).ToString().ReplaceLineEndings("\n")));
        }
    }

    private static byte[] Zip(ImmutableArray<(string Path, byte[] Bytes)> entries, Instant at)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in entries)
            {
                var entry = zip.CreateEntry(path, CompressionLevel.NoCompression);
                entry.LastWriteTime = at.ToDateTimeOffset();
                using var stream = entry.Open();
                stream.Write(bytes);
            }
        }
        return buffer.ToArray();
    }

    private static byte[] Data<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Indented);

    private static byte[] Page(string title, string article) => Utf8(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + $"<title>{WebUtility.HtmlEncode(title)}</title>\n</head>\n<body>\n{article}</body>\n</html>\n");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
