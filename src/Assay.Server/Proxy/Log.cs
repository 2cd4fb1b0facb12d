namespace Assay.Server.Proxy;

/// <summary>What the gateway says in its log. Never content, keys or people.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Critical,
        "The journal cannot be written; calls are refused until the cause is mended and the node restarted.")]
    public static partial void JournalBroken(ILogger log, Exception fault);

    [LoggerMessage(1004, LogLevel.Error, "A call failed for a reason that is a fault of this program.")]
    public static partial void Unexpected(ILogger log, Exception fault);

    [LoggerMessage(1003, LogLevel.Warning,
        "{Count} calls of an earlier process were open; their estimates are charged.")]
    public static partial void ExpiredAtStart(ILogger log, int count);

    [LoggerMessage(1006, LogLevel.Warning,
        "The shadow of the route {Route} is not asked: its key is not known or cannot be used.")]
    public static partial void ShadowWithoutKey(ILogger log, string route);

    [LoggerMessage(1005, LogLevel.Warning,
        "Key {Number} of the provider {Provider} was refused with {Status}; calls leave it alone for five minutes.")]
    public static partial void KeyRefused(ILogger log, int number, string provider, int status);
}
