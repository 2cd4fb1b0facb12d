namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// Calls that agree in what attribution looks at. Those of a session that made commits are put together by the minute, since
/// which commit came next matters; all others by the hour.
/// </summary>
/// <param name="Route">The model that was asked for: the name of a route.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="Arm">The experiment that decided where they went, and its arm; empty for none.</param>
/// <param name="AtMs">When the first of them began.</param>
/// <param name="IsPriced">Whether their model had a full price.</param>
/// <param name="Cost">In nano-dollars.</param>
/// <param name="Tokens">Of all classes.</param>
internal sealed record SpendSlice(
    string PersonId,
    string TeamId,
    string UseCase,
    string Route,
    string Provider,
    string Model,
    string Arm,
    string Session,
    string WorkRef,
    long AtMs,
    bool IsPriced,
    long Requests,
    long Cost,
    long Tokens)
{
    /// <summary>Stands for a session or a ticket of which nothing is known but that it was said. No session is called so.</summary>
    public const string SaidOnly = "\0";

    /// <summary>Whether its person or team is kept out of attribution, as the directory says now.</summary>
    public bool IsOptedOut { get; init; }
}
