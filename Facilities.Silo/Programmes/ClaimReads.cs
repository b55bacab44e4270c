using System.Collections.Immutable;
using System.Globalization;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using Facilities.Silo.Storage;
using NodaTime;
using NodaTime.Text;

namespace Facilities.Silo.Programmes;

/// <summary>Where a page of claims begins: behind this one.</summary>
/// <param name="Rank">Of its status, in the order in which officers look at claims.</param>
public sealed record ClaimPlace(int Rank, Instant At, string Key)
{
    public string[] Texts =>
        [Rank.ToString(CultureInfo.InvariantCulture), InstantPattern.ExtendedIso.Format(At), Key];

    public static ClaimPlace Of(ClaimStanding standing) =>
        new(ClaimReads.RankOf(standing.Status), standing.OpenedAt, standing.Claim.Id.Value);

    public static ClaimPlace? Of(string[]? texts) =>
        texts is [var rank, var at, var key] && int.TryParse(rank, CultureInfo.InvariantCulture, out var number)
        && InstantPattern.ExtendedIso.Parse(at) is { Success: true, Value: var instant }
            ? new(number, instant, key)
            : null;
}

/// <summary>Claims of a programme, read a page at a time from their index: they grow without end.</summary>
public sealed class ClaimReads(IDatabase database)
{
    /// <summary>Those that wait come first, then those that are over; of each the newest first.</summary>
    public Task<ImmutableArray<ClaimStanding>> Page(
        ProgrammeId programme, ClaimStatus? status, ClaimPlace? behind, int limit)
    {
        var parts = Enum.GetValues<ClaimStatus>()
            .Where(one => (status is null || one == status) && RankOf(one) >= (behind?.Rank ?? 0))
            .Select(one => $"""
                select * from (
                  select {RankOf(one)} as place, opened_at, key, body from claims
                  where programme_id = @programme and status = '{Refusal.NameOf(one)}'
                  {(behind?.Rank == RankOf(one) ? "and (opened_at, key) < (@At, @Key)" : "")}
                  order by opened_at desc, key desc limit @limit) as {Refusal.NameOf(one)}_claims
                """).ToArray();
        return parts.Length == 0
            ? Task.FromResult(ImmutableArray<ClaimStanding>.Empty)
            : database.Bodies<ClaimStanding>(
                $"select body from ({string.Join(" union all ", parts)}) as found "
                    + "order by place, opened_at desc, key desc limit @limit",
                new { programme = programme.Value, behind?.At, behind?.Key, limit });
    }

    internal static int RankOf(ClaimStatus status) => status switch
    {
        ClaimStatus.Open => 0,
        ClaimStatus.Queried => 1,
        ClaimStatus.Approved => 2,
        _ => 3,
    };
}
