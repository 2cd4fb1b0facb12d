namespace Assay.Server.Console;

/// <summary>What the console needs to know about the installation.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Where the keys that seal session cookies are kept, in a folder of their own.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Decides where days and months begin; the store's time zone.</summary>
    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>The configured names of the providers that the company runs itself.</summary>
    public IReadOnlySet<string> InHouseProviders { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// The address that employees' tools reach this gateway at, as in <c>https://ai.example.com</c>; empty for the
    /// address that the page was asked for under.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>A session ends after so long without a page being opened.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>A session ends after so long in any case.</summary>
    public TimeSpan SessionLongest { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Failed attempts to sign in that one address may make within <see cref="SignInWindow"/>.</summary>
    public int SignInFailuresMax { get; set; } = 10;

    public TimeSpan SignInWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The price book's name for a configured provider.</summary>
    public Func<string, string> PriceProvider { get; set; } = provider => provider;
}
