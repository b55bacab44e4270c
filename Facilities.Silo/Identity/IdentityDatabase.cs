using System.Text.RegularExpressions;
using Facilities.Silo.Calendars;
using Facilities.Silo.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.Identity;

/// <summary>The identity tables as Entity Framework sees them; our numbered migrations make them.</summary>
public sealed partial class IdentityDatabase(DbContextOptions<IdentityDatabase> options) : DbContext(options)
{
    public DbSet<Person> People => Set<Person>();
    internal DbSet<MembershipRow> Memberships => Set<MembershipRow>();
    internal DbSet<TokenRow> Tokens => Set<TokenRow>();
    internal DbSet<FeedTokenRow> FeedTokens => Set<FeedTokenRow>();
    internal DbSet<CalendarRow> Calendars => Set<CalendarRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Instant>().HaveConversion<InstantConverter>();
        configurationBuilder.Properties<LocalDate>().HaveConversion<DateConverter>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MillisecondsConverter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Person>(person =>
        {
            person.ToTable("people").HasKey(p => p.Id);
            person.Property(p => p.ConcurrencyStamp).IsConcurrencyToken();
            person.Ignore(p => p.PhoneNumber).Ignore(p => p.PhoneNumberConfirmed);
        });
        modelBuilder.Entity<MembershipRow>(membership =>
        {
            membership.ToTable("memberships").HasKey(m => new { m.PersonId, m.Kind, m.OrganisationId });
            membership.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId);
        });
        modelBuilder.Entity<TokenRow>(token =>
        {
            token.ToTable("tokens").HasKey(t => t.Id);
            token.HasOne<Person>().WithMany().HasForeignKey(t => t.PersonId);
        });
        modelBuilder.Entity<FeedTokenRow>(token =>
        {
            token.ToTable("feed_tokens").HasKey(t => t.Id);
            token.HasOne<Person>().WithMany().HasForeignKey(t => t.PersonId);
        });
        modelBuilder.Entity<CalendarRow>(calendar =>
        {
            calendar.ToTable("calendars").HasKey(c => c.Id);
            calendar.Ignore(c => c.Calendar).Ignore(c => c.Platform);
        });
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
                property.SetColumnName(WordStart.Replace(property.Name, "_$1").ToLowerInvariant());
    }

    [GeneratedRegex("(?<!^)([A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex WordStart { get; }

    private sealed class InstantConverter() : ValueConverter<Instant, long>(
        instant => instant.ToUnixTimeMilliseconds(), stored => Instant.FromUnixTimeMilliseconds(stored));

    private sealed class DateConverter() : ValueConverter<LocalDate, string>(
        date => LocalDatePattern.Iso.Format(date), stored => LocalDatePattern.Iso.Parse(stored).Value);

    private sealed class MillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));
}
