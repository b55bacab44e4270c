using Facilities.Silo.Verification;
using Facilities.Tests.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Facilities.Tests.Verification;

/// <summary>Each kind of damage is named by the check that is there for it.</summary>
public sealed class VerifierTests
{
    [Fact]
    public async Task A_sound_database_has_no_fault()
    {
        using var database = await DemonstrationDatabase.Copy();
        Assert.Empty((await Check(database)).ByName);
    }

    // Two bookings that both lie ahead at one platform get the same slot.
    private const string SameSlot = """
        update events set data = json_set(data, '$.slots', (
          select json_extract(data, '$.slots') from events where stream = 'platform/biopmed-imaging'
            and name = 'platform.slotsHeld.v1' and json_extract(data, '$.booking') =
              (select booking_id from booking_items where platform_id = 'biopmed-imaging' and status = 'held')))
        where stream = 'platform/biopmed-imaging' and name = 'platform.slotsHeld.v1'
          and json_extract(data, '$.booking') =
          (select booking_id from booking_items where platform_id = 'biopmed-imaging' and status = 'confirmed'
            and service_id = 'mri-half-day' order by starts_at desc limit 1)
        """;

    private const string FirmForAnother = """
        update events set data = json_set(data, '$.booking', 'another') where name = 'platform.slotsFirmed.v1'
          and json_extract(data, '$.booking') = 'demo-30'
        """;

    private const string InvoiceForAnother = """
        update events set data = json_set(data, '$.booking', 'another') where name = 'platform.invoiceIssued.v1'
          and json_extract(data, '$.booking') = 'demo-02'
        """;

    private const string OnePerGroup = """
        update events set data = json_set(data, '$.terms.rules', json('{"perGroup": 1}'))
        where stream = 'programme/berlin-abroad' and version = 1;
        """;

    private const string OneUndertaking = OnePerGroup + """
        update events set data = json_set(data, '$.undertaking', 'one')
        where stream = 'programme/berlin-abroad' and name = 'programme.awardPrepared.v1';
        """;

    // The first two awards are of undertakings that had become one before.
    private const string United = OnePerGroup + """
        insert into events (stream, version, name, data, at, command, "by")
        select 'undertaking/DE/' || json_extract(first.data, '$.undertaking'), 1000, 'undertaking.joined.v1',
          json_object('other', json_extract(next.data, '$.undertaking'), 'entries', json('[]')),
          '2020-01-01T00:00:00.000000Z', 'x', 'x'
        from events first join events next on next.stream = first.stream and next.name = first.name
          and next.version > first.version
        where first.stream = 'programme/berlin-abroad' and first.name = 'programme.awardPrepared.v1'
        order by first.version, next.version limit 1;
        """;

    [Fact]
    public async Task A_limit_per_group_lets_each_group_have_what_it_allows()
    {
        using var database = await DemonstrationDatabase.Copy();
        database.Execute(OnePerGroup);
        Assert.DoesNotContain("groupLimitExceeded", (await Check(database)).ByName.Keys);
    }

