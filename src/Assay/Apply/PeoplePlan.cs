using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>People and agents: who is left out of the file is disabled when pruning, never deleted.</summary>
internal sealed class PeoplePlan(PlanDraft draft)
{
    public void Add(IReadOnlyList<OrgPerson> people, IReadOnlyList<OrgAgent> agents)
    {
        AddPeople(people);
        AddAgents(agents);
    }

    private void AddPeople(IReadOnlyList<OrgPerson> people)
    {
        var written = new Dictionary<string, OrgPerson>(StringComparer.Ordinal);
        foreach (var person in people)
        {
            if (!written.TryAdd(person.Email, person))
            {
                draft.Fault(person.At, $"The person '{person.Email}' is in the file twice, first in line {written[person.Email].At.Line}: remove one.");
                continue;
            }

            if (!draft.Teams.ContainsKey(person.Team))
            {
                draft.Fault(person.At, $"The team '{person.Team}' of '{person.Email}' is neither in the file nor in the directory: add it.");
            }

            Compare(person, draft.Directory.FindPersonByEmail(person.Email));
        }

        foreach (var person in draft.Directory.Data.People.Where(p => p.DisabledAtMs is null && !written.ContainsKey(p.Email)))
        {
            // Whoever holds the first administrator's key could otherwise lock everybody out with one file.
            if (!draft.Prune || person.Email == FirstAdministrator.Email)
            {
                draft.People[person.Email] = person;
                continue;
            }

            draft.Remove($"person {person.Email} (disabled)", new DirectoryChange.DisablePerson(person.Id, draft.NowMs));
        }
    }

    private void Compare(OrgPerson wanted, Person? existing)
    {
        var person = new Person(
            existing?.Id ?? DirectoryIds.NewPerson(draft.Clock), wanted.Email, wanted.Name, wanted.Team, wanted.Role,
            Attribution: wanted.Attribution ?? existing?.Attribution ?? AttributionSwitch.On);
        draft.People[person.Email] = person;
        var change = new DirectoryChange.PutPerson(person);
        if (existing is null)
        {
            draft.Create($"person {person.Email} ({person.Name}), {DirectoryWords.Word(person.Role)} in {person.TeamId}", change);
            return;
        }

        draft.Change(
            $"person {person.Email}",
            change,
            PlanDraft.Difference("name", existing.Name, person.Name),
            PlanDraft.Difference("team", existing.TeamId, person.TeamId),
            PlanDraft.Difference("role", DirectoryWords.Word(existing.Role), DirectoryWords.Word(person.Role)),
            PlanDraft.Difference("email", existing.Email, person.Email),
            PlanDraft.Difference("attribution", DirectoryWords.Word(existing.Attribution), DirectoryWords.Word(person.Attribution)),
            existing.DisabledAtMs is null ? null : "disabled → enabled");
    }

    private void AddAgents(IReadOnlyList<OrgAgent> agents)
    {
        var written = new Dictionary<string, OrgAgent>(StringComparer.Ordinal);
        foreach (var agent in agents)
        {
            if (!written.TryAdd(agent.Id, agent))
            {
                draft.Fault(agent.At, $"The agent '{agent.Id}' is in the file twice, first in line {written[agent.Id].At.Line}: remove one.");
            }
            else if (!draft.People.TryGetValue(agent.Owner, out var owner))
            {
                draft.Fault(agent.At, $"The owner '{agent.Owner}' of the agent '{agent.Id}' is not a person in the file or the directory, or is disabled.");
            }
            else if (agent.Team is { } team && !draft.Teams.ContainsKey(team))
            {
                draft.Fault(agent.At, $"The team '{team}' of the agent '{agent.Id}' is neither in the file nor in the directory: add it.");
            }
            else
            {
                Compare(agent, owner, draft.Directory.FindAgent(agent.Id));
            }
        }

        foreach (var agent in draft.Directory.Data.Agents.Where(a => a.DisabledAtMs is null && !written.ContainsKey(a.Id)))
        {
            if (draft.Prune)
            {
                draft.Remove($"agent {agent.Id} (disabled)", new DirectoryChange.DisableAgent(agent.Id, draft.NowMs));
            }
            else
            {
                draft.Agents[agent.Id] = agent;
            }
        }
    }

    private void Compare(OrgAgent wanted, Person owner, Agent? existing)
    {
        var agent = new Agent(wanted.Id, wanted.Name, owner.Id, wanted.Team ?? owner.TeamId);
        draft.Agents[agent.Id] = agent;
        var change = new DirectoryChange.PutAgent(agent);
        if (existing is null)
        {
            draft.Create($"agent {agent.Id} ({agent.Name}) of {owner.Email} in {agent.TeamId}", change);
            return;
        }

        draft.Change(
            $"agent {agent.Id}",
            change,
            PlanDraft.Difference("name", existing.Name, agent.Name),
            PlanDraft.Difference(
                "owner",
                draft.Directory.FindPerson(existing.OwnerPersonId)?.Email ?? existing.OwnerPersonId,
                owner.Email),
            PlanDraft.Difference("team", existing.TeamId, agent.TeamId),
            existing.DisabledAtMs is null ? null : "disabled → enabled");
    }
}
