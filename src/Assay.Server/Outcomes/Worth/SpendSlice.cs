namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// Calls that agree in what attribution looks at. Those of a session that made commits are put together by the minute, since
/// which commit came next matters; all others by the hour.
/// </summary>
/// <param name="AtMs">When the first of them began.</param>
/// <param name="IsPriced">Whether their model had a full price.</param>
/// <param name="Cost">In nano-dollars.</param>
/// <param name="Tokens">Of all classes.</param>
internal sealed record SpendSlice(
    string PersonId,
    string TeamId,
    string UseCase,
    string Model,
    string Session,
    string WorkRef,
    long AtMs,
    bool IsPriced,
    long Requests,
    long Cost,
    long Tokens);
