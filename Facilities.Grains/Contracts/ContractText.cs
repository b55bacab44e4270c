using System.Collections.Immutable;
using Facilities.Grains.Kernel;

namespace Facilities.Grains.Contracts;

/// <summary>A contract as content: every rendering is made from this, and its hash is taken over one of them.</summary>
/// <param name="TemplateId">Which template.</param>
/// <param name="TemplateVersion">Which version of it.</param>
/// <param name="Booking">For which booking.</param>
/// <param name="Title">The heading.</param>
/// <param name="Parties">The customer, then each provider.</param>
/// <param name="Clauses">In order.</param>
public sealed record ContractText(
    string TemplateId, string TemplateVersion, BookingId Booking, string Title, ImmutableArray<ContractParty> Parties,
    ImmutableArray<ContractClause> Clauses)
{
    /// <summary><c>sha256:</c> and the hash of the markdown, which both sides sign.</summary>
    public string ContentHash => ContractMarkdown.Hash(ContractMarkdown.Render(this));
}

/// <summary>One party.</summary>
/// <param name="Role">Customer or provider.</param>
/// <param name="Name">Legal name.</param>
/// <param name="Details">Address, VAT id, contact; as lines.</param>
public sealed record ContractParty(string Role, string Name, ImmutableArray<string> Details);

/// <summary>One numbered clause.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Heading">What it is about.</param>
/// <param name="Paragraphs">Numbered within the clause, from 1.</param>
/// <param name="Tables">After the paragraphs.</param>
public sealed record ContractClause(
    int Number, string Heading, ImmutableArray<string> Paragraphs, ImmutableArray<ContractTable> Tables);

/// <summary>A table of a clause. Its last column holds amounts.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells, as many as headings.</param>
public sealed record ContractTable(
    string Caption, ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows);
