using Assay.Server.Outcomes.Worth;
using Dapper;

namespace Assay.Server.Store;

/// <summary>The spend that is attributed to outcomes.</summary>
internal sealed partial class SqlOutcomeStore
{
    private const string SpendGroup =
        "u.person, u.team, u.use_case, u.requested_model, u.provider, u.model, u.arm, u.session, u.work_ref, u.marks & 2, "
        + "case when u.session <> '' and exists (select 1 from anchor a where a.session = u.session) then u.started_ms / 60000 else u.hour / 60000 end";

    public ValueTask<IReadOnlyList<SpendSlice>> SpendAsync(long fromMs, long toMs, CancellationToken ct = default) =>
        SpendAsync(fromMs, toMs, "", new DynamicParameters(), ct);

    private async ValueTask<IReadOnlyList<SpendSlice>> SpendAsync(
        long fromMs, long toMs, string condition, DynamicParameters parameters, CancellationToken ct)
    {
        parameters.Add("fromMs", fromMs);
        parameters.Add("toMs", toMs);

        // Names are few: one object for each, however many rows refer to it.
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        return await dialect.ReadAsync(
            "select (select value from name where id = s.person), (select value from name where id = s.team), "
            + "(select value from name where id = s.use_case), (select value from name where id = s.requested_model), "
            + "(select value from name where id = s.provider), (select value from name where id = s.model), (select value from name where id = s.arm), "
            + "s.session, s.work_ref, s.at_ms, s.unpriced, s.requests, s.cost, s.tokens from ("
            + "select u.person, u.team, u.use_case, u.requested_model, u.provider, u.model, u.arm, u.session, u.work_ref, min(u.started_ms) as at_ms, "
            + "cast(u.marks & 2 as bigint) as unpriced, count(*) as requests, cast(sum(u.cost) as bigint) as cost, "
            + UsageColumns.TokenSum("u") + " as tokens "
            + $"from usage u where u.started_ms >= @fromMs and u.started_ms < @toMs{condition} group by {SpendGroup}) s order by s.at_ms, s.session",
            parameters,
            reader => new SpendSlice(
                One(reader.GetString(0)), One(reader.GetString(1)), One(reader.GetString(2)), One(reader.GetString(3)),
                One(reader.GetString(4)), One(reader.GetString(5)), One(reader.GetString(6)), One(reader.GetString(7)),
                One(reader.GetString(8)), reader.GetInt64(9), reader.GetInt64(10) == 0, reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13)),
            ct);

        string One(string name) => names.TryGetValue(name, out var known) ? known : names[name] = name;
    }
}