    [Theory]
    [InlineData("groupLimitExceeded", OneUndertaking)]
    [InlineData("groupLimitExceeded", United)]
    [InlineData("doubleBooking", SameSlot)]
    [InlineData("unitUnknown", """
        update events set data = json_set(data, '$.slots[0].units[0].units[0]', 7)
        where position = (select min(position) from events where name = 'platform.slotsHeld.v1')
        """)]
    [InlineData("slotMissing", """
        update events set name = 'platform.slotsReleased.v1' where name = 'platform.slotsFirmed.v1'
          and json_extract(data, '$.booking') =
            (select booking_id from booking_items where service_id = 'wgs-run' and status = 'confirmed')
        """)]
    [InlineData("slotLeftBehind", """
        update events set data = json_set(data, '$.booking', 'another') where position =
          (select min(position) from events where name = 'platform.slotsReleased.v1')
        """)]
    [InlineData("voucherOverdrawn", """
        update events set data = json_set(data, '$.parts[0].amount.amount', 6000) where position =
          (select min(position) from events where name = 'account.vouchersReserved.v1'
            and stream = 'account/havel-biologics'
            and json_array_length(data, '$.parts') > 0)
        """)]
    [InlineData("budgetExceeded", """
        update events set data = json_set(data, '$.terms.budget.amount', 6000)
        where stream = 'programme/berlin-abroad' and version = 1
        """)]
    [InlineData("ledgerNegative", """
        update events set data = json_set(data, '$.budget.amount', 100) where stream = 'cluster/biopmed' and version = 2
        """)]
    [InlineData("ledgerNegative", """
        update events set data = json_set(data, '$.parts[0].amount.amount', 1)
        where name = 'account.vouchersRedeemed.v1' and json_extract(data, '$.booking') = 'demo-01'
        """)]
    [InlineData("gatePassedOver", """
        update events set data = json_set(data, '$.platform', 'another') where position = (
          select e.position from events e join bookings b on e.stream = 'booking/' || b.key
          where e.name = 'booking.approved.v1' and b.status = 'confirmed' limit 1)
        """)]
    [InlineData("signatureBroken", """
        update events set data = json_set(data, '$.signature.contentHash', 'sha256:00') where position =
          (select min(position) from events where name = 'booking.contractSigned.v1')
        """)]
    [InlineData("contractChanged", """
        update events set data = json_set(data, '$.purpose', 'Something else') where position =
          (select min(position) from events where name = 'booking.requested.v1')
        """)]
    [InlineData("sealBroken", """
        update events set data = json_set(data, '$.quote.net.amount', 1) where position =
          (select min(position) from events where name = 'booking.requested.v1')
        """)]
    [InlineData("processStuck", """
        delete from events where position = (select max(position) from events e where name = 'booking.partsFollowed.v1'
          and not exists (select 1 from events later where later.stream = e.stream and later.version > e.version))
        """)]
    [InlineData("logGap", "delete from events where stream = 'booking/demo-01' and version = 3")]
    [InlineData("eventUnreadable",
        "update events set name = 'booking.dreamt.v1' where stream = 'booking/demo-02' and version = 2")]
    [InlineData("eventImpossible", """
        update events set name = 'booking.held.v1', data = '{}' where stream = 'booking/demo-02' and version = 1
        """)]
    [InlineData("streamUnknown", "update events set stream = 'comet/halley' where stream = 'booking/demo-01'")]
    [InlineData("slotDiffers", """
        update events set data = json_set(data, '$.slots[0].busy.start', '2026-09-04T10:31:00Z')
        where name = 'platform.slotsHeld.v1' and json_extract(data, '$.booking') = 'demo-01'
        """)]
    [InlineData("firmSlotMissing", FirmForAnother)]
    [InlineData("firmSlotLeftBehind", FirmForAnother)]
    [InlineData("voucherMissing", """
        update events set name = 'account.vouchersReleased.v1' where name = 'account.vouchersFirmed.v1'
          and json_extract(data, '$.booking') = 'demo-30'
        """)]
    [InlineData("voucherLeftBehind", """
        update events set data = json_set(data, '$.booking', 'another') where name = 'account.vouchersReleased.v1'
          and json_extract(data, '$.booking') = 'demo-59'
        """)]
    [InlineData("voucherDiffers", """
        update events set data = json_set(data, '$.parts[0].amount.amount', 1)
        where name = 'account.vouchersRedeemed.v1' and json_extract(data, '$.booking') = 'demo-01'
        """)]
    [InlineData("coFinancingMissing", """
        update events set name = 'cluster.coFinancingReleased.v1', data = json_remove(data, '$.amount')
        where name = 'cluster.coFinancingOwed.v1' and json_extract(data, '$.booking') = 'demo-01'
        """)]
    [InlineData("coFinancingLeftBehind", """
        update events set data = json_set(data, '$.booking', 'another')
        where name = 'cluster.coFinancingReleased.v1' and json_extract(data, '$.booking') = 'demo-59'
        """)]
    [InlineData("coFinancingDiffers", """
        update events set data = json_set(data, '$.amount.amount', 1)
        where name = 'cluster.coFinancingOwed.v1' and json_extract(data, '$.booking') = 'demo-01'
        """)]
    [InlineData("claimMissing", """
        update events set data = json_set(data, '$.claim.booking', 'another')
        where name = 'programme.claimOpened.v1' and json_extract(data, '$.claim.booking') = 'demo-01'
        """)]
    [InlineData("claimLeftBehind", """
        update events set data = json_set(data, '$.claim.booking', 'demo-30')
        where name = 'programme.claimOpened.v1' and json_extract(data, '$.claim.booking') = 'demo-01'
        """)]
    [InlineData("claimDiffers", """
        update events set data = json_set(data, '$.claim.amount.amount', 1)
        where name = 'programme.claimOpened.v1' and json_extract(data, '$.claim.booking') = 'demo-01'
        """)]
    [InlineData("claimOutcomeDiffers", """
        update events set data = json_set(data, '$.paid', json('false')) where name = 'booking.claimSettled.v1'
          and stream = 'booking/demo-01'
        """)]
    [InlineData("invoiceMissing", InvoiceForAnother)]
    [InlineData("invoiceLeftBehind", InvoiceForAnother)]
    [InlineData("invoiceDiffers", """
        update events set data = json_set(data, '$.payable.amount', 1) where name = 'booking.invoiced.v1'
          and stream = 'booking/demo-02'
        """)]
    [InlineData("awardMissing", """
        update events set data = json_set(data, '$.voucher', 'v-other') where name = 'account.voucherReceived.v1'
          and stream = 'account/spree-diagnostics'
        """)]
    [InlineData("awardDiffers", """
        update events set data = json_set(data, '$.faceValue.amount', 6000) where name = 'account.voucherReceived.v1'
          and stream = 'account/spree-diagnostics'
        """)]
    [InlineData("projectionDiffers",
        "update postings set amount = amount + 1 where key = (select min(key) from postings)")]
    [InlineData("projectionDiffers", "update vouchers set body = json_set(body, '$.reserved.amount', 1)")]
    [InlineData("projectionDiffers", "update claims set status = 'paid' where status = 'open'")]
    [InlineData("projectionDiffers", "update booking_items set starts_at = ends_at where booking_id = 'demo-01'")]
    [InlineData("projectionMissing", "delete from invoices where key = (select max(key) from invoices)")]
    [InlineData("projectionMissing", "delete from agreements")]
    [InlineData("projectionExtra", "insert into bookings (key, body) values ('stray', '{}')")]
    public async Task Damage_is_named(string fault, string damage)
    {
        using var database = await DemonstrationDatabase.Copy();
        Assert.True(database.Execute(damage) > 0, "Nothing was damaged.");
        Assert.Contains(fault, (await Check(database)).ByName.Keys);
    }

    private static async Task<Faults> Check(DemonstrationDatabase database)
    {
        await using var services = database.Services();
        return await services.GetRequiredService<Verifier>().Check(TextWriter.Null);
    }
}
