namespace Assay.Server.Console.Decide;

/// <summary>What the page of a link shows.</summary>
/// <param name="Amount">For people, as in <c>$50.00</c>.</param>
/// <param name="Closed">What became of it, if it is not open any more.</param>
/// <param name="Form">What the form holds; null if there is nothing to decide.</param>
public sealed record DecideView(
    string Who,
    string Amount,
    string Reason,
    IReadOnlyList<(string Name, string Value)> Facts,
    string? Closed,
    DecideForm? Form);

/// <summary>The form as it was sent, or as it begins.</summary>
/// <param name="Token">The link's own token, which is what allows the decision.</param>
/// <param name="Fault">Why it was not done.</param>
public sealed record DecideForm(string Token, string Amount, string Unit, string Reason, string? Fault);
