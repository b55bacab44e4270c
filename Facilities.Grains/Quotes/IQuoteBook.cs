using Facilities.Grains.Kernel;

namespace Facilities.Grains.Bookings;

/// <summary>Keeps quotes. A quote never changes, so it is a document and no grain.</summary>
public interface IQuoteBook
{
    /// <summary>
    /// Keeps a quote, durable when this returns, and answers it; where one was kept under its id before, answers that.
    /// </summary>
    Task<QuoteBasis> Keep(QuoteBasis basis);

    /// <summary>The quote as it was made; null where there is none.</summary>
    Task<QuoteBasis?> Find(QuoteId quote);
}
