namespace Facilities.Api.Http;

/// <summary>The record that an endpoint reads its query string into.</summary>
public sealed record QueryMetadata(Type Type);

/// <summary>Says of endpoints what they read and answer, since handlers read for themselves.</summary>
public static class Described
{
    /// <summary>The body that <see cref="Body.Read{T}"/> reads here.</summary>
    public static RouteHandlerBuilder Reads<TBody>(this RouteHandlerBuilder builder) where TBody : notnull =>
        builder.Accepts<TBody>("application/json");

    /// <summary>The query string that <see cref="Query.Read{T}"/> reads here.</summary>
    public static RouteHandlerBuilder ReadsQuery<TQuery>(this RouteHandlerBuilder builder) where TQuery : notnull =>
        builder.WithMetadata(new QueryMetadata(typeof(TQuery)));

    /// <summary>What a success answers.</summary>
    public static RouteHandlerBuilder Answers<TAnswer>(this RouteHandlerBuilder builder, int status = 200) =>
        builder.Produces<TAnswer>(status);

    /// <summary>The statuses of its problems.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) builder.ProducesProblem(status);
        return builder;
    }
}
