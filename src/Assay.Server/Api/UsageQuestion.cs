using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Api;

/// <summary>
/// A question for usage, narrowed to what the caller may see. It is narrowed before the store is asked, and what a
/// manager gets is folded afterwards, so that no row can name another person.
/// </summary>
internal sealed class UsageQuestion
{
    public const int GroupsMax = 5;

    /// <summary>Stands for everybody else, their keys, agents and sessions, in sums over a team.</summary>
    public const string Others = "(others)";

    public static readonly IReadOnlyDictionary<string, UsageDimension> Dimensions =
        Enum.GetValues<UsageDimension>().ToDictionary(NameOf, d => d, StringComparer.Ordinal);

    private readonly Caller _caller;
    private readonly bool _isOwn;

    private UsageQuestion(Caller caller, UsageQuery query, bool isOwn)
    {
        _caller = caller;
        _isOwn = isOwn;
        Query = query;
    }

    public UsageQuery Query { get; }

    public static string NameOf(UsageDimension dimension) =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(dimension.ToString());

    /// <summary>Null if the parameters are not valid: see the reader's faults.</summary>
    public static UsageQuestion? Read(Caller caller, QueryReader query, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var to = query.Time("to") ?? now;
        var from = query.Time("from") ?? to.AddDays(-30);
        if (from >= to)
        {
            query.Faults.Add("from", "is not before 'to': give a range of time that begins before it ends.");
        }

        var group = ReadGroup(query);
        var (filter, isOwn) = UsageFilters.Read(caller, query);
        return query.IsValid()
            ? new UsageQuestion(caller, new UsageQuery(from, to, group) { Filter = filter }, isOwn)
            : null;
    }

    /// <summary>The rows; null if there are more than the store gives at once.</summary>
    public async Task<IReadOnlyList<UsageReportRow>?> AskAsync(IUsageStore store, CancellationToken ct)
    {
        var folds = !_isOwn && _caller.Rules.Reach == UsageReach.Team;
        var asked = folds && Query.Group.Any(IsPersonal) && !Query.Group.Contains(UsageDimension.Person)
            ? [.. Query.Group, UsageDimension.Person]
            : Query.Group;
        var rows = await store.QueryAsync(Query with { Group = asked, Limit = UsageQuery.LimitMax }, ct);
        if (rows.Count >= UsageQuery.LimitMax)
        {
            return null;
        }

        var told = folds ? Fold(rows, asked) : rows;
        return
        [
            .. told
                .Select(r => r with { Group = [.. r.Group.Select((value, i) => Told(Query.Group[i], value))] })
                .OrderBy(r => r.Group, GroupOrder.Instance)
                .Select(r => UsageReportRow.Of(Query.Group, r)),
        ];
    }

    /// <summary>Dimensions by which one could tell a person from the others.</summary>
    private static bool IsPersonal(UsageDimension dimension) => dimension
        is UsageDimension.Person or UsageDimension.Key or UsageDimension.Agent or UsageDimension.Session;

    private static List<UsageDimension> ReadGroup(QueryReader query)
    {
        var group = new List<UsageDimension>();
        query.Text("group", text =>
        {
            foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!Dimensions.TryGetValue(name, out var dimension))
                {
                    return $"'{InputRules.Shorten(name)}' is nothing to group by: use {string.Join(", ", Dimensions.Keys)}.";
                }

                if (group.Contains(dimension))
                {
                    return $"'{name}' is named twice.";
                }

                group.Add(dimension);
            }

            return group.Count <= GroupsMax ? null : $"names {group.Count} groups: use at most {GroupsMax}.";
        });
        return group;
    }

    private List<UsageRow> Fold(IReadOnlyList<UsageRow> rows, IReadOnlyList<UsageDimension> asked)
    {
        var person = asked.ToList().IndexOf(UsageDimension.Person);
        var folded = new Dictionary<string, UsageRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var isOwn = person >= 0 && row.Group[person] == _caller.Viewer.PersonId;
            var group = Query.Group.Select((dimension, i) => dimension switch
            {
                UsageDimension.Team => _caller.Rules.ReportedTeam(row.Group[i]),
                _ when IsPersonal(dimension) && !isOwn => Others,
                _ => row.Group[i],
            }).ToList();
            var name = string.Join('\u001f', group);
            folded[name] = folded.TryGetValue(name, out var sum)
                ? Sum(sum, row)
                : row with { Group = group };
        }

        return [.. folded.Values];
    }

    private static UsageRow Sum(UsageRow left, UsageRow right) => new(
        left.Group,
        left.Requests + right.Requests,
        left.Counts + right.Counts,
        left.Cost + right.Cost,
        left.EstimatedCost + right.EstimatedCost,
        left.Estimated + right.Estimated,
        left.Unpriced + right.Unpriced,
        left.Errors + right.Errors);

    private string Told(UsageDimension dimension, string value) => dimension == UsageDimension.Person
        ? _caller.Directory.FindPerson(value)?.Email ?? value
        : value;

    private sealed class GroupOrder : IComparer<IReadOnlyList<string>>
    {
        public static readonly GroupOrder Instance = new();

        public int Compare(IReadOnlyList<string>? x, IReadOnlyList<string>? y)
        {
            for (var i = 0; i < x!.Count; i++)
            {
                var order = string.CompareOrdinal(x[i], y![i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }
    }
}
