namespace Assay.Server.Notifications;

/// <summary>Makes addresses of paths, for readers outside the console.</summary>
/// <param name="publicUrl">As configured; empty if nobody said where the console is.</param>
internal sealed class NoticeLinks(string publicUrl)
{
    private readonly Uri? _root = publicUrl.Length > 0 ? new Uri(publicUrl, UriKind.Absolute) : null;

    public Uri? Absolute(string path) => _root is null ? null : new Uri(_root, path);
}
