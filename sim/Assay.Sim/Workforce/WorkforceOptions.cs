namespace Assay.Sim.Workforce;

/// <summary>Which company to make.</summary>
public sealed record WorkforceOptions
{
    /// <summary>The seed that everything derives from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many people; 50 to 85,000.</summary>
    public int People { get; init; } = 2000;

    /// <summary>How many people a team has.</summary>
    public int TeamSize { get; init; } = 14;

    /// <summary>How many days.</summary>
    public int Days { get; init; } = 60;

    /// <summary>The first day.</summary>
    public DateOnly First { get; init; } = new(2026, 3, 2);

    /// <summary>On which day the board that ranks people by tokens is switched on; negative for never.</summary>
    public int PressureFrom { get; init; } = 15;

    /// <summary>Which part of the people games the board at some time.</summary>
    public double Gaming { get; init; } = 0.03;

    /// <summary>Which part of the people are honest and heavy.</summary>
    public double Heavy { get; init; } = 0.05;

    /// <summary>Whether those who game know how they are looked for: jitter, paraphrases, daytime, false declarations.</summary>
    public bool Evasive { get; init; }

    /// <summary>How many cost incidents to plant for every thousand people and thirty days.</summary>
    public double Incidents { get; init; } = 8;

    /// <summary>Multiplies how many conversations at once an incident has: a small company has small accidents.</summary>
    public double IncidentSize { get; init; } = 1;

    /// <summary>Multiplies how much everybody works, to reach a total.</summary>
    public double Intensity { get; init; } = 1;
}
