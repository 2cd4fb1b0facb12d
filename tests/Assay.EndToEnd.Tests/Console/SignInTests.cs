using System.Net;
using Assay.Server.Console.SignIn;
using Assay.Server.Directory;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>Signing in, staying signed in, and no longer being so. Each test has a console, and so a clock, of its own.</summary>
public sealed class SignInTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_not_signed_in_is_sent_to_sign_in_and_then_where_they_wanted_to_go()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = new ConsoleClient(console);
        var turned = await client.GetAsync("/requests?period=30d", Ct);
        turned.Status.ShouldBe(HttpStatusCode.Found);
        new Uri(turned.Location).PathAndQuery.ShouldBe("/signin?return=%2Frequests%3Fperiod%3D30d");
        var signedIn = await client.SignInAsync(console.Company.SecretOf("employee"), Ct, "/requests?period=30d");
        signedIn.Location.ShouldBe("/requests?period=30d");
        (await client.GetAsync("/requests?period=30d", Ct)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites_and_holds_no_secret()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = new ConsoleClient(console);
        var answer = await client.SignInAsync(console.Company.SecretOf("employee"), Ct);
        var cookie = answer.Headers["Set-Cookie"];
        cookie.ShouldContain(ConsoleSession.CookieName + "=");
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        cookie.ShouldNotContain("expires=", Case.Insensitive);
        cookie.ShouldNotContain(console.Company.SecretOf("employee"));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task A_crafted_link_to_the_sign_in_page_leads_nowhere_else(string back)
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = new ConsoleClient(console);
        (await client.SignInAsync(console.Company.SecretOf("employee"), Ct, back)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Each_reason_for_refusal_is_said_plainly_and_the_key_is_never_repeated()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = new ConsoleClient(console);
        await RefusedAsync("ask_" + new string('x', 43), "No such key, or it has been revoked");
        await RefusedAsync(console.Company.SecretOf("expired"), "has expired");
        await RefusedAsync(new string('x', 600), "too long to be a key");
        await RefusedAsync("  ", "Enter your key");

        async Task RefusedAsync(string secret, string words)
        {
            var answer = await client.SignInAsync(secret, Ct);
            answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Body.ShouldContain(words);
            answer.Body.ShouldContain("role=\"alert\"");
            if (secret.Trim().Length > 0)
            {
                answer.Body.ShouldNotContain(secret);
            }
        }
    }

    [Fact]
    public async Task Too_many_failures_from_one_address_are_held_off_for_a_while()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct, options => options.SignInFailuresMax = 3);
        using var client = new ConsoleClient(console);
        for (var i = 0; i < 3; i++)
        {
            (await client.SignInAsync("ask_wrong", Ct)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        }

        var held = await client.SignInAsync(console.Company.SecretOf("employee"), Ct);
        held.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        held.Headers["Retry-After"].ShouldBe("300");
        held.Body.ShouldContain("Try again in 5 minutes");
        console.Clock.Advance(TimeSpan.FromMinutes(5));
        (await client.SignInAsync(console.Company.SecretOf("employee"), Ct)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_revoked_key_ends_the_session_at_the_next_request()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        (await client.GetAsync("/me", Ct)).Status.ShouldBe(HttpStatusCode.OK);
        var person = console.Company.PersonOf("emi.tanaka@example.com");
        await console.Directory.ChangeAsync(
            [new DirectoryChange.RevokeKey($"k_{person.Id}", console.Clock.GetUtcNow().ToUnixTimeMilliseconds())], "test", Ct);
        await console.Snapshots.RefreshAsync(Ct);
        var answer = await client.GetAsync("/me", Ct);
        answer.Status.ShouldBe(HttpStatusCode.Found);
        answer.Location.ShouldContain("/signin");
        client.Cookies.Select(cookie => cookie.Name).ShouldNotContain(ConsoleSession.CookieName);
    }

    [Fact]
    public async Task A_role_that_changes_counts_at_the_next_request()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        (await client.GetAsync("/company", Ct)).Status.ShouldBe(HttpStatusCode.Forbidden);
        var person = console.Company.PersonOf("emi.tanaka@example.com");
        await console.Directory.ChangeAsync([new DirectoryChange.PutPerson(person with { Role = Role.Finance })], "test", Ct);
        await console.Snapshots.RefreshAsync(Ct);
        (await client.GetAsync("/company", Ct)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_ends_when_nobody_opens_a_page_for_an_hour()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        console.Clock.Advance(TimeSpan.FromMinutes(59));
        (await client.GetAsync("/me", Ct)).Status.ShouldBe(HttpStatusCode.OK);
        console.Clock.Advance(TimeSpan.FromMinutes(59));
        (await client.GetAsync("/me", Ct)).Status.ShouldBe(HttpStatusCode.OK, "the visit in between counted");
        console.Clock.Advance(TimeSpan.FromMinutes(61));
        (await client.GetAsync("/me", Ct)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task An_open_page_that_refreshes_itself_does_not_keep_the_session_alive()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        for (var i = 0; i < 3; i++)
        {
            console.Clock.Advance(TimeSpan.FromMinutes(19));
            (await client.GetAsync("/me", Ct, (ConsoleSession.RefreshHeader, "1"))).Status.ShouldBe(HttpStatusCode.OK);
        }

        console.Clock.Advance(TimeSpan.FromMinutes(19));
        (await client.GetAsync("/me", Ct, (ConsoleSession.RefreshHeader, "1"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_however_busy()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        for (var i = 0; i < 14; i++)
        {
            console.Clock.Advance(TimeSpan.FromMinutes(50));
            (await client.GetAsync("/connect", Ct)).Status.ShouldBe(HttpStatusCode.OK);
        }

        console.Clock.Advance(TimeSpan.FromMinutes(50));
        (await client.GetAsync("/connect", Ct)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        var out1 = await client.PostAsync("/signout", (await client.GetAsync("/connect", Ct)).Body, Ct);
        out1.Location.ShouldBe("/signin?out");
        (await client.GetAsync("/me", Ct)).Status.ShouldBe(HttpStatusCode.Found);
        (await client.GetAsync("/signin?out", Ct)).Body.ShouldContain("You are signed out");
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signout")]
    [InlineData("/theme")]
    public async Task A_form_without_the_token_of_this_browser_does_nothing(string path)
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        var before = client.Cookies.Select(cookie => cookie.ToString()).ToHashSet(StringComparer.Ordinal);
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
            [
                new("key", console.Company.SecretOf("finance")),
                new("theme", "dark"),
                new("form-token", "made-up"),
            ]),
        };
        await client.SendAsync(request, Ct);
        client.Cookies.Select(cookie => cookie.ToString()).ShouldBe(before, ignoreOrder: true);
        (await client.GetAsync("/company", Ct)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_keys_that_seal_sessions_survive_a_restart_and_are_readable_by_the_owner_alone()
    {
        await using var console = await ConsoleHost.StartAsync(withTraffic: false, Ct);
        using var client = await ConsoleClient.SignInAsync(console, "employee", Ct);
        var directory = Path.Combine(console.DataDirectory, "console-keys");
        var files = System.IO.Directory.GetFiles(directory);
        files.Length.ShouldBe(1);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(directory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.GetUnixFileMode(files[0]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        new SealKeys(directory).GetAllElements().Count.ShouldBe(1);
    }
}
