using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;
using Dapper;

namespace Assay.Server.Store;

/// <summary>
/// What one outcome's attribution depends on. Each question may give more than that: attribution decides, and what does not
/// matter to it changes nothing.
/// </summary>
internal sealed partial class SqlOutcomeStore
{
    // Below what either database takes as parameters of one statement.
    private const int NearAtOnce = 400;

    public async ValueTask<IReadOnlyList<SpendSlice>> SpendNearAsync(Outcome outcome, long fromMs, long toMs, CancellationToken ct = default)
    {
        var sessions = new HashSet<string>(await SessionsNearAsync(outcome, fromMs, toMs, ct), StringComparer.Ordinal);
        var slices = new List<SpendSlice>();
        foreach (var (list, parameters) in Lists(sessions))
        {
            slices.AddRange(await SpendAsync(fromMs, toMs, $" and u.session in ({list}) and u.session <> ''", parameters, ct));
        }

        foreach (var (list, parameters) in Lists(Spellings(Names(outcome))))
        {
            // A session is whole already.
            slices.AddRange((await SpendAsync(fromMs, toMs, $" and {dialect.Lower("u.work_ref")} in ({list}) and u.work_ref <> ''", parameters, ct))
                .Where(slice => !sessions.Contains(slice.Session)));
        }

        return [.. slices.OrderBy(slice => slice.AtMs).ThenBy(slice => slice.Session, StringComparer.Ordinal)];
    }

    public async ValueTask<IReadOnlyList<Anchor>> AnchorsOfAsync(
        IReadOnlyCollection<string> sessions, long fromMs, long toMs, CancellationToken ct = default)
    {
        var anchors = new List<Anchor>();
        foreach (var (list, parameters) in Lists(sessions))
        {
            parameters.Add("fromMs", fromMs);
            parameters.Add("toMs", toMs);
            anchors.AddRange(await dialect.ReadAsync(
                "select session, repo, sha, at_ms, person_id, evidence, lines from anchor "
                + $"where session in ({list}) and at_ms >= @fromMs and at_ms < @toMs",
                parameters,
                ReadAnchor,
                ct));
        }

        // As the question for all anchors of a period has them.
        return [.. anchors.OrderBy(a => a.AtMs).ThenBy(a => a.Sha, StringComparer.Ordinal).ThenBy(a => a.Session, StringComparer.Ordinal)];
    }

    public async ValueTask<IReadOnlyList<Outcome>> NearAsync(
        (IReadOnlyCollection<string> WorkRefs, IReadOnlyCollection<string> Commits, IReadOnlyCollection<string> People) of, long fromMs, long toMs, CancellationToken ct = default)
    {
        var found = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        await AddAsync(Spellings(of.WorkRefs), "id in (select outcome_id from outcome_name where name in ({0}))");
        await AddAsync(of.Commits, "id in (select outcome_id from outcome_commit where sha in ({0}))");
        await AddAsync(of.People, "person_id in ({0})");
        return [.. found.Values.OrderByDescending(outcome => outcome.AtMs).ThenByDescending(outcome => outcome.Id, StringComparer.Ordinal)];

        async ValueTask AddAsync(IEnumerable<string> values, string condition)
        {
            foreach (var (list, parameters) in Lists(values))
            {
                parameters.Add("fromMs", fromMs);
                parameters.Add("toMs", toMs);
                foreach (var outcome in await dialect.ReadAsync(
                    $"{s_select} where {condition.Replace("{0}", list, StringComparison.Ordinal)} and at_ms >= @fromMs and at_ms < @toMs", parameters, Read, ct))
                {
                    found[outcome.Id] = outcome;
                }
            }
        }
    }

    /// <summary>The sessions that made or saw a commit of an outcome, and its author's that were in its repository.</summary>
    private async ValueTask<List<string>> SessionsNearAsync(Outcome outcome, long fromMs, long toMs, CancellationToken ct) => await dialect.ReadAsync(
        "select a.session from outcome_commit c join anchor a on a.sha = c.sha and (a.repo = '' or a.repo = c.repo) where c.outcome_id = @Id union "
        + "select u.session from usage u where u.person = (select id from name where value = @PersonId) and u.started_ms >= @fromMs and u.started_ms < @toMs "
        + "and u.session <> '' and @PersonId <> '' and exists (select 1 from anchor a where a.session = u.session and (a.repo = '' or a.repo = @Repo))",
        new { outcome.Id, outcome.PersonId, outcome.Repo, fromMs, toMs },
        row => row.GetString(0),
        ct);

    /// <summary>What names an outcome, as the table of names has it.</summary>
    private static IEnumerable<string> Names(Outcome outcome) =>
        outcome.Names.Select(Lower).Distinct(StringComparer.Ordinal);

    // Databases know the cases of ASCII only; where other letters are written in both, these are the likely ways.
    private static IEnumerable<string> Spellings(IEnumerable<string> names) =>
        names.SelectMany(name => new[] { Lower(name), Lower(name.ToLowerInvariant()), Lower(name.ToUpperInvariant()) });

    private static string Lower(string name) => string.Create(name.Length, name, static (lower, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            lower[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
        }
    });

    /// <summary>Values as lists of parameters, some hundred at a time.</summary>
    private static IEnumerable<(string List, DynamicParameters Parameters)> Lists(IEnumerable<string> values)
    {
        foreach (var some in values.Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Chunk(NearAtOnce))
        {
            var parameters = new DynamicParameters();
            foreach (var (i, value) in some.Index())
            {
                parameters.Add($"v{i}", value);
            }

            yield return (string.Join(", ", some.Index().Select(v => $"@v{v.Index}")), parameters);
        }
    }
}
