using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>What kind of error a provider answered with.</summary>
internal enum ErrorKind : byte
{
    Invalid,
    ContextTooLong,
    Authentication,
    Permission,
    NotFound,
    TooLarge,
    RateLimited,

    /// <summary>The money is spent; repeating does not help.</summary>
    QuotaSpent,
    Overloaded,
    Timeout,
    Server,
}

/// <summary>An error in no format's words.</summary>
internal readonly record struct AnswerError(ErrorKind Kind, int Status, RawText Message)
{
    public bool ShouldRetry => Kind is ErrorKind.RateLimited or ErrorKind.Overloaded or ErrorKind.Timeout or ErrorKind.Server
        || (Kind == ErrorKind.Invalid && Status is 408 or 409);

    public static AnswerError Cut { get; } = new(
        ErrorKind.Server, 502, RawText.Of("The provider's stream ended before the answer was complete."));

    public static ErrorKind OfStatus(int status) => status switch
    {
        401 => ErrorKind.Authentication,
        402 => ErrorKind.QuotaSpent,
        403 => ErrorKind.Permission,
        404 => ErrorKind.NotFound,
        408 => ErrorKind.Timeout,
        413 => ErrorKind.TooLarge,
        424 => ErrorKind.Server, // Bedrock: the model failed.
        429 => ErrorKind.RateLimited,
        503 or 529 => ErrorKind.Overloaded,
        504 => ErrorKind.Timeout,
        >= 500 => ErrorKind.Server,
        _ => ErrorKind.Invalid,
    };

    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Authentication => 401,
        ErrorKind.Permission => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.TooLarge => 413,
        ErrorKind.RateLimited or ErrorKind.QuotaSpent => 429,
        ErrorKind.Overloaded => 503,
        ErrorKind.Timeout => 504,
        ErrorKind.Server => 500,
        _ => 400,
    };
}
