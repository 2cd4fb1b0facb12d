namespace Assay.Sim.Workforce;

/// <summary>Somebody who works, and how.</summary>
public sealed record WorkPerson
{
    /// <summary>The position in <see cref="WorkCompany.People"/>.</summary>
    public required int Index { get; init; }

    /// <summary>The team, as an index.</summary>
    public required int Team { get; init; }

    /// <summary>Hours ahead of UTC at home.</summary>
    public required int Zone { get; init; }

    /// <summary>Sessions on a working day, on average.</summary>
    public required double Sessions { get; init; }

    /// <summary>The part of working days with any use.</summary>
    public required double Diligence { get; init; }

    /// <summary>The model that their tools ask for.</summary>
    public required int Model { get; init; }

    /// <summary>What they mostly use it for.</summary>
    public required int UseCase { get; init; }

    /// <summary>Whether their tools declare the ticket.</summary>
    public required bool Declares { get; init; }

    /// <summary>What they are.</summary>
    public WorkKind Kind { get; init; }

    /// <summary>From which day on.</summary>
    public int From { get; init; }

    /// <summary>Up to, but without, which day.</summary>
    public int Until { get; init; } = int.MaxValue;

    /// <summary>The address in the directory.</summary>
    public string Email => $"p{Index:00000}@example.com";

    /// <summary>Whether the kind applies on a day.</summary>
    public bool Is(WorkKind kind, int day) => Kind == kind && day >= From && day < Until;
}
