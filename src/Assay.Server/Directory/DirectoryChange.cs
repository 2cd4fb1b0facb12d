using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Directory;

/// <summary>
/// One change of the directory. The set is closed: what is not here cannot be done to the directory. Nothing is ever
/// deleted that usage may refer to; people and agents are disabled and keys revoked instead.
/// </summary>
internal abstract record DirectoryChange
{
    private DirectoryChange()
    {
    }

    /// <summary>Adds a team, or changes its name or place. A team's parent must exist, and no team is its own ancestor.</summary>
    internal sealed record PutTeam(Team Team) : DirectoryChange;

    /// <summary>Adds or changes a person.</summary>
    internal sealed record PutPerson(Person Person) : DirectoryChange;

    /// <summary>Disables a person from the given time on, or enables them again (null).</summary>
    internal sealed record DisablePerson(string PersonId, long? AtMs) : DirectoryChange;

    /// <summary>Adds or changes an agent.</summary>
    internal sealed record PutAgent(Agent Agent) : DirectoryChange;

    /// <summary>Disables an agent from the given time on, or enables it again (null).</summary>
    internal sealed record DisableAgent(string AgentId, long? AtMs) : DirectoryChange;

    /// <summary>Adds a key or changes its name, use cases, models and expiry.</summary>
    internal sealed record PutKey(Key Key) : DirectoryChange;

    /// <summary>Revokes a key; the first revocation's time stands.</summary>
    internal sealed record RevokeKey(string KeyId, long AtMs) : DirectoryChange;

    /// <summary>Adds or changes a budget.</summary>
    internal sealed record PutBudget(Budget Budget) : DirectoryChange;

    /// <summary>Removes a budget; what was spent stays in the ledger.</summary>
    internal sealed record RemoveBudget(string BudgetId) : DirectoryChange;

    /// <summary>Adds to a budget for a time, or ends an addition early.</summary>
    internal sealed record PutGrant(BudgetGrant Grant) : DirectoryChange;

    /// <summary>Adds or changes a rate limit.</summary>
    internal sealed record PutRateLimit(RateLimit Limit) : DirectoryChange;

    /// <summary>Removes a rate limit.</summary>
    internal sealed record RemoveRateLimit(string RateLimitId) : DirectoryChange;

    /// <summary>Declares an experiment. What is declared stays as it is.</summary>
    internal sealed record DeclareExperiment(Experiment Experiment) : DirectoryChange;

    /// <summary>Stops an experiment before its end; the first stop stands.</summary>
    internal sealed record StopExperiment(string ExperimentId, long AtMs, string Reason) : DirectoryChange;
}
