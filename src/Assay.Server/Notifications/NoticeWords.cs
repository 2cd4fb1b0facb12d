namespace Assay.Server.Notifications;

/// <summary>The words by which severities and channels are written and stored.</summary>
internal static class NoticeWords
{
    public static readonly IReadOnlyDictionary<string, NoticeSeverity> Severities =
        Enum.GetValues<NoticeSeverity>().ToDictionary(Word, s => s, StringComparer.Ordinal);

    public static string Word(NoticeSeverity severity) => severity switch
    {
        NoticeSeverity.Info => "info",
        NoticeSeverity.Warning => "warning",
        _ => "critical",
    };
}

/// <summary>The ways out of the console. The inbox itself is none: what is told is there in any case.</summary>
internal static class ChannelNames
{
    public const string Mail = "mail";
    public const string Webhook = "webhook";
    public const string Slack = "slack";
    public const string Teams = "teams";
}
