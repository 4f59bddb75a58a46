namespace EqualitiesPlatform.Ledger.Tests;

public sealed class ClusterSchemaTests
{
    [Fact]
    public async Task Eight_silos_that_start_at_once_leave_one_schema_and_later_ones_change_nothing()
    {
        await using var database = await ClusterDatabase.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClusterSchema.ApplyAsync(database.Source, default)));
        var first = await database.ScalarAsync<string>("SELECT string_agg(querykey || xmin, ',' ORDER BY querykey) FROM orleansquery");
        await ClusterSchema.ApplyAsync(database.Source, default);
        var second = await database.ScalarAsync<string>("SELECT string_agg(querykey || xmin, ',' ORDER BY querykey) FROM orleansquery");

        second.Should().Be(first);
        (await database.ScalarAsync<long>("SELECT count(*) FROM orleansquery")).Should().Be(17);
    }

    [Fact]
    public async Task A_query_of_an_earlier_release_is_replaced()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await ClusterSchema.ApplyAsync(database.Source, default);
        await database.ExecuteAsync("UPDATE orleansquery SET querytext = 'old' WHERE querykey = 'GatewaysQueryKey'");

        await ClusterSchema.ApplyAsync(database.Source, default);

        (await database.ScalarAsync<string>("SELECT querytext FROM orleansquery WHERE querykey = 'GatewaysQueryKey'"))
            .Should().Contain("proxyport");
    }
}
