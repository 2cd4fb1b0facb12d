using System.Globalization;
using System.Runtime.InteropServices;
using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>What a simulated call is called where it is written to: whose, for what, from what and to where.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WorkName
{
    public required string KeyId { get; init; }

    public required string PersonId { get; init; }

    public string AgentId { get; init; }

    public required string TeamId { get; init; }

    public required string UseCase { get; init; }

    public required string WorkRef { get; init; }

    public required string Client { get; init; }

    public required string Operation { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }
}

/// <summary>Gives names to what a simulated company numbers.</summary>
internal interface IWorkNames
{
    /// <summary>What the costs were computed with.</summary>
    string PriceVersion { get; }

    WorkName Of(in TurnKind kind);
}

/// <summary>A company under the names of <see cref="WorkforceDirectory"/>. They are made once: millions of entries refer to them.</summary>
internal sealed class WorkforceNames(WorkCompany company) : IWorkNames
{
    private readonly string[] _people = [.. company.People.Select(WorkforceDirectory.IdOf)];
    private readonly string[] _keys = [.. company.People.Select(WorkforceDirectory.KeyOf)];
    private readonly string[] _teams = [.. Enumerable.Range(0, company.Teams).Select(WorkCompany.TeamName)];

    public string PriceVersion => "workforce";

    public WorkName Of(in TurnKind kind)
    {
        var model = WorkModel.All[kind.Model];
        return new WorkName
        {
            KeyId = _keys[kind.Person],
            PersonId = _people[kind.Person],
            AgentId = "",
            TeamId = _teams[company.People[kind.Person].Team],
            UseCase = WorkCompany.UseCases[kind.UseCase],
            WorkRef = kind.Work == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"WORK-{kind.Work}"),
            Client = kind.IsAgent ? "agent" : model.Provider == "anthropic" ? "claude-code" : "codex",
            Operation = model.Provider == "anthropic" ? "anthropic/messages" : "openai/responses",
            Provider = model.Provider,
            Model = model.Name,
        };
    }
}
