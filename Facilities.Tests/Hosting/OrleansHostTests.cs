#if ORLEANS
using System.Text.Json;
using Facilities.Grains.Kernel;
using Facilities.Grains.Runtime;
using Facilities.Tests.StorageContract;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Facilities.Tests.Hosting;

/// <summary>
/// What only this host can get wrong: that a message survives the wire, and that none is copied without need.
/// </summary>
public sealed class OrleansHostTests(SqliteFixture database) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task A_message_reads_in_another_process_as_it_was_written()
    {
        using var host = await GrainHostTests.Start(database.Options);
        var wire = host.Services.GetRequiredService<Serializer>();
        Assert.All(MessageTests.Samples, sample =>
        {
            var read = wire.Deserialize<object>(wire.SerializeToArray(sample));
            Assert.IsType(sample.GetType(), read);
            Assert.Equal(JsonSerializer.Serialize(sample, Json.Options), JsonSerializer.Serialize(read, Json.Options));
        });
    }

    [Fact]
    public async Task That_the_database_is_away_reads_in_another_process_as_it_was_thrown()
    {
        using var host = await GrainHostTests.Start(database.Options);
        var wire = host.Services.GetRequiredService<Serializer>();
        Exception fault = new StorageUnavailableException("Away.", new TimeoutException("10 s"));
        var read = Assert.IsType<StorageUnavailableException>(
            wire.Deserialize<Exception>(wire.SerializeToArray(fault)));
        Assert.Equal("Away.", read.Message);
        Assert.IsType<TimeoutException>(read.InnerException);
    }

    [Fact]
    public async Task Within_one_process_a_message_is_not_copied()
    {
        using var host = await GrainHostTests.Start(database.Options);
        var copier = host.Services.GetRequiredService<DeepCopier>();
        Assert.All(
            MessageTests.Samples.Where(s => !s.GetType().IsValueType),
            sample => Assert.Same(sample, copier.Copy(sample)));
    }

    [Theory]
    [InlineData("GrainHost:Clustering", "zookeeper")]
    [InlineData("GrainHost:Clustering", "postgres")]
    [InlineData("GrainHost:Port", "0")]
    public void A_setting_that_cannot_be_is_named(string setting, string value)
    {
        var fault = Assert.Throws<InvalidOperationException>(() => GrainHostTests.Compose((setting, value)).Build());
        Assert.Contains(setting, fault.Message, StringComparison.Ordinal);
    }
}
#endif
