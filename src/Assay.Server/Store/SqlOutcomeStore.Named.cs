using System.Text.Json;
using Assay.Server.Outcomes;
using Dapper;

namespace Assay.Server.Store;

/// <summary>Outcomes that something else names.</summary>
internal sealed partial class SqlOutcomeStore
{
    private const int NamedMax = 50;

    public async ValueTask<IReadOnlyList<Outcome>> NamedAsync(OutcomeNames names, CancellationToken ct = default)
    {
        var parameters = new DynamicParameters(new { repo = names.Repo, limit = NamedMax });
        var parts = new List<string>();
        Add("r", names.Refs, list => $"select id from outcome where source in ({s_sources}) and ref in ({list})");
        Add("b", names.Branches, list => $"select id from outcome where repo = @repo and branch in ({list})");
        Add("c", names.Commits, list => $"select outcome_id from outcome_commit where sha in ({list})");
        Add(
            "s",
            names.Sessions,
            list => $"select c.outcome_id from anchor a join outcome_commit c on c.sha = a.sha where a.session in ({list})");

        // They are kept as a JSON list: taking the quoted word out of it changes those in which it stands, in either database.
        Add(
            "w",
            [.. names.WorkRefs.Select(w => JsonSerializer.Serialize(w))],
            list => $"select id from outcome where {string.Join(" or ", list.Split(", ").Select(w => $"replace(work_refs, {w}, '') <> work_refs"))}");
        return parts.Count == 0
            ? []
            : await dialect.ReadAsync(
                $"{s_select} where id in ({string.Join(" union ", parts)}) order by at_ms desc, id desc limit @limit", parameters, Read, ct);

        void Add(string prefix, IReadOnlyList<string> values, Func<string, string> part)
        {
            var some = values.Where(v => v.Length > 0).Select(StorableText.Of).Distinct(StringComparer.Ordinal).Take(OutcomeNames.EachMax).ToList();
            foreach (var (i, value) in some.Index())
            {
                parameters.Add(prefix + i, value);
            }

            if (some.Count > 0)
            {
                parts.Add(part(string.Join(", ", some.Index().Select(v => $"@{prefix}{v.Index}"))));
            }
        }
    }

    private static readonly string s_sources = string.Join(
        ", ",
        new[] { OutcomeWords.GitHub, OutcomeWords.GitLab, OutcomeWords.Jira, OutcomeWords.Git, OutcomeWords.Api, OutcomeWords.Csv }.Select(s => $"'{s}'"));
}
