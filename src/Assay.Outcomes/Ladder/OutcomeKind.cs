namespace Assay.Outcomes.Ladder;

/// <summary>A kind of result, and what it takes for one to count.</summary>
/// <param name="Name">As it is reported: <c>change</c>, <c>ticket</c>.</param>
/// <param name="Acceptance">The event by which the world accepts one: <c>merged into the default branch</c>.</param>
/// <param name="Unit">What is counted: <c>merged change</c>.</param>
/// <param name="Counter">The metric to be read beside the count, which suffers when the count is gamed.</param>
/// <param name="Owner">Who answers for the definition; empty for nobody yet.</param>
/// <param name="SettleDays">How long one must survive to be settled.</param>
public sealed record OutcomeKind(
    string Name, string Acceptance, string Unit, string Counter, string Owner = "", int SettleDays = OutcomeKind.SettleDaysDefault)
{
    /// <summary>Two weeks: most reverts and reopenings come earlier.</summary>
    public const int SettleDaysDefault = 14;

    /// <summary>A change of code, accepted when it is merged.</summary>
    public const string Change = "change";

    /// <summary>A ticket, accepted when it is resolved.</summary>
    public const string Ticket = "ticket";

    /// <summary>The kinds that need no declaration.</summary>
    public static IReadOnlyList<OutcomeKind> BuiltIn { get; } =
    [
        new(Change, "merged into its base branch", "merged change", "change fail rate, size and review load of changes"),
        new(Ticket, "closed as completed or resolved", "resolved ticket", "reopen rate"),
        new("document", "accepted by its reader", "accepted document", "share rewritten by the reader"),
        new("deal", "signed by the customer", "signed deal", "cancellations", SettleDays: 30),
        new("campaign", "launched and approved", "launched campaign", "complaints and opt-outs"),
        new("recap", "sent to those who met", "recap sent", "share corrected afterwards"),
    ];
}
