using System.Collections;
using Assay.Server.Hosting;

namespace Assay.Server.Judgments;

/// <summary>The secrets by which webhooks of code hosts are recognised.</summary>
internal sealed class HostSecrets(AssayConfig config, IDictionary environment)
{
    /// <summary>Null if the repository is not configured, or has no secret: then no webhook speaks of it.</summary>
    public string? WebhookSecret(string repository) =>
        config.Judgments.Repositories.TryGetValue(repository, out var found) && found.WebhookSecret.Length > 0
        && SecretSource.Read(found.WebhookSecret, environment) is { Length: > 0 } secret ? secret : null;
}
