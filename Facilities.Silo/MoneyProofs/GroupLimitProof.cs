using System.Collections.Immutable;
using Facilities.Grains.Programmes;
using Facilities.Grains.Runtime;
using Facilities.Grains.Undertakings;
using Facilities.Silo.Verification;
using NodaTime;

namespace Facilities.Silo.MoneyProofs;

/// <summary>
/// No award broke the limit per group that held at its time, reckoned here from the awards and the unions of
/// undertakings alone. What was withdrawn counts no more; what was revoked or given back still does.
/// </summary>
internal sealed class GroupLimitProof(StreamName stream, Unions unions, Faults faults) : StreamProof
{
    private readonly Dictionary<string, Dictionary<int, int>> counts = [];
    private readonly Dictionary<string, (string Name, int Year)> prepared = [];
    private ProgrammeTerms? terms;

    public override void See(StoredEvent stored, object happened)
    {
        switch (happened)
        {
            case ProgrammePublished e:
                terms = e.Terms;
                break;
            case ProgrammeChanged e:
                terms = e.Terms;
                break;
            case AwardPrepared e:
                prepared[e.Voucher.Value] = Add(e.Undertaking ?? e.Account.Value, e.GrantedOn.Year, 1);
                Judge(stored, e.Undertaking, e.Account.Value, e.GrantedOn.Year);
                break;
            case AwardWithdrawn e:
                if (prepared.Remove(e.Voucher.Value, out var withdrawn)) Add(withdrawn.Name, withdrawn.Year, -1);
                break;
            case VoucherAwarded e when !prepared.Remove(e.Voucher.Value):
                var year = stored.At.InZone(DateTimeZoneProviders.Tzdb[terms!.TimeZone]).Year;
                Add(e.Undertaking ?? e.Account.Value, year, 1);
                Judge(stored, e.Undertaking, e.Account.Value, year);
                break;
        }
    }

    private (string Name, int Year) Add(string name, int year, int awards)
    {
        if (!counts.TryGetValue(name, out var years)) counts[name] = years = [];
        years[year] = years.GetValueOrDefault(year) + awards;
        return (name, year);
    }

    /// <summary>Awards of older versions, which kept no undertaking, count and were not judged.</summary>
    private void Judge(StoredEvent stored, string? undertaking, string account, int year)
    {
        var rules = terms!.EffectiveRules;
        if (undertaking is null || rules is { PerGroup: null, PerGroupAndYear: null }) return;
        var group = unions.GroupOf(undertaking, terms.Country, stored.At).Add(account);
        var counted = group.Select(name => counts.GetValueOrDefault(name)).OfType<Dictionary<int, int>>().ToArray();
        var (thisYear, inAll) = (
            counted.Sum(years => years.GetValueOrDefault(year)), counted.Sum(years => years.Values.Sum()));
        if (thisYear > rules.PerGroupAndYear)
            Exceeded($"{thisYear} vouchers in {year}, of at most {rules.PerGroupAndYear}");
        if (inAll > rules.PerGroup) Exceeded($"{inAll} vouchers in all, of at most {rules.PerGroup}");

        void Exceeded(string what) => faults.Add(
            "groupLimitExceeded", $"{stream}#{stored.Version}",
            $"with {account}, {string.Join(", ", group)} were awarded {what}.");
    }
}

/// <summary>Which undertakings became one, and when. They are few, so that all are remembered.</summary>
internal sealed class Unions(ImmutableArray<Unions.Union> all)
{
    // An award that was being decided while a union was made may not know of it yet.
    private static readonly Duration Known = Duration.FromHours(1);

    public static async Task<Unions> Read(StillView view)
    {
        var all = ImmutableArray.CreateBuilder<Union>();
        await foreach (var stored in view.Named("undertaking", "undertaking.joined.v1"))
        {
            try
            {
                var other = ((UndertakingJoined)EventNames.Read(stored.Event)).Other;
                if (stored.Stream.Key.Split('/', 2) is [var country, var into])
                    all.Add(new(country, other, into, stored.At));
            }
            catch (Exception cause) when (OpenStream.IsDamage(cause))
            {
                // The walk through the log names it where it stands.
            }
        }
        return new(all.ToImmutable());
    }

    /// <summary>All names of an undertaking that were one with it, by what was known at an instant.</summary>
    public ImmutableSortedSet<string> GroupOf(string undertaking, string country, Instant at)
    {
        var register = GrantingCountries.All.Contains(country) ? country : GrantingCountries.All[0];
        var known = all.Where(u => u.Country == register && u.At <= at - Known).ToArray();
        var group = ImmutableSortedSet.Create<string>(StringComparer.Ordinal, undertaking);
        while (known.FirstOrDefault(u => group.Contains(u.Other) != group.Contains(u.Into)) is { } next)
            group = group.Add(next.Other).Add(next.Into);
        return group;
    }

    /// <summary>One became part of another, in the register of a country.</summary>
    internal sealed record Union(string Country, string Other, string Into, Instant At);
}
