using Assay.Server.Judgments;

namespace Assay.Apply;

/// <summary>Repositories of the Judgment Log: the same repository is the same name. Never removed, because their seals are witnessed.</summary>
internal sealed class RepositoryPlan(PlanDraft draft)
{
    private const string AgentPrefix = "agent:";

    public void Add(IReadOnlyList<OrgRepository> repositories)
    {
        var existing = draft.Repositories.ToDictionary(r => r.Name, StringComparer.Ordinal);
        var written = new Dictionary<string, OrgRepository>(StringComparer.Ordinal);
        foreach (var repository in repositories)
        {
            if (!written.TryAdd(repository.Name, repository))
            {
                draft.Fault(
                    repository.At, $"The repository '{repository.Name}' is in the file twice, first in line {written[repository.Name].At.Line}: remove one.");
                continue;
            }

            Check(repository);
            Compare(repository, existing.GetValueOrDefault(repository.Name));
        }

        if (draft.Prune)
        {
            foreach (var name in existing.Keys.Where(name => !written.ContainsKey(name)).Order(StringComparer.Ordinal))
            {
                draft.Remark($"repository {name} is not in the file and stays: its seals are witnessed");
            }
        }
    }

    private void Check(OrgRepository repository)
    {
        if (!draft.Teams.ContainsKey(repository.Team))
        {
            draft.Fault(
                repository.At, $"The team '{repository.Team}' of the repository '{repository.Name}' is neither in the file nor in the directory: add it.");
        }

        foreach (var pusher in repository.Pushers)
        {
            var isThere = pusher.StartsWith(AgentPrefix, StringComparison.Ordinal)
                ? draft.Agents.ContainsKey(pusher[AgentPrefix.Length..])
                : draft.People.ContainsKey(pusher);
            if (!isThere)
            {
                draft.Fault(
                    repository.At, $"'{pusher}' may push '{repository.Name}' and is neither in the file nor in the directory: add them, or remove them here.");
            }
        }
    }

    private void Compare(OrgRepository wanted, JudgmentRepository? existing)
    {
        var repository = JudgmentRepository.New(wanted.Name, wanted.Branch, wanted.Team, wanted.Pushers);
        if (existing is null)
        {
            draft.Put('+', $"repository {wanted.Name}: branch {wanted.Branch}, seen by {wanted.Team}", repository);
            return;
        }

        string?[] differences =
        [
            PlanDraft.Difference("branch", existing.Branch, wanted.Branch),
            PlanDraft.Difference("team", existing.TeamId, wanted.Team),
            PlanDraft.Difference("pushers", existing.Pushers, wanted.Pushers),
        ];
        if (string.Join(", ", differences.OfType<string>()) is { Length: > 0 } text)
        {
            draft.Put('~', $"repository {wanted.Name}: {text}", repository);
        }
    }
}
