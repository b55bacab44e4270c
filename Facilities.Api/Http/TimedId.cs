using System.Globalization;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>
/// Ids of quotes and bookings that begin with the second of the quote, as eight hexadecimal digits: what is stored at
/// one time then lies together in the indexes of the database, where each random id would take a page of its own.
/// </summary>
public static class TimedId
{
    private const int Start = 2, TimeLength = 8, QuoteRest = 32, BookingRest = 12;

    /// <summary>The id of a quote. A request repeated after a crash may get another: nothing rests on it.</summary>
    public static QuoteId OfQuote(CommandId command, DateTimeOffset now) => new(string.Create(
        CultureInfo.InvariantCulture, $"q-{now.ToUnixTimeSeconds():x8}{command.Value.AsSpan(Start, QuoteRest)}"));

    /// <summary>The id of the booking of a quote, the same for every repeat under one key.</summary>
    public static BookingId OfBooking(CommandId command, QuoteId quote)
    {
        var second = quote.Value.Length >= Start + TimeLength ? quote.Value.AsSpan(Start, TimeLength) : "";
        return new($"b-{second}{command.Value.AsSpan(Start, BookingRest)}");
    }
}
