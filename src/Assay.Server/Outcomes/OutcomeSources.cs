using System.Collections;
using Assay.Outcomes.Ladder;
using Assay.Server.Directory;
using Assay.Server.Hosting;

namespace Assay.Server.Outcomes;

/// <summary>What is known of a repository or project that tells of outcomes.</summary>
internal sealed record OutcomeSource(string Secret, string Team, string UseCase);

/// <summary>The configuration's section <c>outcomes</c>, to be asked.</summary>
internal sealed class OutcomeSources(AssayConfig config, IDictionary environment)
{
    /// <summary>The kinds that there are, by name.</summary>
    public IReadOnlyDictionary<string, OutcomeKind> Kinds { get; } = Declared(config.Outcomes);

    /// <summary>Null if nothing may speak of it: it is not configured, or its secret is empty.</summary>
    public OutcomeSource? Find(string host, string name)
    {
        var sources = host switch
        {
            OutcomeWords.GitHub => config.Outcomes.GitHub,
            OutcomeWords.GitLab => config.Outcomes.GitLab,
            _ => config.Outcomes.Jira,
        };

        // The longest pattern is the closest one.
        var found = sources.Where(s => NamePattern.IsMatch(s.Key, name)).OrderByDescending(s => s.Key.Length).Select(s => s.Value).FirstOrDefault();
        return found is not null && SecretSource.Read(found.WebhookSecret, environment) is { Length: > 0 } secret
            ? new OutcomeSource(secret, found.Team, found.UseCase)
            : null;
    }

    public int SettleDays(string kind) => Kinds.TryGetValue(kind, out var known) ? known.SettleDays : OutcomeKind.SettleDaysDefault;

    public bool IsProduction(string environment) => Matches(config.Outcomes.Production, environment);

    public bool IsDeployWorkflow(string name) => Matches(config.Outcomes.DeployWorkflows, name);

    /// <summary>The e-mail address of whom a host calls by a name; the name itself if nobody said.</summary>
    public string EmailOf(string author) => config.Outcomes.People.TryGetValue(author, out var email) ? email : author;

    /// <summary>Whether somebody may report outcomes to the API.</summary>
    public bool MayReport(DirectorySnapshot directory, Viewer viewer) => viewer.AgentId.Length > 0
        ? config.Outcomes.Reporters.Contains("agent:" + viewer.AgentId, StringComparer.Ordinal)
        : viewer.Role == Role.Admin || (directory.FindPerson(viewer.PersonId) is { } person
            && config.Outcomes.Reporters.Contains(person.Email, StringComparer.OrdinalIgnoreCase));

    private static bool Matches(IEnumerable<string> patterns, string name) => patterns.Any(p => NamePattern.IsMatch(
        p.ToUpperInvariant(), name.ToUpperInvariant()));

    private static Dictionary<string, OutcomeKind> Declared(OutcomesConfig config)
    {
        var kinds = OutcomeKind.BuiltIn.ToDictionary(k => k.Name, StringComparer.Ordinal);
        foreach (var (name, declared) in config.Kinds)
        {
            var known = kinds.GetValueOrDefault(name) ?? new OutcomeKind(name, "", "", "");
            kinds[name] = new OutcomeKind(
                name,
                declared.Acceptance.Length > 0 ? declared.Acceptance : known.Acceptance,
                declared.Unit.Length > 0 ? declared.Unit : known.Unit,
                declared.CounterMetric.Length > 0 ? declared.CounterMetric : known.Counter,
                declared.Owner.Length > 0 ? declared.Owner : known.Owner,
                declared.SettleDays ?? known.SettleDays);
        }

        return kinds;
    }
}
