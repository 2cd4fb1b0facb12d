namespace Assay.Server.Outcomes.Hosts;

/// <summary>What hosts call a repository, from the address that git knows it by.</summary>
internal static class RemoteName
{
    /// <summary><c>acme/shop</c> of <c>git@github.com:acme/shop.git</c> or <c>https://github.com/acme/shop</c>; null where there is no name.</summary>
    public static string? Of(string? remote)
    {
        if (remote is null)
        {
            return null;
        }

        var path = Uri.TryCreate(remote, UriKind.Absolute, out var url) && !url.IsFile
            ? url.AbsolutePath
            : remote.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && remote.IndexOf(':', at) is > 0 and var colon
                ? remote[(colon + 1)..]
                : remote[(remote.LastIndexOf('/') + 1)..];
        path = path.Trim('/');
        path = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        return path.Length > 0 ? path : null;
    }
}
