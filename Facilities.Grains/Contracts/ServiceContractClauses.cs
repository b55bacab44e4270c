using Facilities.Grains.Kernel;
using Facilities.Grains.Series;
using Facilities.Grains.Tax;
using NodaTime;

namespace Facilities.Grains.Contracts;

public static partial class ServiceContract
{
    private static IEnumerable<string> Documents(Parts parts)
    {
        yield return $"This contract is made for booking {parts.Booking} on the terms of template {TemplateId} "
            + $"{parts.Version} and of quote {parts.Quote.Id}, whose seal is {parts.Quote.Seal}.";
        yield return parts.Providers.Length == 1
            ? "It is a contract between the customer and the provider. The marketplace is not a party to it."
            : "Each provider contracts with the customer for its own items alone; no provider answers for another's. "
                + "The marketplace is not a party to it.";
        yield return "If documents differ, the tables of this contract come first, then its clauses, then a "
            + "provider's own house rules. General terms of either side do not apply.";
    }

    private static IEnumerable<string> Scope(Parts parts)
    {
        yield return "The provider performs the services in the table below as a service at a market price. It is "
            + "not a research collaboration.";
        yield return "Services are for research use only, and not under good manufacturing, laboratory or clinical "
            + "practice unless the description of the service says so.";
        yield return "Dates for results are targets that the provider pursues with reasonable endeavours.";
        foreach (var series in SeriesWords.Of(
            parts.Quote.Items.Select(i => new SeriesSlot(i.Id, i.Start, i.End)),
            item => DateTimeZoneProviders.Tzdb[parts.Of(parts.Quote.Items.First(i => i.Id == item)).TimeZone]))
            yield return $"Items {series.Dates[0].Item} to {series.Dates[^1].Item} are one series: {series.Text}. Each "
                + "date is an item of its own, with its own notice and fee.";
        if (!string.IsNullOrWhiteSpace(parts.Purpose))
            yield return $"Purpose as stated by the customer: {parts.Purpose.Trim()}";
    }

    private static IEnumerable<string> Price(Parts parts)
    {
        yield return $"The net price is {Words.Money(parts.Quote.Net)}, the gross price "
            + $"{Words.Money(parts.Quote.Gross)}. The prices and rates in the tables below hold until delivery, "
            + "whatever becomes of a price list.";
        yield return "Time is charged as booked and the operator as used; what is priced per unit and options as "
            + "delivered, never above the booked number.";
        yield return "VAT is due on the full net price. Funding reduces what the customer pays, not the taxable "
            + "amount.";
        yield return "Vouchers and co-financing are reckoned anew on the final price and never exceed the amounts "
            + "below. If a funder does not pay for a reason on the customer's side, the customer owes that part "
            + "too.";
        if (!parts.Quote.PaidBack.IsZero)
            yield return $"The customer pays the provider {Words.Money(parts.Quote.PaidBack)} of the funding first and "
                + "is paid it back by the funder. Whether and when the funder does so is between those two; the "
                + "provider is owed the amount in any case.";
    }

    private static readonly string[] Scheduling =
    [
        "The times in the table are held for the customer once the booking is confirmed. Time lost because the "
            + "customer or its samples arrive late is not added at the end.",
        "The provider may propose another time for a good reason, such as maintenance. The customer may accept it "
            + "or cancel free of charge.",
    ];

    private static string[] Cancellation(Parts parts) =>
    [
        "Before the booking is confirmed, cancelling is free.",
        "Afterwards the customer owes the share in the table of the time and operator lines of each item. The "
            + $"longest notice that is kept decides. Notice is counted in {DaysOf(parts)} from the day of the "
            + "cancellation to the day of the start, both in the platform's time zone.",
        "VAT on a fee follows that of the service. Vouchers and co-financing pay no fee and are released in full.",
        "If the provider cancels, nothing is owed, and the customer may book again at the same price.",
    ];

    private static string DaysOf(Parts parts)
    {
        var working = parts.Quote.Items.Count(item => item.Terms?.WorkingDaysOf is not null);
        const string days = "working days (Monday to Friday without the public holidays of the platform's place, the "
            + "day of the start left out)";
        return working == 0 ? "calendar days"
            : working == parts.Quote.Items.Length ? days : $"calendar days, where the table says so in {days},";
    }

