using Facilities.Grains.Kernel;
using Facilities.Silo.Identity;

namespace Facilities.Api.Http;

/// <summary>Who sends a request.</summary>
public static class SignedInContext
{
    /// <summary>The person and the token that proves it; null for visitors.</summary>
    public static SignedIn? SignedIn(this HttpContext context) => context.Features.Get<SignedIn>();

    /// <summary>The person as grains know one; null for visitors.</summary>
    public static Actor? Actor(this HttpContext context) => context.SignedIn()?.Actor;

    /// <summary>The person, or 401 for visitors.</summary>
    public static Actor RequiredActor(this HttpContext context) =>
        context.Actor() ?? throw new ProblemException(Problems.NotSignedIn());

    /// <summary>Visitors get 401 before the handler runs.</summary>
    public static TBuilder RequireActor<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(ActorRequired.Instance);

    internal static bool RequiresActor(EndpointMetadataCollection? metadata) =>
        metadata?.GetMetadata<ActorRequired>() is not null;

    private sealed class ActorRequired
    {
        public static readonly ActorRequired Instance = new();
    }
}
