using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Undertakings;

/// <summary>
/// Enters aid that a programme granted before this register was kept. It counts even beyond the ceiling: it was
/// granted, and bars new aid.
/// </summary>
/// <param name="Id">The command.</param>
/// <param name="By">An officer of the programme.</param>
/// <param name="Entry">The aid, by the programme's own records; its id makes it count once.</param>
public sealed record RecordAid(CommandId Id, Actor By, AidEntry Entry) : Command(Id, By);

public static partial class UndertakingDecisions
{
    /// <summary>Decides <see cref="RecordAid"/>.</summary>
    public static Decision<UndertakingEvent, UndertakingRefusal> Decide(
        UndertakingState undertaking, RecordAid command, Instant now)
    {
        if (command.Entry.Programme is not { } programme
            || !command.By.Has(OrganisationKind.Funder, programme.Value, Role.Officer))
            return No(UndertakingRefusal.NotAllowed, "Only an officer of the programme enters what it granted.");
        if (undertaking.ClosedInto is { } into) return Closed(into);
        if (undertaking.Entries.ContainsKey(command.Entry.Id))
            return Decision<UndertakingEvent, UndertakingRefusal>.Nothing;

        // From here on it must succeed.
        return new AidRecorded(command.Entry, command.Entry.Basis == AidBasis.DeMinimis
            ? RegisterDeadline.Of(command.Entry.GrantedOn, command.Entry.Country)
            : null);
    }
}
