using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Server.Store.Sqlite;
using Assay.Server.Tests.Directory;
using Assay.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Budgets.Forecasting;

/// <summary>The forecasts over a real store with <see cref="SampleOrg"/>; the clock stands on a Monday at noon.</summary>
internal sealed class ForecastBench : IAsyncDisposable, IBudgetForecastEvents, IBudgetBalances
{
    public static readonly DateOnly Today = new(2026, 8, 17);

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-forecast-").FullName;
    private readonly DirectorySnapshots _snapshots;
    private readonly SqliteStore _store;
    private long _position;

    private ForecastBench(TimeZoneInfo zone)
    {
        _store = new SqliteStore(
            Path.Combine(_folder, "assay.db"), new StoreOptions { TimeZone = zone, Clock = Clock });
        _snapshots = new DirectorySnapshots(_store.Directory, [], Clock, NullLogger<DirectorySnapshots>.Instance);
        var days = new OrgDays(new BudgetWindows(zone));
        Histories = new SpendHistories(_store.Usage, days);
        Forecasts = new BudgetForecasts(
            _snapshots, Histories, this, this, days, Clock, NullLogger<BudgetForecasts>.Instance);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ManualTime Clock { get; } = new();

    public SpendHistories Histories { get; }

    public BudgetForecasts Forecasts { get; }

    public List<BudgetForecastWarning> Warnings { get; } = [];

    /// <summary>Thrown at whoever warns.</summary>
    public Exception? Deaf { get; set; }

    /// <summary>Empty for a gateway that keeps no balances.</summary>
    public Dictionary<string, BudgetBalance> Balances { get; } = new(StringComparer.Ordinal);

    public static async Task<ForecastBench> OpenAsync(TimeZoneInfo? zone, params Budget[] budgets)
    {
        var bench = new ForecastBench(zone ?? TimeZoneInfo.Utc);
        await bench._store.MigrateAsync(Ct);
        await bench.ChangeAsync(
        [
            .. SampleOrg.Teams.Select(t => new DirectoryChange.PutTeam(t)),
            .. SampleOrg.People.Select(p => new DirectoryChange.PutPerson(p)),
            .. SampleOrg.Agents.Select(a => new DirectoryChange.PutAgent(a)),
            .. SampleOrg.Data().Keys.Select(k => new DirectoryChange.PutKey(k)),
            .. budgets.Select(b => new DirectoryChange.PutBudget(b)),
        ]);
        return bench;
    }

    public async Task ChangeAsync(params DirectoryChange[] changes)
    {
        await _store.Directory.ChangeAsync(changes, "test", Ct);
        await _snapshots.RefreshAsync(Ct);
    }

    public ValueTask RefreshAsync() => Forecasts.RefreshAsync(Ct);

    /// <summary>One call of a person, at nine in the morning UTC.</summary>
    public async Task SpendAsync(DateOnly day, long dollars, string person = "ada", string model = "gpt-5", bool asAgent = false)
    {
        var at = new DateTimeOffset(day.ToDateTime(new TimeOnly(9, 0)), TimeSpan.Zero).ToUnixTimeMilliseconds();
        var known = SampleOrg.People.Single(p => p.Id == "p_" + person);
        await _store.Usage.ApplyAsync("node", _position, ++_position, [new UsageEvent
        {
            Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at)),
            RequestId = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at)),
            StartedAtMs = at,
            KeyId = asAgent ? "k_ci" : "k_" + person,
            PersonId = known.Id,
            AgentId = asAgent ? "ci" : "",
            TeamId = asAgent ? "infra" : known.TeamId,
            UseCase = "coding",
            Provider = "openai",
            Model = model,
            Status = 200,
            Counts = new UsageCounts { [UsageClass.Input] = 1000 * dollars },
            Cost = NanoUsd.FromDollars(dollars),
        }], Ct);
    }

    /// <summary>So many dollars on each of the days before today.</summary>
    public async Task SpendDailyAsync(int days, long dollars, string person = "ada", string model = "gpt-5")
    {
        for (var d = days; d > 0; d--)
        {
            await SpendAsync(Today.AddDays(-d), dollars, person, model);
        }
    }

    public ValueTask WarnAsync(BudgetForecastWarning warning, CancellationToken ct = default)
    {
        if (Deaf is { } fault)
        {
            throw fault;
        }

        Warnings.Add(warning);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyDictionary<string, BudgetBalance>> BalancesAsync(
        IReadOnlyList<Budget> budgets, CancellationToken ct = default) =>
        ValueTask.FromResult<IReadOnlyDictionary<string, BudgetBalance>>(Balances);

    public async ValueTask DisposeAsync()
    {
        Forecasts.Dispose();
        _snapshots.Dispose();
        await _store.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }
}
