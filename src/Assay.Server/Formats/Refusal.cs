namespace Assay.Server.Formats;

/// <summary>Why Assay itself answers a call with an error.</summary>
internal enum Refusal : byte
{
    BadKey,
    KeyMissing,
    KeyExpired,
    KeyRevoked,
    PersonDisabled,
    ModelNotAllowed,
    UnknownModel,
    UseCaseNotAllowed,
    BodyTooLarge,
    BodyMalformed,
    HeaderTooLarge,
    TooManyStreams,
    RateLimited,

    /// <summary>A rate limit that this call alone exceeds: waiting does not help.</summary>
    RateImpossible,
    BudgetExceeded,

    /// <summary>A session or a key was stopped because of a signal.</summary>
    SignalStopped,

    /// <summary>A signal leaves only so many calls a minute.</summary>
    SignalLimited,

    /// <summary>A signal asks for the work that a call serves.</summary>
    WorkRefRequired,
    UnpricedRefused,
    UnmeteredRefused,
    FormatMismatch,

    /// <summary>No target can do what the call needs.</summary>
    NotCapable,
    UnknownProvider,
    ProviderUnreachable,

    /// <summary>Every target is busy, and waiting was of no use or not possible.</summary>
    ProviderBusy,
    ProviderTimeout,
    ProviderBroke,
    JournalUnavailable,
    ShuttingDown,
    NotFound,
    MethodNotAllowed,
    Internal,

    /// <summary>Nobody is there to read it; counted, never written.</summary>
    ClientGone,
}

/// <summary>How a refusal is told.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The value of <c>x-assay-reason</c>. Clients may depend on it: never change one.</param>
/// <param name="OpenAIType">The <c>type</c> of OpenAI's error shape.</param>
/// <param name="AnthropicType">The <c>type</c> of Anthropic's error shape.</param>
/// <param name="GeminiStatus">The <c>status</c> of Google's error shape.</param>
/// <param name="MayRetry">
/// Whether a client does well to try the same again soon. Where not, <c>x-should-retry: false</c> keeps the official
/// clients from repeating a call whose status they would otherwise repeat.
/// </param>
internal readonly record struct RefusalShape(
    int Status, string Reason, string OpenAIType, string AnthropicType, string GeminiStatus, bool MayRetry);

internal static class Refusals
{
    public static RefusalShape Shape(this Refusal refusal) => refusal switch
    {
        Refusal.BadKey => Shape(401, "bad_key"),
        Refusal.KeyMissing => Shape(401, "key_missing"),
        Refusal.KeyExpired => Shape(401, "key_expired"),
        Refusal.KeyRevoked => Shape(401, "key_revoked"),
        Refusal.PersonDisabled => Shape(403, "person_disabled"),
        Refusal.ModelNotAllowed => Shape(403, "model_not_allowed"),
        Refusal.UnknownModel => Shape(404, "unknown_model"),
        Refusal.UseCaseNotAllowed => Shape(403, "use_case_not_allowed"),
        Refusal.BodyTooLarge => Shape(413, "body_too_large"),
        Refusal.BodyMalformed => Shape(400, "body_malformed"),
        Refusal.HeaderTooLarge => Shape(431, "header_too_large"),
        Refusal.TooManyStreams => Shape(429, "too_many_streams", mayRetry: true),
        Refusal.RateLimited => Shape(429, "rate_limited", mayRetry: true),
        Refusal.RateImpossible => Shape(429, "rate_limit_too_small"),
        Refusal.BudgetExceeded => Shape(429, "budget_exceeded") with { OpenAIType = "insufficient_quota" },
        Refusal.SignalStopped => Shape(403, "signal_stopped"),
        Refusal.SignalLimited => Shape(429, "signal_limited", mayRetry: true),
        Refusal.WorkRefRequired => Shape(403, "work_ref_required"),
        Refusal.UnpricedRefused => Shape(403, "unpriced_refused"),
        Refusal.UnmeteredRefused => Shape(403, "unmetered_refused"),
        Refusal.FormatMismatch => Shape(400, "format_mismatch"),
        Refusal.NotCapable => Shape(400, "not_capable"),
        Refusal.UnknownProvider => Shape(404, "unknown_provider"),
        Refusal.ProviderUnreachable => Shape(502, "provider_unreachable", mayRetry: true),
        Refusal.ProviderBusy => Shape(429, "provider_busy", mayRetry: true),
        Refusal.ProviderTimeout => Shape(504, "provider_timeout", mayRetry: true),
        Refusal.ProviderBroke => Shape(502, "provider_broke", mayRetry: true),
        Refusal.JournalUnavailable => Shape(503, "journal_unavailable", mayRetry: true),
        Refusal.ShuttingDown => Shape(503, "shutting_down", mayRetry: true),
        Refusal.NotFound => Shape(404, "not_found"),
        Refusal.MethodNotAllowed => Shape(405, "method_not_allowed"),
        Refusal.Internal => Shape(500, "internal"),
        Refusal.ClientGone => Shape(499, "client_gone"),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };

    /// <summary>The shape that a provider's own error of this status would have.</summary>
    public static RefusalShape Shape(int status, string reason, bool mayRetry = false)
    {
        var (openAI, anthropic, gemini) = status switch
        {
            400 => ("invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
            401 => ("invalid_request_error", "authentication_error", "UNAUTHENTICATED"),
            402 => ("insufficient_quota", "billing_error", "RESOURCE_EXHAUSTED"),
            403 => ("invalid_request_error", "permission_error", "PERMISSION_DENIED"),
            404 => ("invalid_request_error", "not_found_error", "NOT_FOUND"),
            413 => ("invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
            429 => ("rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"),
            503 => ("server_error", "overloaded_error", "UNAVAILABLE"),
            504 => ("server_error", "timeout_error", "DEADLINE_EXCEEDED"),
            529 => ("server_error", "overloaded_error", "UNAVAILABLE"),
            502 => ("server_error", "api_error", "UNAVAILABLE"),
            >= 500 => ("server_error", "api_error", "INTERNAL"),
            _ => ("invalid_request_error", "invalid_request_error", "FAILED_PRECONDITION"),
        };
        return new RefusalShape(status, reason, openAI, anthropic, gemini, mayRetry);
    }
}
