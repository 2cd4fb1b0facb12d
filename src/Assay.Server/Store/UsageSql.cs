using System.Globalization;
using Dapper;

namespace Assay.Server.Store;

/// <summary>
/// Writes the question for sums. A range is cut into whole days and whole hours, which come from rollups, and the
/// pieces of an hour at its edges, which come from single attempts; so any range is exact and long ones stay cheap.
/// </summary>
internal sealed class UsageSql(ISqlDialect dialect, LocalCalendar calendar, long retainedFromMs)
{
    // Leaves room for the arithmetic of days at both ends of what DateTimeOffset can say.
    private const long LastMs = 250_000_000_000_000;

    private static readonly string[] s_attemptSums =
    [
        "1 as requests",
        "case when u.outcome in (0, 2) then 0 else 1 end as errors",
        "case when u.marks & 1 <> 0 then 1 else 0 end as estimated",
        "case when u.marks & 2 <> 0 then 1 else 0 end as unpriced",
        "u.cost",
        "case when u.marks & 1 <> 0 then u.cost else 0 end as estimated_cost",
    ];

    private static readonly string[] s_rollupSums = [.. UsageColumns.Amounts.Select(sum => $"u.{sum}")];

    private readonly DynamicParameters _parameters = new();
    private readonly List<string> _pieces = [];

    public static string SumsOf(string alias, UsageDetail detail = UsageDetail.Classes) => string.Join(
        ", ", UsageColumns.SumsAs(detail).Select(sum => $"cast(coalesce(sum({alias}.{sum}), 0) as bigint) as {sum}"));

    /// <summary>A question whose rows are the group's values followed by <see cref="UsageColumns.SumsAs"/>.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="dialect">The database.</param>
    /// <param name="calendar">The days.</param>
    /// <param name="retainedFromMs">Attempts that started before may be gone.</param>
    /// <param name="inOrder">Otherwise the rows come in any order, and one more than the limit.</param>
    public static (string Sql, DynamicParameters Parameters) Of(
        UsageQuery query, ISqlDialect dialect, LocalCalendar calendar, long retainedFromMs, bool inOrder)
    {
        var sql = new UsageSql(dialect, calendar, retainedFromMs);
        sql.Cut(query);
        return (sql.Compose(query, inOrder), sql._parameters);
    }

    /// <summary>The conditions of a filter on a table of attempts or of rollups, with their parameters.</summary>
    public static IEnumerable<string> Conditions(UsageFilter filter, DynamicParameters parameters, ISqlDialect dialect)
    {
        (string Column, string? Value)[] names =
        [
            ("person", filter.PersonId), ("agent", filter.AgentId), ("key", filter.KeyId),
            ("use_case", filter.UseCase), ("provider", filter.Provider), ("model", filter.Model),
            ("client", filter.Client), ("requested_model", filter.RequestedModel),
            ("team", filter.WithSubteams ? null : filter.TeamId),
        ];
        foreach (var (column, value) in names.Where(name => name.Value is not null))
        {
            parameters.Add(column, StorableText.Of(value!));
            yield return $"u.{column} = (select id from name where value = @{column})";
        }

        if (filter is { TeamId: not null, WithSubteams: true })
        {
            parameters.Add("team", filter.TeamId);

            // The names one by one, by their index: there are as many as people, and few of them are these teams'.
            yield return dialect.IsIn(
                "u.team",
                "with recursive tree (id) as (select cast(@team as text) union "
                + "select team.id from team join tree on team.parent_id = tree.id) "
                + "select (select name.id from name where name.value = tree.id) from tree");
        }

        if (filter.Session is not null)
        {
            parameters.Add("session", StorableText.Of(filter.Session));
            yield return "u.session = @session";
        }
    }

    private void Cut(UsageQuery query)
    {
        var from = Math.Clamp(query.From.ToUnixTimeMilliseconds(), 0, LastMs);
        var to = Math.Clamp(query.To.ToUnixTimeMilliseconds(), from, LastMs);
        var isOfModels = IsOfModels(query);
        if (!isOfModels && (query.Filter.NeedsAttempts || query.Group.Any(IsOfAttempts)))
        {
            AddPiece(query, "usage", "started_ms", from, to);
            return;
        }

        // An edge within an hour whose attempts are gone is widened to the whole hour.
        from = from < retainedFromMs ? calendar.Of(from).Hour : from;
        to = to < retainedFromMs ? calendar.HourAtOrAfter(to) : to;
        var (firstHour, lastHour) = (calendar.HourAtOrAfter(from), calendar.Of(to).Hour);
        if (firstHour > lastHour)
        {
            AddPiece(query, "usage", "started_ms", from, to);
            return;
        }

        AddPiece(query, "usage", "started_ms", from, firstHour);
        var (firstDay, lastDay) = (calendar.DayAtOrAfter(firstHour), calendar.DayStart(lastHour));
        if (isOfModels)
        {
            AddPiece(query, "usage_model", "hour", firstHour, lastHour);
        }
        else if (firstDay >= lastDay || query.Group.Contains(UsageDimension.Hour))
        {
            AddPiece(query, "usage_hour", "hour", firstHour, lastHour);
        }
        else
        {
            AddPiece(query, "usage_hour", "hour", firstHour, firstDay);
            AddPiece(query, IsOfTeams(query) ? "usage_team" : "usage_day", "day", calendar.Of(firstDay).Day, calendar.Of(lastDay).Day);
            AddPiece(query, "usage_hour", "hour", lastDay, lastHour);
        }

        AddPiece(query, "usage", "started_ms", lastHour, to);
    }

