namespace Assay.Outcomes.Ladder;

/// <summary>One thing that happened to an outcome.</summary>
/// <param name="What">What happened.</param>
/// <param name="AtMs">When it happened, not when it was told.</param>
/// <param name="Evidence">What says so, as JSON; empty for nothing.</param>
public sealed record OutcomeStep(OutcomeEvent What, long AtMs, string Evidence = "");
