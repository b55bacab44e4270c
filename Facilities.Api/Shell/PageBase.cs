using Facilities.Api.Http;
using Facilities.Grains.Kernel;
using Microsoft.AspNetCore.Components;
using NodaTime;
using Orleans;

namespace Facilities.Api.Shell;

/// <summary>What every page has at hand: who reads it, how things are said to them, and what they posted.</summary>
public abstract class PageBase : ComponentBase
{
    [Inject] protected IGrainFactory Grains { get; set; } = null!;

    [Inject] protected Say Say { get; set; } = null!;

    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    [Inject] protected IClock Clock { get; set; } = null!;

    [CascadingParameter] public HttpContext Context { get; set; } = null!;

    /// <summary>The person who reads; null for visitors.</summary>
    protected Actor? Visitor => Context.Actor();

    /// <summary>The person who reads, on pages that visitors do not reach.</summary>
    protected Actor Actor => Context.RequiredActor();

    /// <summary>What the last step was refused with; shown where the form stands.</summary>
    protected Refusal? Refused { get; set; }

    /// <summary>Which form was posted, if one was.</summary>
    protected string? Form => Posted("_handler");

    /// <summary>
    /// What was typed, kept where the step was refused. A form that was posted is always drawn again: else the answer
    /// to a step that somebody else took meanwhile would have no place.
    /// </summary>
    protected string? Posted(string field)
    {
        if (!Context.Request.HasFormContentType) return null;
        var text = Context.Request.Form[field].ToString();
        // The fields say their limit, so that only programs come here with more.
        if (text.Length > Limits.TextLength)
            throw new ProblemException(Problems.InvalidRequest(
                "/" + field, $"Write at most {Limits.TextLength} characters.", 422));
        return text.Length == 0 ? null : text;
    }

    /// <summary>Whether a form is shown: where the step is open, or it was just posted.</summary>
    protected bool Shows(string form, bool isOpen) => isOpen || Form == form;

    /// <summary>The id that the form carried, so that sending it twice does it once.</summary>
    protected CommandId Command =>
        new(Id.IsValid(Posted("command")) ? Posted("command")! : Guid.CreateVersion7().ToString("N"));

    /// <summary>Goes to a page after a step that was taken; stays, with the reason, after one that was not.</summary>
    protected void After<TRefusal>(Reply<TRefusal> reply, string address) where TRefusal : struct, Enum
    {
        if (reply.Refusal is { } refused) Refuse(Refusal.Of(refused));
        else Navigation.NavigateTo(address);
    }

    /// <summary>Shows why a step was not taken, with the status that a refusal has.</summary>
    protected void Refuse(Refusal refusal)
    {
        Refused = refusal;
        Context.Response.StatusCode = StatusCodes.Status409Conflict;
    }

    /// <summary>Answers that there is nothing here, or that it is not theirs: the two look alike.</summary>
    protected void NotFound() => Context.Response.OnStarting(() =>
    {
        // Set at the last moment: seeing it earlier, the framework would send no page at all.
        Context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
