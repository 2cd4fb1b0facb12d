using Assay.Server.Directory;
using Assay.Server.Judgments;

namespace Assay.Apply;

/// <summary>One line of what an apply will do, or has done.</summary>
/// <param name="Mark">'+' creates, '~' changes, '-' removes, '!' is a remark.</param>
internal sealed record PlanLine(char Mark, string Text)
{
    public override string ToString() => $"{Mark} {Text}";
}

/// <summary>The secret of a key that the plan makes. It exists here and in the owner's hands, nowhere else.</summary>
internal sealed record NewSecret(string Owner, string Name, string Secret);

/// <summary>What has to change so that the directory is as the file says.</summary>
/// <param name="Repositories">Registered after the directory has changed, since they name its teams.</param>
internal sealed record OrgPlan(
    IReadOnlyList<PlanLine> Lines,
    IReadOnlyList<DirectoryChange> Changes,
    IReadOnlyList<JudgmentRepository> Repositories,
    IReadOnlyList<NewSecret> Secrets,
    IReadOnlyList<OrgFault> Faults)
{
    public bool IsEmpty => Changes.Count + Repositories.Count == 0;

    /// <summary>
    /// Compares the file with the directory. The same file against the directory it has made gives an empty plan.
    /// </summary>
    public static OrgPlan Make(
        OrgFile file, DirectorySnapshot directory, IReadOnlyList<JudgmentRepository> repositories, bool prune, TimeProvider clock)
    {
        var draft = new PlanDraft(directory, repositories, prune || file.Prune, clock);
        new TeamPlan(draft).Add(file.Teams);
        new PeoplePlan(draft).Add(file.People, file.Agents);
        new KeyPlan(draft).Add(file.Keys);
        new BudgetPlan(draft).Add(file.Budgets);
        new RateLimitPlan(draft).Add(file.RateLimits);
        new RepositoryPlan(draft).Add(file.Repositories);
        new ExperimentPlan(draft).Add(file.Experiments);
        return draft.ToPlan();
    }
}

/// <summary>A plan in the making, and the directory as it will be when the plan is carried out.</summary>
internal sealed class PlanDraft(
    DirectorySnapshot directory, IReadOnlyList<JudgmentRepository> repositories, bool prune, TimeProvider clock)
{
    private readonly List<PlanLine> _lines = [];
    private readonly List<DirectoryChange> _changes = [];
    private readonly List<JudgmentRepository> _puts = [];
    private readonly List<NewSecret> _secrets = [];
    private readonly List<OrgFault> _faults = [];

    public DirectorySnapshot Directory { get; } = directory;

    /// <summary>Those that are registered.</summary>
    public IReadOnlyList<JudgmentRepository> Repositories { get; } = repositories;

    public bool Prune { get; } = prune;

    public TimeProvider Clock { get; } = clock;

    public long NowMs { get; } = clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Teams by id, as they will be.</summary>
    public Dictionary<string, Team> Teams { get; } = new(StringComparer.Ordinal);

    /// <summary>People who will be there and not disabled, by email.</summary>
    public Dictionary<string, Person> People { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that will be there and not disabled, by id.</summary>
    public Dictionary<string, Agent> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys that will be there and not revoked, by owner (email or agent id) and name.</summary>
    public Dictionary<(string Owner, string Name), Key> Keys { get; } = [];

    public void Create(string text, DirectoryChange change) => Do('+', text, change);

    public void Remove(string text, params ReadOnlySpan<DirectoryChange> changes) => Do('-', text, changes);

    public void Put(char mark, string text, JudgmentRepository repository)
    {
        _lines.Add(new(mark, text));
        _puts.Add(repository);
    }

    /// <summary>Adds the change if something differs.</summary>
    public void Change(string subject, DirectoryChange change, params ReadOnlySpan<string?> differences)
    {
        var list = new List<string>();
        foreach (var difference in differences)
        {
            if (difference is not null)
            {
                list.Add(difference);
            }
        }

        if (list.Count > 0)
        {
            Do('~', $"{subject}: {string.Join(", ", list)}", change);
        }
    }

    public void Remark(string text) => _lines.Add(new('!', text));

    public void Secret(NewSecret secret) => _secrets.Add(secret);

    public void Fault(FilePosition at, string message) => _faults.Add(new(at, message));

    /// <summary>"role employee → manager", or null if nothing differs.</summary>
    public static string? Difference(string field, string before, string after) =>
        before == after ? null : $"{field} {Quote(before)} → {Quote(after)}";

    public static string? Difference(string field, IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        before.SequenceEqual(after, StringComparer.Ordinal)
            ? null
            : Difference(field, string.Join(' ', before), string.Join(' ', after));

    /// <summary>The directory as it will be, as far as it is planned so far, with these budgets.</summary>
    public DirectorySnapshot Planned(IReadOnlyList<Budget> budgets) => new(new DirectoryData(
        Directory.Version, [.. Teams.Values], [.. People.Values], [.. Agents.Values], [.. Keys.Values], budgets)
    {
        Grants = Directory.Data.Grants,
    });

    public OrgPlan ToPlan()
    {
        var hadAdministrator = Directory.Data.People.Any(p => p is { Role: Role.Admin, DisabledAtMs: null });
        if (hadAdministrator && _faults.Count == 0 && !People.Values.Any(p => p.Role == Role.Admin))
        {
            Fault(
                new(1, 1),
                "With this file nobody would be an administrator any more: give somebody the role admin.");
        }

        return _faults.Count == 0
            ? new OrgPlan(_lines, _changes, _puts, _secrets, [])
            : new OrgPlan([], [], [], [], [.. _faults.OrderBy(f => f.At.Line).ThenBy(f => f.At.Column)]);
    }

    private static string Quote(string value) => value.Length == 0 ? "(none)" : value;

    private void Do(char mark, string text, params ReadOnlySpan<DirectoryChange> changes)
    {
        _lines.Add(new(mark, text));
        _changes.AddRange(changes);
    }
}
