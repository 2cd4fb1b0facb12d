namespace Assay.Judgments.Nudges;

/// <summary>What is known of a change beside its files.</summary>
/// <param name="Overridden">AI edits that a person threw away.</param>
/// <param name="Spend">What the branch cost, in words, if that is above the threshold of the settings; null otherwise.</param>
/// <param name="Work">The branch and the ticket, by which an entry can answer.</param>
public sealed record NudgeFacts(IReadOnlyList<OverriddenEdit> Overridden, string? Spend, IReadOnlyList<string> Work)
{
    public static NudgeFacts None { get; } = new([], null, []);
}