    private void AddPiece(UsageQuery query, string table, string column, long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        var number = _pieces.Count.ToString(CultureInfo.InvariantCulture);
        _parameters.Add("from" + number, from);
        _parameters.Add("to" + number, to);
        IEnumerable<string> columns =
        [
            .. query.Group.Select((dimension, i) => $"u.{ColumnOf(dimension)} as g{i}"),
            .. table == "usage" ? s_attemptSums : s_rollupSums,
            .. UsageColumns.TokensAs(query.Detail).Select(sum =>
                $"{string.Join(" + ", sum.Columns.Select(column => table == "usage" ? $"coalesce(u.{column}, 0)" : $"u.{column}"))} as {sum.Name}"),
        ];
        IEnumerable<string> conditions =
        [
            $"u.{column} >= @from{number}", $"u.{column} < @to{number}", .. Conditions(query.Filter, _parameters, dialect),
        ];
        _pieces.Add(
            $"select {string.Join(", ", columns)} from {table} u where {string.Join(" and ", conditions)}");
    }

    private string Compose(UsageQuery query, bool inOrder)
    {
        if (_pieces.Count == 0)
        {
            // An empty range: no rows, or zeros when nothing is grouped.
            AddPiece(query, "usage", "started_ms", 0, 1);
            _pieces[0] += " and 1 = 0";
        }

        var count = query.Group.Count;
        var groups = Enumerable.Range(0, count).Select(i => $"r.g{i}").ToList();
        var inner = $"select {string.Join(", ", [.. groups, SumsOf("r", query.Detail)])} from ({string.Join(" union all ", _pieces)}) r"
            + (count == 0 ? "" : $" group by {string.Join(", ", groups)}");
        var values = query.Group.Select((dimension, i) => IsName(dimension)
            ? $"(select value from name where id = s.g{i})"
            : $"s.g{i}");
        var order = query.Group
            .Select((dimension, i) => (dimension, i))
            .Where(group => group.dimension is UsageDimension.Day or UsageDimension.Hour)
            .Select(group => $"s.g{group.i}")
            .Concat(["s.cost desc", "s.requests desc"])
            .Concat(Enumerable.Range(0, count).Select(i => $"s.g{i}"));
        _parameters.Add("limit", inOrder ? query.RowsMax : query.RowsMax + 1);
        return $"select {string.Join(", ", [.. values, .. UsageColumns.SumsAs(query.Detail).Select(sum => $"s.{sum}")])} "
            + $"from ({inner}) s{(inOrder ? $" order by {string.Join(", ", order)}" : "")} limit @limit";
    }

    /// <summary>Whether the whole company's sums by model answer it: rows are few, so hours do for days.</summary>
    private static bool IsOfModels(UsageQuery query) =>
        query.Filter is { PersonId: null, AgentId: null, TeamId: null, KeyId: null, Session: null, Client: null }
        && query.Group.All(dimension => dimension is UsageDimension.UseCase or UsageDimension.Provider or UsageDimension.Model
            or UsageDimension.RequestedModel or UsageDimension.Day or UsageDimension.Hour);

    /// <summary>Whether sums by team answer it, for whole days.</summary>
    private static bool IsOfTeams(UsageQuery query) =>
        query.Filter is { PersonId: null, AgentId: null, KeyId: null, UseCase: null, Provider: null, Model: null }
        && query.Group.All(dimension => dimension is UsageDimension.Team or UsageDimension.Day);

    private static bool IsOfAttempts(UsageDimension dimension) =>
        dimension is UsageDimension.Session or UsageDimension.Client or UsageDimension.RequestedModel;

    private static bool IsName(UsageDimension dimension) =>
        dimension is not (UsageDimension.Day or UsageDimension.Hour or UsageDimension.Session);

    private static string ColumnOf(UsageDimension dimension) => dimension switch
    {
        UsageDimension.Person => "person",
        UsageDimension.Agent => "agent",
        UsageDimension.Team => "team",
        UsageDimension.Key => "key",
        UsageDimension.UseCase => "use_case",
        UsageDimension.Provider => "provider",
        UsageDimension.Model => "model",
        UsageDimension.Day => "day",
        UsageDimension.Hour => "hour",
        UsageDimension.Session => "session",
        UsageDimension.Client => "client",
        UsageDimension.RequestedModel => "requested_model",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "Unknown dimension."),
    };
}
