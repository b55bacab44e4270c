using NodaTime;

namespace Facilities.Tests.Simulation;

/// <summary>
/// What goes wrong in one run, and how often. Some runs are calm, so that what happens without a fault is seen too;
/// others have one kind of fault alone, or all at once.
/// </summary>
internal sealed class Weather
{
    private readonly Random _random;
    private readonly Coverage _coverage;

    public Weather(Random random, Coverage coverage, bool isCalm)
    {
        (_random, _coverage) = (random, coverage);
        IsCalm = isCalm || random.Next(10) == 0;
        double Rate(double most) => IsCalm || random.Next(3) == 0 ? 0 : most * random.NextDouble();
        (StoreSlow, StoreBefore, StoreAfter) = (Rate(0.05), Rate(0.04), Rate(0.04));
        (MessageLate, MessageLost, ReplyLost, MessageDoubled) = (Rate(0.08), Rate(0.03), Rate(0.03), Rate(0.06));
        Crashes = IsCalm ? 0 : random.Next(9);
        ClockSteps = IsCalm ? 0 : random.Next(6);
        SkewMax = random.Next(3) switch
        {
            0 => Duration.FromMilliseconds(200),
            1 => Duration.FromSeconds(30),
            _ => Duration.FromMinutes(8),
        };
    }

    public bool IsCalm { get; private set; }

    public int Crashes { get; }

    public int ClockSteps { get; }

    public Duration SkewMax { get; }

    private double StoreSlow { get; }

    private double StoreBefore { get; }

    private double StoreAfter { get; }

    private double MessageLate { get; }

    private double MessageLost { get; }

    private double ReplyLost { get; }

    private double MessageDoubled { get; }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Clear() => IsCalm = true;

    public Duration Skew() => IsCalm ? Duration.Zero : SkewMax * (_random.NextDouble() * 2 - 1);

    /// <summary>From a moment to what a machine that swaps takes.</summary>
    public Duration StoreTakes() => Happens(StoreSlow, "store slow")
        ? Duration.FromSeconds(_random.Next(1, 40))
        : Duration.FromMilliseconds(_random.Next(1, 12));

    public bool FailsBefore() => Happens(StoreBefore, "store unavailable before it stored");

    public bool FailsAfter() => Happens(StoreAfter, "store unavailable after it stored");

    /// <summary>What was in flight when its process was killed may still arrive.</summary>
    public bool Lands() => _random.Next(2) == 0;

    public MessageFault Message()
    {
        if (IsCalm) return MessageFault.None;
        if (Happens(MessageLate, "message late")) return MessageFault.Late;
        if (Happens(MessageLost, "message lost")) return MessageFault.Lost;
        if (Happens(ReplyLost, "reply lost")) return MessageFault.ReplyLost;
        return Happens(MessageDoubled, "message doubled") ? MessageFault.Doubled : MessageFault.None;
    }

    /// <summary>Mostly short; now and then longer than a process waits before it is taken up by another.</summary>
    public Duration Lateness() => _random.Next(8) switch
    {
        0 => Duration.FromMinutes(_random.Next(1, 50)),
        1 or 2 => Duration.FromSeconds(_random.Next(5, 40)),
        _ => Duration.FromMilliseconds(_random.Next(1, 900)),
    };

    private bool Happens(double rate, string what)
    {
        if (IsCalm || rate <= 0 || _random.NextDouble() >= rate) return false;
        _coverage.Count($"fault: {what}");
        return true;
    }
}

internal enum MessageFault
{
    None,
    Late,
    Lost,
    ReplyLost,
    Doubled,
}
