using System.Collections.Frozen;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Http;

/// <summary>
/// The one table from refusals to statuses. A refusal that it does not name is a conflict with the state: 409.
/// </summary>
public static class Refusals
{
    private static readonly FrozenDictionary<string, int> Statuses = new Dictionary<string, int>
    {
        ["notAllowed"] = 403,
        ["accountUnknown"] = 404,
        ["platformUnknown"] = 404,
        ["programmeUnknown"] = 404,
        ["clusterUnknown"] = 404,
        ["quoteUnknown"] = 404,
        ["bookingUnknown"] = 404,
        ["resourceUnknown"] = 404,
        ["closureUnknown"] = 404,
        ["waitlistEntryUnknown"] = 404,
        ["calendarUnknown"] = 404,
        ["claimUnknown"] = 404,
        ["batchUnknown"] = 404,
        ["invoiceUnknown"] = 404,
        ["obligationUnknown"] = 404,
        ["creditUnknown"] = 404,
        ["creditNotValid"] = 422,
        ["quoteExpired"] = 410,
        ["holdExpired"] = 410,
        ["stale"] = 412,
        ["commandIdReused"] = 422,
        ["invalidRequest"] = 422,
        ["notOffered"] = 422,
        ["startOffGrid"] = 422,
        ["outsideHours"] = 422,
        ["insideLeadTime"] = 422,
        ["beyondHorizon"] = 422,
        ["durationNotAllowed"] = 422,
        ["quantityNotAllowed"] = 422,
        ["qualificationMissing"] = 422,
        ["qualificationExpired"] = 422,
        ["localTimeInvalid"] = 422,
        ["currencyDiffers"] = 422,
        ["repeatInvalid"] = 422,
        ["seriesOverlap"] = 422,
        ["nothingLeft"] = 422,
        ["voucherUnknown"] = 422,
        ["voucherNotAccepted"] = 422,
        ["outsideValidity"] = 422,
        ["itemUnknown"] = 422,
        ["personUnknown"] = 422,
        ["usageNotAllowed"] = 422,
        ["notValid"] = 422,
        ["statementNotAccepted"] = 422,
        ["calendarNotReadable"] = 422,
        ["calendarNotReached"] = 422,
        ["calendarTooLarge"] = 422,
        ["addressRefused"] = 422,
        ["tooManyBusyTimes"] = 422,
        ["slotNotOffered"] = 422,
        ["nothingToRelease"] = 422,
        ["lengthNotAllowed"] = 422,
        ["priceWouldRise"] = 422,
        ["paymentMethodNotOffered"] = 422,
        ["amountNotAllowed"] = 422,
        ["invalidDeclaration"] = 422,
        ["entryUnknown"] = 404,
        ["notForward"] = 422,
        ["callUnknown"] = 404,
        ["applicationUnknown"] = 404,
        ["declarationMissing"] = 422,
        ["notEligible"] = 422,
        ["proposalUnknown"] = 404,
    }.ToFrozenDictionary();

    /// <summary>The status of a refusal by its machine name.</summary>
    public static int StatusOf(string name) => Statuses.GetValueOrDefault(name, StatusCodes.Status409Conflict);

    /// <summary>A refusal as problem details.</summary>
    public static Problem AsProblem(this Refusal refusal)
    {
        var problem = Problems.Of(StatusOf(refusal.Name), refusal.Name, refusal.Reason) with
        {
            Errors = refusal.Faults,
        };
        return refusal.Alternatives.IsDefaultOrEmpty ? problem : problem.With("alternatives", refusal.Alternatives);
    }

    /// <summary>Ends the handler with the refusal, where there is one.</summary>
    public static T OrThrow<T>(this Answer<T> answer) where T : class =>
        answer.Value ?? throw new ProblemException(answer.Refusal!.AsProblem());

    /// <summary>Ends the handler with a grain's refusal, where there is one.</summary>
    public static void OrThrow<TRefusal>(this Reply<TRefusal> reply) where TRefusal : struct, Enum
    {
        if (reply.Refusal is { } refusal) throw new ProblemException(Refusal.Of(refusal).AsProblem());
    }
}
