namespace Assay.Server.Hosting;

/// <summary>Outcomes: what counts as one, and who tells of them.</summary>
public sealed class OutcomesConfig
{
    /// <summary>Kinds beside the built-in ones, or in their place, by name.</summary>
    public IDictionary<string, OutcomeKindConfig> Kinds { get; set; } = new Dictionary<string, OutcomeKindConfig>(StringComparer.Ordinal);

    /// <summary>Who may report outcomes to the API, beside administrators: <c>agent:crm</c>, or a person's e-mail address.</summary>
    public IList<string> Reporters { get; set; } = [];

    /// <summary>Repositories on GitHub whose webhooks are taken: <c>acme/web</c>, or a pattern such as <c>acme/*</c>.</summary>
    public IDictionary<string, OutcomeSourceConfig> GitHub { get; set; } = new Dictionary<string, OutcomeSourceConfig>(StringComparer.Ordinal);

    /// <summary>Projects on GitLab whose webhooks are taken: <c>group/app</c>, or a pattern.</summary>
    public IDictionary<string, OutcomeSourceConfig> GitLab { get; set; } = new Dictionary<string, OutcomeSourceConfig>(StringComparer.Ordinal);

    /// <summary>Projects in Jira whose webhooks are taken: their key, as <c>SUP</c>, or a pattern.</summary>
    public IDictionary<string, OutcomeSourceConfig> Jira { get; set; } = new Dictionary<string, OutcomeSourceConfig>(StringComparer.Ordinal);

    /// <summary>Names at code hosts, and the e-mail addresses of the people they are.</summary>
    public IDictionary<string, string> People { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The environments that count as production, with <c>*</c> as wildcard.</summary>
    public IList<string> Production { get; set; } = ["production", "prod", "live"];

    /// <summary>The workflows and pipelines whose runs on the default branch are deployments to production; none by default.</summary>
    public IList<string> DeployWorkflows { get; set; } = [];
}

/// <summary>A kind of outcome. What is left out is as in the built-in kind of that name.</summary>
public sealed class OutcomeKindConfig
{
    /// <summary>The event by which the world accepts one.</summary>
    public string Acceptance { get; set; } = "";

    /// <summary>What is counted, as in <c>resolved ticket</c>.</summary>
    public string Unit { get; set; } = "";

    /// <summary>The metric to be read beside the count.</summary>
    public string CounterMetric { get; set; } = "";

    /// <summary>Who answers for the definition: an e-mail address or a team.</summary>
    public string Owner { get; set; } = "";

    /// <summary>How many days one must survive to be settled.</summary>
    public int? SettleDays { get; set; }
}

/// <summary>What is told by one repository or project.</summary>
public sealed class OutcomeSourceConfig
{
    /// <summary><c>env:NAME</c>, <c>file:PATH</c>, or the secret itself, by which its webhooks are recognised.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>The team of outcomes whose author is nobody of the directory.</summary>
    public string Team { get; set; } = "";

    /// <summary>The use case that its outcomes belong to.</summary>
    public string UseCase { get; set; } = "";
}
