using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Api;

/// <summary>The errors of our own API, all as RFC 9457 problem details whose <c>detail</c> says what to do.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static ProblemHttpResult Invalid(InputFaults faults) => TypedResults.Problem(new HttpValidationProblemDetails(
        faults.ByField())
    {
        Status = StatusCodes.Status400BadRequest,
        Title = "The input is not valid.",
        Detail = faults.Summary(),
    });

    public static ProblemHttpResult Malformed(string detail) =>
        Of(StatusCodes.Status400BadRequest, "The body is not the JSON this endpoint takes.", detail);

    public static ProblemHttpResult NotFound(string what, string id, string doThis) =>
        Of(StatusCodes.Status404NotFound, $"There is no {what} {id}.", doThis);

    public static ProblemHttpResult Missing(string title, string doThis) =>
        Of(StatusCodes.Status404NotFound, title, doThis);

    public static ProblemHttpResult Conflict(string title, string doThis) =>
        Of(StatusCodes.Status409Conflict, title, doThis);

    public static ProblemHttpResult Forbidden(string title, string doThis) =>
        Of(StatusCodes.Status403Forbidden, title, doThis);

    public static ProblemHttpResult TooLarge(int bytesMax) => Of(
        StatusCodes.Status413PayloadTooLarge,
        "The body is too large.",
        $"Send at most {bytesMax} bytes in one request.");

    public static ProblemHttpResult NotJson() => Of(
        StatusCodes.Status415UnsupportedMediaType,
        "The body is not declared as JSON.",
        "Send the header Content-Type: application/json.");

    public static ProblemHttpResult StoreDown() => Of(
        StatusCodes.Status503ServiceUnavailable,
        "The store cannot be reached.",
        "Nothing was changed. Try again in a moment; see /health/ready for the state of the store.");

    public static ProblemDetails NotSigned() => new()
    {
        Status = StatusCodes.Status401Unauthorized,
        Title = "The webhook is not signed with the secret of a configured repository.",
        Detail = "Set outcomes.github.NAME.webhookSecret (or gitlab, jira; or judgments.repositories.NAME.webhookSecret), and the same secret at the host.",
    };

    public static ProblemDetails NotSignedIn() => new()
    {
        Status = StatusCodes.Status401Unauthorized,
        Title = "No valid key was sent.",
        Detail = "Send a key that is neither revoked nor expired as 'Authorization: Bearer ask_…' or 'x-api-key: ask_…'.",
    };

    public static ProblemDetails NotAllowed(string role) => new()
    {
        Status = StatusCodes.Status403Forbidden,
        Title = "Your role does not allow this.",
        Detail = $"You are signed in with the role {role}. Ask an administrator to do it or to change your role.",
    };

    private static ProblemHttpResult Of(int status, string title, string detail) =>
        TypedResults.Problem(detail: detail, statusCode: status, title: title);
}
