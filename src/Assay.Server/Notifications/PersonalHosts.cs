using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Notifications;

/// <summary>
/// Where people may send their own notices. Whoever may name any address could make the gateway call what only the
/// gateway can reach, so only hosts that the operator named are called.
/// </summary>
internal sealed class PersonalHosts
{
    public const int UrlCharsMax = 1000;

    private readonly List<Entry> _entries = [];

    /// <param name="allowed">Entries that <see cref="FaultInEntry"/> finds no fault with.</param>
    public PersonalHosts(IEnumerable<string> allowed)
    {
        foreach (var text in allowed)
        {
            if (Parse(text) is { } entry)
            {
                _entries.Add(entry);
            }
        }
    }

    public bool Any => _entries.Count > 0;

    /// <summary>What is wrong with an entry of the configuration, or null.</summary>
    public static string? FaultInEntry(string text) => Parse(text) is null
        ? $"\"{text}\" is no host; write one like hooks.slack.com, *.example.com, example.com:8443 or http://intranet:8080."
        : null;

    /// <summary>What is wrong with an address that a person gave, or null.</summary>
    public string? FaultIn(string url)
    {
        if (url.Length > UrlCharsMax)
        {
            return $"has {url.Length} characters: use at most {UrlCharsMax}.";
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "is not an address such as https://hooks.example.com/notices.";
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return "must have neither a user name nor a fragment.";
        }

        return Find(uri) is not null ? null
            : !Any ? "cannot be used: the company allows no addresses of people's own (notifications.allowedHosts)."
            : $"leads to {uri.Scheme}://{uri.Authority}, which is not among the hosts that the company allows "
                + "(notifications.allowedHosts).";
    }

    /// <summary>
    /// Whether a connection to this address may be made for this host. A name that is allowed must not lead to the
    /// machine itself or to what clouds keep on link-local addresses, unless the operator named just that.
    /// </summary>
    public bool Allows(string host, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var inward = IPAddress.IsLoopback(plain)
            || plain.IsIPv6LinkLocal || plain.IsIPv6Multicast
            || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any)
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is var b
                && ((b[0] == 169 && b[1] == 254) || b[0] == 0 || b[0] >= 224));
        return !inward
            || _entries.Any(e => !e.Wildcard && string.Equals(e.Host, host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
                && (e.Host == "localhost" || IPAddress.TryParse(e.Host, out _)));
    }

    private Entry? Find(Uri uri) => _entries.FirstOrDefault(e => e.Scheme == uri.Scheme && e.Port == uri.Port && (e.Wildcard
        ? uri.IdnHost.EndsWith("." + e.Host, StringComparison.OrdinalIgnoreCase)
        : string.Equals(uri.IdnHost.Trim('[', ']'), e.Host, StringComparison.OrdinalIgnoreCase)));

    private static Entry? Parse(string text)
    {
        var wildcard = text.Contains("://*.", StringComparison.Ordinal) || text.StartsWith("*.", StringComparison.Ordinal);
        var whole = (text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text).Replace(
            "://*.", "://", StringComparison.Ordinal);
        return text.Length <= 253
            && Uri.TryCreate(whole, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.PathAndQuery == "/" && uri.Fragment.Length == 0
            && (!wildcard || uri.HostNameType == UriHostNameType.Dns)
                ? new Entry(uri.Scheme, uri.IdnHost.Trim('[', ']'), uri.Port, wildcard)
                : null;
    }

    private sealed record Entry(string Scheme, string Host, int Port, bool Wildcard);
}
