namespace Assay.Server.Notifications;

/// <summary>How much it matters. Only what is critical is sent during quiet hours.</summary>
internal enum NoticeSeverity : byte
{
    Info,
    Warning,
    Critical,
}

/// <summary>What notices are about, as the API and webhooks name it.</summary>
internal static class NoticeKinds
{
    public const string BudgetThreshold = "budget.threshold";
    public const string BudgetExhausted = "budget.exhausted";
    public const string BudgetForecast = "budget.forecast";
    public const string RequestOpened = "request.opened";
    public const string RequestDecided = "request.decided";
    public const string GrantEnding = "grant.ending";
    public const string DeliveryFailed = "delivery.failed";
    public const string SignalRaised = "signal.raised";
    public const string SignalUnanswered = "signal.unanswered";
    public const string SignalConfirmed = "signal.confirmed";
    public const string Test = "test";
}

/// <summary>Something to tell somebody.</summary>
internal sealed record NewNotice
{
    /// <summary>The recipient of what is told to the company's webhooks alone, and stands in nobody's inbox.</summary>
    public const string Company = "";

    /// <summary>Id of the person, or <see cref="Company"/>.</summary>
    public required string PersonId { get; init; }

    /// <summary>One of <see cref="NoticeKinds"/>, or another word of that form.</summary>
    public required string Kind { get; init; }

    public NoticeSeverity Severity { get; init; } = NoticeSeverity.Info;

    /// <summary>One line; longer ones are shortened.</summary>
    public required string Subject { get; init; }

    /// <summary>Plain text.</summary>
    public string Body { get; init; } = "";

    /// <summary>A path of the console with what this is about, as in <c>/me</c>.</summary>
    public string Link { get; init; } = "/inbox";

    /// <summary>Whoever was told something with this key is not told it again.</summary>
    public required string DedupeKey { get; init; }

    /// <summary>Nobody learns of it earlier, and until then it can be cancelled; at once if absent.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether it stays within the console, whatever the person's settings.</summary>
    public bool InboxOnly { get; init; }
}

/// <summary>Something that somebody is told.</summary>
/// <param name="Id"><c>n_</c> and a UUIDv7.</param>
/// <param name="VisibleAtMs">From when on it is in the inbox.</param>
internal sealed record Notice(
    string Id,
    string PersonId,
    string Kind,
    NoticeSeverity Severity,
    string Subject,
    string Body,
    string Link,
    string DedupeKey,
    long CreatedAtMs,
    long VisibleAtMs,
    long? ReadAtMs);
