using System.Globalization;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Budgets.Forecasting;

/// <summary>
/// What the scopes that have budgets spent by day. The store is asked once for each kind of scope, however many there
/// are: for all days when a scope is new, and else for the last few, since what was settled late belongs to the day on
/// which it started.
/// </summary>
internal sealed class SpendHistories(IUsageStore store, OrgDays days)
{
    /// <summary>Complete days: a quarter's, of which a forecast uses <see cref="SpendHistory.DaysMax"/>.</summary>
    public const int DaysKept = 92;

    private const int DaysRead = 3;

    private readonly Dictionary<BudgetScope, ScopeSpend> _scopes = [];
    private IReadOnlyList<Team> _teams = [];

    /// <summary>When in a day the org spends.</summary>
    public HourShape Hours { get; private set; } = HourShape.Even;

    public ScopeSpend? Find(BudgetScope scope) => _scopes.GetValueOrDefault(scope);

    /// <summary>Brings the histories of these scopes, and of no others, to a moment.</summary>
    public async ValueTask ReadAsync(
        IEnumerable<BudgetScope> scopes, DirectorySnapshot directory, DateTimeOffset now, CancellationToken ct)
    {
        var (today, _) = days.At(now);
        if (!_teams.SequenceEqual(directory.Data.Teams))
        {
            // A team that moved takes its past along, as in every other sum over the tree.
            _teams = directory.Data.Teams;
            Forget(scope => scope.Kind == BudgetScopeKind.Team);
        }

        var wanted = scopes.Append(BudgetScope.Org).ToHashSet();
        Forget(scope => !wanted.Contains(scope) || _scopes[scope].Today > today);
        foreach (var kind in wanted.GroupBy(scope => scope.Kind))
        {
            var isNew = kind.Any(scope => !_scopes.ContainsKey(scope));
            var oldest = kind.Select(Find).Min(spend => spend?.Today) ?? today;
            var from = isNew || oldest.AddDays(DaysRead) < today ? today.AddDays(-DaysKept) : today.AddDays(1 - DaysRead);
            await ReadAsync([.. kind], directory.Teams, from, today, ct);
        }

        Hours = await OrgHours.ReadAsync(store, days, today, ct);
    }

    private void Forget(Func<BudgetScope, bool> which)
    {
        foreach (var scope in _scopes.Keys.Where(which).ToList())
        {
            _scopes.Remove(scope);
        }
    }

    private async ValueTask ReadAsync(
        List<BudgetScope> scopes, TeamTree teams, DateOnly from, DateOnly today, CancellationToken ct)
    {
        var kind = scopes[0].Kind;
        var rows = await store.QueryAllAsync(
            new UsageQuery(
                days.StartOf(from), days.StartOf(today.AddDays(1)), [UsageDimension.Day, .. BudgetScopes.Dimension(kind)]),
            ct);
        foreach (var scope in scopes)
        {
            if (!_scopes.TryGetValue(scope, out var spend))
            {
                _scopes[scope] = spend = new ScopeSpend();
            }

            spend.MoveTo(today);
            spend.Clear(from);
        }

        var find = BudgetScopes.Finder(scopes, scope => scope, kind, teams);
        foreach (var row in rows)
        {
            var day = DateOnly.ParseExact(row.Group[0], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            foreach (var scope in find(row.Group.Count > 1 ? row.Group[1] : ""))
            {
                _scopes[scope].Add(day, row.Cost.Nanos, row.Counts.TotalTokens);
            }
        }
    }
}
