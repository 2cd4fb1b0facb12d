namespace Assay.Server.Hosting;

/// <summary>The Judgment Log of repositories. Nothing is fetched from anywhere that is not named here.</summary>
public sealed class JudgmentsConfig
{
    /// <summary>Repositories by name as their host calls them: <c>acme/shop</c>. More can be registered through the API.</summary>
    public IDictionary<string, JudgmentRepositoryConfig> Repositories { get; set; } =
        new Dictionary<string, JudgmentRepositoryConfig>(StringComparer.Ordinal);

    /// <summary>How long one fetch may take.</summary>
    public int FetchSecondsMax { get; set; } = 600;
}

/// <summary>One repository.</summary>
public sealed class JudgmentRepositoryConfig
{
    /// <summary>The default branch.</summary>
    public string Branch { get; set; } = "main";

    /// <summary>The team that may read it, with those below and above; <c>org</c> for everybody.</summary>
    public string Team { get; set; } = "org";

    /// <summary>Who may push snapshots with <c>assay judge push</c>: <c>agent:ci</c>, or a person's e-mail address.</summary>
    public IList<string> Pushers { get; set; } = [];

    /// <summary>What git fetches after a webhook: a path of this machine, or an https, ssh or file address; empty for nothing.</summary>
    public string FetchFrom { get; set; } = "";

    /// <summary><c>env:NAME</c>, <c>file:PATH</c>, or the secret itself, by which webhooks are recognised; empty: they are refused.</summary>
    public string WebhookSecret { get; set; } = "";
}
