using System.Collections.Immutable;
using Facilities.Api.Http;
using Facilities.Grains.Bookings;
using Facilities.Grains.Contracts;
using Facilities.Grains.Invoices;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Silo.Invoices;
using Orleans;

namespace Facilities.Api.Bookings;

/// <summary>The contract as data, with the evidence of its signatures.</summary>
public sealed record ContractDocument(
    BookingId BookingId, string Status, string ContentHash, string TemplateId, string TemplateVersion, string Markdown,
    ImmutableArray<Signature> Evidence);

public static class DocumentEndpoints
{
    private const string Markdown = "text/markdown";
    private const string Html = "text/html";
    private const string JsonType = "application/json";
    private const string Xml = "application/xml";

    /// <summary>Contracts and invoices, in the representation that the caller accepts.</summary>
    public static RouteGroupBuilder MapDocuments(this RouteGroupBuilder api)
    {
        api.MapGet("/bookings/{id}/contract", Contract).WithTags("Documents").RequireActor()
            .Answers<ContractDocument>().Refuses(401, 404, 406);
        api.MapGet("/bookings/{id}/invoices", InvoicesOf).WithTags("Documents").RequireActor()
            .ReadsQuery<PageQuery>().Answers<Page<Invoice>>().Refuses(400, 401, 404);
        api.MapGet("/invoices/{id}", Invoice).WithTags("Documents").RequireActor()
            .Answers<Invoice>().Refuses(401, 404, 406);
        api.MapPost("/invoices/{id}/payment", RecordPayment).WithTags("Documents").RequireActor()
            .Answers<BookingAnswer>().Refuses(401, 403, 404, 409);
        return api;
    }

    private static async Task<IResult> Contract(HttpContext context, IGrainFactory grains, string id)
    {
        var booking = await BookingEndpoints.Seen(context, grains, id);
        var contract = BookingDecisions.ContractOf(
            booking.Id!.Value, BookingDecisions.BasisOf(booking), booking.Purpose);
        return Choose(context, Html, Markdown, JsonType) switch
        {
            Html => TypedResults.Text(ContractPage.Render(contract), "text/html; charset=utf-8"),
            Markdown => TypedResults.Text(ContractMarkdown.Render(contract), "text/markdown; charset=utf-8"),
            _ => TypedResults.Ok(new ContractDocument(
                booking.Id.Value, BookingAnswer.Of(booking, false).Contract.Status, booking.ContentHash,
                contract.TemplateId, contract.TemplateVersion, ContractMarkdown.Render(contract), booking.Signatures)),
        };
    }

    private static async Task<IResult> InvoicesOf(
        HttpContext context, IGrainFactory grains, InvoiceLists invoices, string id)
    {
        await BookingEndpoints.Seen(context, grains, id);
        return TypedResults.Ok(Page.Cut(context, await invoices.OfBooking(new BookingId(id))));
    }

    private static async Task<IResult> Invoice(HttpContext context, InvoiceLists invoices, string id)
    {
        var invoice = (await Mine(context, invoices, id)).Invoice;
        return Choose(context, JsonType, Html, Xml) switch
        {
            Html => TypedResults.Text(InvoicePage.Render(invoice), "text/html; charset=utf-8"),
            Xml => TypedResults.Text(Ubl.Write(invoice).ToString(), "application/xml; charset=utf-8"),
            _ => TypedResults.Ok(invoice),
        };
    }

    private static async Task<IResult> RecordPayment(
        HttpContext context, InvoiceLists invoices, IGrainFactory grains, string id)
    {
        var listed = await Mine(context, invoices, id);
        (await grains.GetGrain<IBookingGrain>(listed.Booking.Value).RecordInvoicePaid(new RecordInvoicePaid(
            context.CommandId("payment"), context.RequiredActor(), listed.Invoice.Id))).OrThrow();
        return TypedResults.Ok(BookingAnswer.Of(await BookingEndpoints.Seen(context, grains, listed.Booking.Value)));
    }

    private static async Task<ListedInvoice> Mine(HttpContext context, InvoiceLists invoices, string id)
    {
        var by = context.RequiredActor();
        return Id.IsValid(id) && await invoices.Find(new InvoiceId(id)) is { } listed
            && (by.BelongsTo(OrganisationKind.Sme, listed.Account.Value)
                || by.BelongsTo(OrganisationKind.Facility, listed.Platform.Value))
                ? listed
                : throw new ProblemException(Problems.NotFound($"There is no invoice {id} among yours."));
    }

    /// <summary>The representation; PDF needs a renderer that is not set up, and is told so.</summary>
    private static string Choose(HttpContext context, params ReadOnlySpan<string> offers)
    {
        if (context.Request.Headers.Accept.ToString().StartsWith("application/pdf", StringComparison.Ordinal))
            throw new ProblemException(Problems.NotAcceptable(
                "No PDF renderer is set up here. Ask for text/html and print it."));
        return Representations.Choose(context, offers);
    }
}
