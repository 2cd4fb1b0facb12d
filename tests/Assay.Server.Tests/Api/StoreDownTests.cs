using System.Net;
using Microsoft.Data.Sqlite;

namespace Assay.Server.Tests.Api;

public sealed class StoreDownTests : IAsyncLifetime
{
    private readonly ApiHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_store_that_is_down_is_a_503_that_says_so_and_keys_still_work()
    {
        _host.Balances.Fault = new SqliteException("disk I/O error", 10);

        (await _host.As("ada").Get("/budgets")).ShouldBe(HttpStatusCode.ServiceUnavailable)
            .Field("title").ShouldBe("The store cannot be reached.");
        (await _host.As("ada").Get("/me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_bug_is_a_500_without_its_details()
    {
        _host.Balances.Fault = new InvalidOperationException("something internal");

        (await _host.As("ada").Get("/budgets")).ShouldBe(HttpStatusCode.InternalServerError)
            .Text.ShouldNotContain("internal\"");
    }

    [Fact]
    public async Task Many_who_create_the_same_at_once_make_one()
    {
        var admin = _host.As("root");

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => admin.Post(
            "/budgets", """{"scope":"use:racing","window":"day","limit":"1"}""")));
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => admin.Post(
            "/keys", """{"owner":"ada@example.com","name":"racing"}""")));

        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(15);
        keys.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        keys.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(15);
        _host.Snapshots.Current.Data.Budgets.Count.ShouldBe(1);
    }
}
