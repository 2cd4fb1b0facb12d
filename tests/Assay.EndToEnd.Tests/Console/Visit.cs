using Microsoft.Playwright;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>One browser profile that visits the console, and everything that its pages complained about.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _address;

    private Visit(IBrowserContext context, IPage page, Uri address)
    {
        _context = context;
        _address = address;
        Page = page;
        page.Console += (_, message) =>
        {
            // Content security policy violations are console errors, too.
            if (message.Type is "error" or "warning")
            {
                Complaints.Add($"{page.Url}: {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complaints.Add($"{page.Url}: {error}");
        page.RequestFailed += (_, request) =>
        {
            // Leaving a page ends its live stream; that is no failure.
            if (!request.Url.Contains("/api/v1/live", StringComparison.Ordinal))
            {
                Complaints.Add($"{request.Url}: {request.Failure}");
            }
        };
    }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public static Task<Visit> BeginAsync(
        IBrowser browser, IConsoleUnderTest console, int width = 1280, int height = 900, bool dark = false, bool script = true,
        float scale = 1) => BeginAsync(browser, console.Address, width, height, dark, script, scale);

    public static async Task<Visit> BeginAsync(
        IBrowser browser, Uri address, int width = 1280, int height = 900, bool dark = false, bool script = true,
        float scale = 1)
    {
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            ReducedMotion = ReducedMotion.Reduce,
            DeviceScaleFactor = scale,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(60_000);
        return new Visit(context, await context.NewPageAsync(), address);
    }

    public async Task<IResponse> GoAsync(string path)
    {
        var response = await Page.GotoAsync(new Uri(_address, path).ToString(), new() { WaitUntil = WaitUntilState.Load });
        return response!;
    }

    public async Task SignInAsync(string secret)
    {
        await GoAsync("/signin");
        await Page.FillAsync("#key", secret);
        await Page.ClickAsync("button:has-text('Sign in')");
        // For what only a page within has, and for no event: on a busy machine it can have come before anybody waits for it.
        await Page.WaitForSelectorAsync(".rail");
    }

    /// <summary>Whether the page is wider than the window.</summary>
    public Task<bool> OverflowsAsync() =>
        Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
