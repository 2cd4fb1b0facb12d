namespace Assay.Outcomes.Reverts;

/// <summary>What a change says that it undoes.</summary>
/// <param name="Rule">What says so.</param>
/// <param name="Target">
/// A commit's hash for <see cref="RevertRule.CommitTrailer"/> and <see cref="RevertRule.InversePatch"/>, a title for
/// <see cref="RevertRule.Title"/>, otherwise a number, with the repository before it when one is named: <c>87</c>, <c>acme/web#87</c>.
/// </param>
public sealed record RevertClaim(RevertRule Rule, string Target);