    private static readonly string[] Samples =
    [
        "The customer declares, before anything is shipped or brought, the biosafety class (1 to 3), the origin "
            + "(human, animal or other) and known hazards of all material, and holds the ethics and other "
            + "approvals that its use requires, those of access and benefit sharing included.",
        "The provider may refuse or stop work on material that is not as declared; the time stays charged as "
            + "booked. Work on samples that fail quality control proceeds at the customer's risk.",
        "Material stays the customer's property, is used for the services alone, and is returned or destroyed "
            + "within 30 days.",
    ];

    private static readonly string[] Confidentiality =
    [
        "Each side keeps the other's confidential information secret, uses it for this contract alone, and shows "
            + "it only to those who need it and are bound in the same way, for 5 years after delivery; trade "
            + "secrets for as long as they are.",
        "This does not cover what is public, was known before, is developed independently, or must be disclosed by "
            + "law. What funders need for their checks may be shown to them.",
    ];

    private static readonly string[] Results =
    [
        "Each side keeps what it brought. On payment of the customer's part, results and raw data belong to the "
            + "customer.",
        "The provider keeps its know-how of methods and any improvement of its equipment and procedures. It grants "
            + "no right in what it brought beyond the use of the results, and claims no part in inventions made "
            + "from them.",
    ];

    private static readonly string[] Publication =
    [
        "Neither side publishes the other's confidential information or results without its written consent, which "
            + "is given or reasonably refused within 30 days.",
        "Publications that use the results name the platform. Authorship follows a real scientific contribution alone.",
    ];

    private static readonly string[] Data =
    [
        "Results are delivered in the usual open formats of the method, raw data included. The provider keeps a "
            + "copy for 6 months and samples for 30 days, then deletes or destroys them.",
        "No personal and no clinical data are processed under this contract: samples and files carry sample ids "
            + "only. If that is to change, the parties first make an agreement under Article 28 of Regulation "
            + "(EU) 2016/679.",
    ];

    private static readonly string[] Acceptance =
    [
        "After delivery the customer accepts the services or names their defects with reasons. Without that, they "
            + "are deemed accepted 10 working days after delivery.",
        "A defect on the provider's side is remedied by repeating the service, or else by a reduction of the price.",
    ];

    private static readonly string[] Payment =
    [
        "The provider invoices after acceptance, in its own number series. The customer's part is due 30 days "
            + "after the date of the invoice, by bank transfer.",
        "Late payment bears interest at the rate of the European Central Bank plus 8 percentage points and a flat "
            + "sum of EUR 40 (Directive 2011/7/EU).",
    ];

    private static IEnumerable<string> Liability(Parts parts)
    {
        yield return "The provider works with the skill and care of its field. It does not warrant a particular "
            + "result.";
        yield return "Each side's liability is limited to the net price of the items concerned, in all to "
            + $"{Words.Money(parts.Quote.Net)}, and excludes indirect loss.";
        yield return "No limit applies to intent, gross negligence, death or injury, duties of data protection, or "
            + "where the law allows none.";
    }

    private static readonly string[] Equipment =
    [
        "A customer whose people use equipment themselves pays for damage that they cause by negligence.",
        "The provider insures its liability. The customer insures its people on site and its own liability.",
    ];

    private static readonly string[] PublicFunding =
    [
        "Where a funder or cluster pays a part, both sides keep the records of this booking for 10 years and let "
            + "the funder, the European Commission, the European Court of Auditors and the European Anti-Fraud "
            + "Office inspect them.",
        "Vouchers may not be transferred, exchanged for cash or used for anything but the services above. The "
            + "customer observes the funder's rules on publicity.",
    ];

    private static readonly string[] ExportControl =
    [
        "Each side declares that no sanctions forbid this contract, and that neither material nor results need an "
            + "export licence that is missing. It tells the other at once if that changes.",
    ];

    private static readonly string[] ForceMajeure =
    [
        "Neither side answers for what it cannot prevent with reasonable care, for as long as it lasts.",
        "If equipment fails, the customer chooses another time or a refund of what was not delivered. There are no "
            + "damages.",
    ];

    private static IEnumerable<string> Law(Parts parts)
    {
        if (parts.Providers.Select(p => p.Country).Distinct().Count() == 1)
            yield return $"The law of {Countries.NameOf(parts.Providers[0].Country)} applies, and the courts at the "
                + "provider's seat decide.";
        else
            yield return "For each provider's items the law of its country applies, and the courts at its seat decide: "
                + Words.List([.. parts.Providers.Select(p =>
                    $"{p.Provider.LegalName}, the law of {Countries.NameOf(p.Country)}")]) + ".";
        yield return "Before going to court the parties try to settle a dispute within 30 days, with the help of "
            + "their clusters.";
    }
}
