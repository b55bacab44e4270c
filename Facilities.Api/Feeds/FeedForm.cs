using Facilities.Grains.Feeds;
using Facilities.Grains.Kernel;

namespace Facilities.Api.Feeds;

/// <summary>What somebody typed about a feed, kept as typed until it is made.</summary>
/// <param name="What">A kind and the ids it needs, parted by a character that no id has.</param>
public sealed record FeedForm(string What, string Audience, string Name)
{
    private const char Parting = '|';

    public static FeedForm Read(IFormCollection form) =>
        new(form["what"].ToString(), form["audience"].ToString(), form["name"].ToString());

    /// <summary>A scope as the form names it.</summary>
    public static string Of(FeedScope scope) => string.Join(Parting, new[]
    {
        scope.Kind.ToString(), scope.AccountId?.Value ?? scope.PlatformId?.Value, scope.ResourceId?.Value,
    }.OfType<string>());

    /// <summary>What is wished for, or the fault of the form.</summary>
    public (FeedBody? Wish, Fault? Fault) Wish()
    {
        var parts = What.Split(Parting);
        if (!Enum.TryParse<FeedKind>(parts[0], out var kind) || !parts.Skip(1).All(Id.IsValid))
            return (null, new Fault("/kind", "Choose which bookings it shows."));
        if (!Enum.TryParse<FeedAudience>(Audience, out var audience) || !Enum.IsDefined(audience))
            return (null, new Fault("/audience", "Choose how much it tells."));
        return (new FeedBody(
            kind, audience, Name,
            kind == FeedKind.Account && parts.Length > 1 ? new AccountId(parts[1]) : null,
            kind is FeedKind.Platform or FeedKind.Resource && parts.Length > 1 ? new PlatformId(parts[1]) : null,
            kind == FeedKind.Resource && parts.Length > 2 ? new ResourceId(parts[2]) : null), null);
    }
}
