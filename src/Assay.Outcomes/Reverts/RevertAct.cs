namespace Assay.Outcomes.Reverts;

/// <summary>One thing that undid another. What did it and what was undone is an outcome, a commit, or both; empty where not known.</summary>
/// <param name="AtMs">When it took effect.</param>
/// <param name="Rule">By which rule it was found.</param>
/// <param name="ByOutcome">The outcome that undid.</param>
/// <param name="ByCommit">The commit that undid.</param>
/// <param name="TargetOutcome">The outcome that was undone.</param>
/// <param name="TargetCommit">The commit that was undone.</param>
public sealed record RevertAct(
    long AtMs, RevertRule Rule, string ByOutcome, string ByCommit, string TargetOutcome, string TargetCommit);
