namespace Facilities.Api.Overload;

/// <summary>
/// How much this process does at once, and how long who comes later is kept waiting; section <c>Overload</c>.
/// </summary>
public sealed record OverloadOptions
{
    /// <summary>Reading is computing: some dozens keep the cores busy, more only make each other slow.</summary>
    public int ReadsAtOnce { get; init; } = 64;

    /// <summary>Apart from other changes, so that bookings which are under way are finished when many begin.</summary>
    public int QuotesAtOnce { get; init; } = 32;

    /// <summary>Changes mostly wait for the disk together: as many as may share a commit.</summary>
    public int ChangesAtOnce { get; init; } = 128;

    /// <summary>
    /// A password costs a core a tenth of a second, by design; the morning's rush leaves room for others.
    /// </summary>
    public int SignInsAtOnce { get; init; } = 4;

    /// <summary>Of each kind: a thousand clients who want one slot at once are all to be answered.</summary>
    public int WaitingMax { get; init; } = 2_000;

    /// <summary>In a rush that passes: as long as people wait before a page without leaving.</summary>
    public double WaitSeconds { get; init; } = 10;

    /// <summary>In a rush that stays: who is admitted is answered soon, the others are told to come back.</summary>
    public double CrowdedWaitSeconds { get; init; } = 1;

    /// <summary>A line that was never empty for so long is no rush that passes.</summary>
    public double CrowdedAfterSeconds { get; init; } = 10;

    /// <summary>From the configuration; throws on what makes no sense.</summary>
    public static OverloadOptions Of(IConfiguration configuration)
    {
        var options = configuration.GetSection("Overload").Get<OverloadOptions>() ?? new OverloadOptions();
        int[] counts =
        [
            options.ReadsAtOnce, options.QuotesAtOnce, options.ChangesAtOnce, options.SignInsAtOnce, options.WaitingMax,
        ];
        double[] seconds = [options.WaitSeconds, options.CrowdedWaitSeconds, options.CrowdedAfterSeconds];
        return counts.All(c => c >= 1) && seconds.All(s => s is > 0 and <= 600)
            ? options
            : throw new InvalidOperationException(
                "In the section Overload every count is at least 1, and every time above 0 and at most 600 seconds.");
    }
}
