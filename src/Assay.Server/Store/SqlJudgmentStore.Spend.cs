using System.Data.Common;
using Assay.Server.Judgments;
using Dapper;

namespace Assay.Server.Store;

/// <summary>The spend that entries name.</summary>
internal sealed partial class SqlJudgmentStore
{
    // Below what either database takes as parameters of one statement.
    private const int AtOnce = 400;

    public async ValueTask<IReadOnlyList<SpendRow>> SpendAsync(
        IReadOnlyCollection<string> sessions, IReadOnlyCollection<string> workRefs, string? personId, CancellationToken ct = default)
    {
        // A call can be found by its session and by its work: the rows are told apart by both, and each is kept once.
        var rows = new Dictionary<(string Session, string Work, string Person), SpendRow>();
        // The index of work has it in lower case.
        var work = $"{dialect.Lower("u.work_ref")} in ({{1}}) and u.work_ref in ({{0}}) and u.work_ref <> ''";
        foreach (var (condition, values) in new[] { ("u.session in ({0}) and u.session <> ''", sessions), (work, workRefs) })
        {
            foreach (var some in values.Where(v => v.Length > 0).Select(StorableText.Of).Distinct(StringComparer.Ordinal).Chunk(AtOnce))
            {
                var parameters = new DynamicParameters();
                for (var i = 0; i < some.Length; i++)
                {
                    parameters.Add($"p{i}", some[i]);
                }

                var list = string.Join(", ", Enumerable.Range(0, some.Length).Select(i => $"@p{i}"));
                var lower = string.Join(", ", Enumerable.Range(0, some.Length).Select(i => dialect.Lower($"@p{i}")));
                foreach (var row in await SpendAsync(
                    condition.Replace("{0}", list, StringComparison.Ordinal).Replace("{1}", lower, StringComparison.Ordinal), "s.session, s.work_ref, s.person", parameters, personId, ct))
                {
                    rows[(row.Session, row.WorkRef, row.PersonId)] = row;
                }
            }
        }

        return [.. rows.Values];
    }

    public async ValueTask<IReadOnlyList<SpendRow>> CostliestWorkAsync(long fromMs, string? personId, int limit, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { fromMs, limit });
        var person = PersonCondition(personId, parameters);
        return await dialect.ReadAsync(
            "select '' as session, s.work_ref, '' as person, s.requests, s.tokens, s.cost, s.last_ms from ("
            + $"select u.work_ref, {s_sums} from usage u where u.started_ms >= @fromMs and u.work_ref <> ''{person} group by u.work_ref) s "
            + "order by s.cost desc, s.work_ref limit @limit",
            parameters,
            ReadSpend,
            ct);
    }

    private static readonly string s_sums =
        $"count(*) as requests, {UsageColumns.TokenSum("u")} as tokens, "
        + "cast(sum(u.cost) as bigint) as cost, max(u.started_ms) as last_ms";

    private async ValueTask<IReadOnlyList<SpendRow>> SpendAsync(
        string condition, string group, DynamicParameters parameters, string? personId, CancellationToken ct)
    {
        var person = PersonCondition(personId, parameters);
        var inner = group.Replace("s.", "u.", StringComparison.Ordinal);
        return await dialect.ReadAsync(
            "select s.session, s.work_ref, (select value from name where id = s.person), s.requests, s.tokens, s.cost, s.last_ms from ("
            + $"select {inner}, {s_sums} from usage u where {condition}{person} group by {inner}) s",
            parameters,
            ReadSpend,
            ct);
    }

    private static string PersonCondition(string? personId, DynamicParameters parameters)
    {
        parameters.Add("person", personId);
        return personId is null ? "" : " and u.person = (select id from name where value = @person)";
    }

    private static SpendRow ReadSpend(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));
}
