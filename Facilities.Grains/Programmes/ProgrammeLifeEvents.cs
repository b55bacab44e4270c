using Facilities.Grains.Kernel;

namespace Facilities.Grains.Programmes;

/// <summary>
/// What happens to a programme as such: written, changed, closed. Its publication is an event of its own.
/// </summary>
public abstract record ProgrammeLifeEvent : ProgrammeEvent;

/// <summary>A funder wrote the programme, or wrote it anew; nobody else sees it yet.</summary>
public sealed record ProgrammeDrafted(ProgrammeTerms Terms, string ByName) : ProgrammeLifeEvent;

/// <summary>
/// The published programme was changed, only forward. Awards made before keep the terms they were made under.
/// </summary>
/// <param name="Terms">As they are from now on.</param>
/// <param name="Added">What the budget grew by; nothing where it did not.</param>
/// <param name="ByName">Who changed it.</param>
public sealed record ProgrammeChanged(ProgrammeTerms Terms, Money Added, string ByName) : ProgrammeLifeEvent;

/// <summary>The programme takes no applications and awards nothing any more. Its vouchers and claims live on.</summary>
public sealed record ProgrammeClosed(string Note, string ByName) : ProgrammeLifeEvent;
