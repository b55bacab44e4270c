using System.Collections.Frozen;
using Facilities.Grains.Payments;

namespace Facilities.Api.Overload;

/// <summary>Kinds of work that wait in lines of their own, so that a rush for one leaves room for the others.</summary>
public enum Work
{
    /// <summary>Too little to count: health, styles and scripts. It is answered however many wait.</summary>
    Exempt,
    Read,
    Quote,
    Change,
    SignIn,
}

/// <summary>What kind of work an endpoint or a page is, where that is neither reading nor changing.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DoesAttribute(Work work) : Attribute
{
    public Work Work => work;
}

/// <summary>The lines in front of the doors, one for each kind of work.</summary>
internal sealed class Admission : IDisposable
{
    private static readonly TimeSpan SweepStep = TimeSpan.FromMilliseconds(250);

    private readonly FrozenDictionary<Work, WaitingLine> lines;
    private readonly ITimer sweeping;

    public Admission(OverloadOptions options, TimeProvider time)
    {
        lines = new Dictionary<Work, int>
        {
            [Work.Read] = options.ReadsAtOnce,
            [Work.Quote] = options.QuotesAtOnce,
            [Work.Change] = options.ChangesAtOnce,
            [Work.SignIn] = options.SignInsAtOnce,
        }.ToFrozenDictionary(kind => kind.Key, kind => new WaitingLine(kind.Value, options, time));
        sweeping = time.CreateTimer(_ => Sweep(), null, SweepStep, SweepStep);
    }

    /// <summary>The line that a request waits in; null where it need not.</summary>
    public WaitingLine? LineOf(HttpContext context)
    {
        // What matches no endpoint is answered with 404 at no cost.
        if (context.GetEndpoint() is not { } endpoint) return null;
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return endpoint.Metadata.GetMetadata<DoesAttribute>()?.Work switch
        {
            Work.Exempt => null,
            { } work when !reads => lines[work],
            _ => lines[reads ? Work.Read : Work.Change],
        };
    }

    public void Dispose() => sweeping.Dispose();

    private void Sweep()
    {
        foreach (var line in lines.Values) line.Sweep();
    }
}

public static class WorkOfEndpoints
{
    public static TBuilder Does<TBuilder>(this TBuilder builder, Work work)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new DoesAttribute(work));
}
