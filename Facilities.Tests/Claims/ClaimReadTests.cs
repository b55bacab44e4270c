using Facilities.Grains.Programmes;
using Facilities.Silo.Programmes;
using Facilities.Silo.Storage;
using Facilities.Tests.Verification;

namespace Facilities.Tests.Claims;

/// <summary>Claims are read a page at a time, those that wait first.</summary>
public sealed class ClaimReadTests
{
    private static readonly ClaimStatus[] Waiting = [ClaimStatus.Open, ClaimStatus.Queried, ClaimStatus.Approved];

    [Theory]
    [InlineData(StorageProvider.Sqlite)]
    [InlineData(StorageProvider.Postgres)]
    public async Task Pages_of_claims_follow_each_other_without_gap_and_in_order(StorageProvider provider)
    {
        await using var database = await SoundDatabase.Copy(provider);
        var reads = new ClaimReads(database.Dialect);
        var counts = await new ProgrammeLists(database.Dialect).ClaimCounts(new("berlin-abroad"));
        var whole = await reads.Page(new("berlin-abroad"), null, null, 1_000);
        Assert.Equal(counts.Values.Sum(), whole.Length);
        Assert.True(whole.Length > 1);
        Assert.Equal(
            whole.OrderBy(c => Array.IndexOf(Waiting, c.Status) is >= 0 and var place ? place : Waiting.Length)
                .ThenByDescending(c => c.OpenedAt).ThenByDescending(c => c.Claim.Id.Value, StringComparer.Ordinal)
                .Select(c => c.Claim.Id),
            whole.Select(c => c.Claim.Id));

        foreach (var limit in new[] { 1, 2 })
        {
            var paged = new List<ClaimStanding>();
            ClaimPlace? behind = null;
            while (await reads.Page(new("berlin-abroad"), null, behind, limit) is { IsEmpty: false } page)
            {
                paged.AddRange(page);
                behind = ClaimPlace.Of(ClaimPlace.Of(page[^1]).Texts);
            }
            Assert.Equal(whole.Select(c => c.Claim.Id), paged.Select(c => c.Claim.Id));
        }
        foreach (var (status, count) in counts)
            Assert.Equal(count, (await reads.Page(new("berlin-abroad"), status, null, 1_000)).Count(
                c => c.Status == status));
    }
}
