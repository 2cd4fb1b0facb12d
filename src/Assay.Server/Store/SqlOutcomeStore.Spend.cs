using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Server.Outcomes.Worth;
using Dapper;

namespace Assay.Server.Store;

/// <summary>The spend that is attributed to outcomes.</summary>
internal sealed partial class SqlOutcomeStore
{
    private const long WeekMs = 7L * 24 * 60 * 60 * 1000;
    private const long HalfDayMs = 12L * 60 * 60 * 1000;
    private const string IsAnchored = "u.session <> '' and exists (select 1 from anchor a where a.session = u.session)";
    private const string Same = "u.person, u.team, u.use_case, u.requested_model, u.provider, u.model, u.arm";

    private readonly LocalCalendar _calendar = new(options.TimeZone);

    public ValueTask<IReadOnlyList<SpendSlice>> SpendAsync(long fromMs, long toMs, CancellationToken ct = default) =>
        SpendAsync(fromMs, toMs, "", new DynamicParameters(), ct);

    private ValueTask<IReadOnlyList<SpendSlice>> SpendAsync(
        long fromMs, long toMs, string condition, DynamicParameters parameters, CancellationToken ct)
    {
        parameters.Add("fromMs", fromMs);
        parameters.Add("toMs", toMs);
        return SlicesAsync(
            "u.session", "u.work_ref", "0", $"case when {IsAnchored} then u.started_ms / 60000 else u.hour / 60000 end", parameters, ct, condition);
    }

    public ValueTask<IReadOnlyList<SpendSlice>> SpendSumsAsync(
        long fromMs, long toMs, IReadOnlyCollection<string> names, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { fromMs, toMs });
        var isNamed = "1 = 0";
        if (names.Count > 0)
        {
            // Names are compared without regard to case. What is not plain ASCII is left to attribution, which knows how.
            parameters.Add("names", JsonSerializer.Serialize(Spellings(names).Distinct(StringComparer.Ordinal)));
            isNamed = dialect.IsAmongOrNotAscii("u.work_ref", "names");
        }

        isNamed = $"u.work_ref <> '' and {isNamed}";
        return SlicesAsync(
            $"case when {IsAnchored} then u.session else '' end",
            $"case when {IsAnchored} or ({isNamed}) then u.work_ref else '' end",
            $"case when {IsAnchored} then 0 when u.session <> '' or u.work_ref <> '' then 1 else 0 end",
            $"case when {IsAnchored} then u.started_ms / 60000 when {isNamed} then u.hour / 60000 else {Week(fromMs, toMs)} end",
            parameters,
            ct);
    }

    /// <summary>The start of the week that an attempt is in; weeks go back from the end of the period, by days of the org.</summary>
    private string Week(long fromMs, long toMs)
    {
        var weeks = new StringBuilder("case");
        for (var end = toMs; end > fromMs;)
        {
            // Where clocks change a week is an hour shorter or longer.
            end = _calendar.DayStart(end - WeekMs + HalfDayMs);
            weeks.Append(CultureInfo.InvariantCulture, $" when u.started_ms >= {end} then {end}");
        }

        return weeks.Append(" else 0 end").ToString();
    }

    private async ValueTask<IReadOnlyList<SpendSlice>> SlicesAsync(
        string session, string workRef, string saidOnly, string time, DynamicParameters parameters, CancellationToken ct, string condition = "")
    {
        // Names are few: one object for each, however many rows refer to it.
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var (people, teams) = (await OptedOutAsync(OptedOutPeople, ct), await OptedOutAsync(OptedOutTeams, ct));
        return await dialect.ReadAsync(
            "select (select value from name where id = s.person), (select value from name where id = s.team), "
            + "(select value from name where id = s.use_case), (select value from name where id = s.requested_model), "
            + "(select value from name where id = s.provider), (select value from name where id = s.model), (select value from name where id = s.arm), "
            + "s.session_said, s.work_said, s.at_ms, s.unpriced, s.requests, s.cost, s.tokens, s.said_only from ("
            + $"select {Same}, {session} as session_said, {workRef} as work_said, {saidOnly} as said_only, {time} as time_slot, "
            + "cast(u.marks & 2 as bigint) as unpriced, min(u.started_ms) as at_ms, count(*) as requests, cast(sum(u.cost) as bigint) as cost, "
            + UsageColumns.TokenSum("u") + " as tokens "
            + $"from usage u where u.started_ms >= @fromMs and u.started_ms < @toMs{condition} "
            + $"group by {Same}, session_said, work_said, said_only, time_slot, unpriced) s order by s.at_ms, s.session_said",
            parameters,
            reader => Attributed(new SpendSlice(
                One(reader.GetString(0)), One(reader.GetString(1)), One(reader.GetString(2)), One(reader.GetString(3)),
                One(reader.GetString(4)), One(reader.GetString(5)), One(reader.GetString(6)),
                reader.GetInt64(14) == 0 ? One(reader.GetString(7)) : SpendSlice.SaidOnly,
                One(reader.GetString(8)), reader.GetInt64(9), reader.GetInt64(10) == 0, reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13))),
            ct);

        SpendSlice Attributed(SpendSlice slice) =>
            people.Contains(slice.PersonId) || teams.Contains(slice.TeamId) ? slice with { IsOptedOut = true } : slice;

        string One(string name) => names.TryGetValue(name, out var known) ? known : names[name] = name;
    }

    // Asked with the spend, since it is a setting of today that holds for what was spent before.
    private const string OptedOutPeople = "select id from person where attribution = 'off'";

    private const string OptedOutTeams =
        "with recursive below (id) as (select id from team where attribution = 'off' union select t.id from team t join below b on t.parent_id = b.id) select id from below";

    private async ValueTask<HashSet<string>> OptedOutAsync(string sql, CancellationToken ct) =>
        new(await dialect.ReadAsync(sql, new { }, row => row.GetString(0), ct), StringComparer.Ordinal);
}
