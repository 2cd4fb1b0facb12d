namespace Assay.Server.Hosting;

/// <summary>How people are told of things outside the console. Nothing is sent to what is not named here.</summary>
public sealed class NotificationsConfig
{
    /// <summary>The company's mail server; no mail without it.</summary>
    public SmtpConfig Smtp { get; set; } = new();

    /// <summary>The company's own receivers, told what concerns teams and the company.</summary>
    public IList<WebhookConfig> Webhooks { get; set; } = [];

    /// <summary>
    /// Where people may send their own notices: <c>hooks.slack.com</c>, <c>*.webhook.office.com</c>,
    /// <c>http://intranet:8080</c>. Empty: nowhere.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];
}

/// <summary>A mail server.</summary>
public sealed class SmtpConfig
{
    public string Host { get; set; } = "";

    public int Port { get; set; } = 587;

    /// <summary><c>starttls</c> or <c>none</c>.</summary>
    public string Tls { get; set; } = "starttls";

    public string Username { get; set; } = "";

    /// <summary><c>env:NAME</c>, <c>file:PATH</c>, or the password itself.</summary>
    public string Password { get; set; } = "";

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "";

    /// <summary>Domains that people may have their mail sent to, besides that of their own address.</summary>
    public IList<string> Domains { get; set; } = [];
}

/// <summary>One of the company's receivers.</summary>
public sealed class WebhookConfig
{
    public string Name { get; set; } = "";

    public string Url { get; set; } = "";

    /// <summary><c>env:NAME</c>, <c>file:PATH</c>, or the secret itself: <c>whsec_</c> and Base64.</summary>
    public string Secret { get; set; } = "";

    /// <summary><c>webhook</c>, <c>slack</c> or <c>teams</c>: what the receiver understands.</summary>
    public string Format { get; set; } = "webhook";

    /// <summary>The kinds of notices that it is told, <c>*</c> at the end of one as wildcard; all if empty.</summary>
    public IList<string> Kinds { get; set; } = [];
}
