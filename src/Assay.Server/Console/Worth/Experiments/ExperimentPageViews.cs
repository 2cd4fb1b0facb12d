namespace Assay.Server.Console.Worth.Experiments;

/// <summary>An experiment as a line of the list.</summary>
public sealed record ExperimentLine(string Href, string Question, string Id, string Design, string When, string Phase, bool IsLive, string State);

/// <summary>One arm of an experiment.</summary>
public sealed record ArmLine(string Name, string Targets, string UnitPeriods, string Spend, string Settled, string Finished);

/// <summary>A fact about an experiment.</summary>
public sealed record ExperimentFact(string Name, string Value);

/// <summary>One experiment.</summary>
/// <param name="Finding">What it shows, or when it will, in a sentence.</param>
/// <param name="Effect">The effect in its unit; null where there is none to show.</param>
/// <param name="Scale">The effect on a scale around zero; null where there is none.</param>
/// <param name="Readings">Figures beside the effect; empty before it is judged.</param>
/// <param name="Arms">The sums of the arms; empty before it is judged, and for those who may not see the company's.</param>
public sealed record ExperimentPageView(
    string Id,
    string Question,
    string Phase,
    bool IsLive,
    string Finding,
    string? Effect,
    string EffectNote,
    EffectScale? Scale,
    IReadOnlyList<(string Name, string Value, string Note)> Readings,
    IReadOnlyList<ArmLine> Arms,
    IReadOnlyList<ExperimentFact> Plan,
    IReadOnlyList<ExperimentFact> Lots,
    string Units);

/// <summary>An effect between the ends of a scale with zero in its middle, in percent of its width.</summary>
public sealed record EffectScale(double At, double Low, double High, double WorthLow, double WorthHigh, string LowEnd, string HighEnd);
