using Microsoft.Playwright;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>Debian's Chromium, driven by Playwright. One for all tests of the console.</summary>
public sealed class Browser : IAsyncLifetime
{
    public const string HowToInstall = "Chromium is not installed: apt-get install chromium";

    private const string Executable = "/usr/bin/chromium";

    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = s_arguments });
    }

    /// <summary>The browser; skips the test where there is none.</summary>
    public IBrowser Get()
    {
        Assert.SkipWhen(_browser is null, HowToInstall);
        return _browser!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleTests : ICollectionFixture<Browser>, ICollectionFixture<FullConsole>
{
    public const string Name = "console";
}

/// <summary>The sample company's console, started once.</summary>
public sealed class FullConsole : IAsyncLifetime
{
    internal ConsoleHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ConsoleHost.StartAsync(withTraffic: true, CancellationToken.None);

    public ValueTask DisposeAsync() => Host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
