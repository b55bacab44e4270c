namespace Facilities.Tests.Simulation;

/// <summary>
/// Judges a run from outside: it knows what clients asked and were answered and what is in the log, and reckons with
/// its own arithmetic. "What always holds" in the architecture is its law.
/// </summary>
internal static class Auditor
{
    public static void Judge(SimulatedRun run, bool wasCalm)
    {
        var log = new LogAudit(run).Read();
        new AnswerAudit(run, log, wasCalm).Judge();
        new EndAudit(run, log).Judge();
        new LedgerAudit(run, log).Judge();
        new DeliveryAudit(run, log).Judge();
    }
}
