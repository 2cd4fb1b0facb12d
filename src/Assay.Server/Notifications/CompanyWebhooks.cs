using System.Collections;
using Assay.Server.Hosting;

namespace Assay.Server.Notifications;

/// <summary>One of the company's receivers, with its secret read.</summary>
/// <param name="Channel">One of <see cref="ChannelNames"/>: what the receiver understands.</param>
internal sealed record CompanyWebhook(string Name, string Channel, Uri Url, string Secret, IReadOnlyList<string> Kinds)
{
    public bool Wants(string kind) => Kinds.Count == 0 || Kinds.Any(pattern => pattern.EndsWith('*')
        ? kind.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : kind == pattern);

    // A record would print the secret.
    public override string ToString() => Name;
}

/// <summary>The company's receivers, by name.</summary>
internal sealed class CompanyWebhooks
{
    private readonly Dictionary<string, CompanyWebhook> _byName;

    public CompanyWebhooks(NotificationsConfig config, IDictionary environment) =>
        _byName = config.Webhooks.ToDictionary(
            w => w.Name,
            w => new CompanyWebhook(
                w.Name, w.Format, new Uri(w.Url), SecretSource.Read(w.Secret, environment), [.. w.Kinds]),
            StringComparer.Ordinal);

    public IEnumerable<CompanyWebhook> All => _byName.Values;

    public CompanyWebhook? Find(string name) => _byName.GetValueOrDefault(name);
}
