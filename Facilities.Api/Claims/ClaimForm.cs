using Facilities.Grains.Claims;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using NodaTime.Text;

namespace Facilities.Api.Claims;

/// <summary>The forms about a claim, made into the commands that the API sends.</summary>
public static class ClaimForm
{
    public static readonly Refusal NoReference = Refusal.Of(
        "notValid", "The payment was not recorded: give the bank's reference, so that the provider finds it.");

    /// <summary>Approves, rejects or asks, by the button that was pressed.</summary>
    public static Task<Reply<ProgrammeRefusal>> Decide(
        IProgrammeGrain grain, CommandId command, Actor by, ClaimId claim, Func<string, string?> posted)
    {
        var note = posted("note")?.Trim() ?? "";
        if (posted("decision") != "query")
            return grain.DecideClaim(new DecideClaim(command, by, claim, posted("decision") == "approve", note));
        var day = LocalDatePattern.Iso.Parse(posted("answerBy") ?? "");
        return grain.QueryClaim(new QueryClaim(command, by, claim, note, day.Success ? day.Value : null));
    }
}
