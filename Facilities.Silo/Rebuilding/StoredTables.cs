using System.Collections.Immutable;

namespace Facilities.Silo.Rebuilding;

/// <summary>What every table of the database is: a table that is missing here is found by a test.</summary>
public static class StoredTables
{
    /// <summary>The log and what belongs to it. It is what everything else is proved by and can be made from.</summary>
    public static readonly ImmutableArray<string> Log = ["events", "commands", "outbox"];

    /// <summary>Rows that follow from the events alone, each with the column <c>key</c>; can be made again.</summary>
    public static readonly ImmutableArray<string> Projections =
    [
        "accounts", "agreements", "aid_entries", "application_checks", "applications",
        "booking_items", "bookings", "claims", "clusters", "invoices",
        "platforms", "postings", "programme_drafts", "programmes", "vouchers", "waitlist",
    ];

    /// <summary>Work that falls due; follows from the events too, by stream and name.</summary>
    public const string Due = "due";

    /// <summary>States that shorten replay; compared with it, and left to be written anew.</summary>
    public const string Snapshots = "snapshots";

    /// <summary>What stands nowhere else: lost, it is had back from a backup alone.</summary>
    public static readonly ImmutableArray<string> Primary =
    [
        "calendars", "data_protection_keys", "exchange_rates", "feed_tokens", "memberships", "payment_notices",
        "people", "quotes", "requests", "schema_migrations", "settings", "tokens",
    ];

    /// <summary>What <c>rebuild</c> can make again.</summary>
    public static readonly ImmutableArray<string> Rebuilt = [.. Projections, Due];
}
