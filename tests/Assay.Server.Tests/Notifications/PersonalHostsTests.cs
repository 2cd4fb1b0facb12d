using System.Net;
using Assay.Server.Notifications;

namespace Assay.Server.Tests.Notifications;

public sealed class PersonalHostsTests
{
    private static readonly PersonalHosts s_hosts = new(
        ["hooks.slack.com", "*.webhook.office.com", "chat.example.com:8443", "http://intranet:8080", "http://127.0.0.1:9"]);

    [Theory]
    [InlineData("https://hooks.slack.com/services/T/B/x")]
    [InlineData("https://HOOKS.slack.com:443/services")]
    [InlineData("https://contoso.webhook.office.com/a?b=c")]
    [InlineData("https://chat.example.com:8443/hook")]
    [InlineData("http://intranet:8080/hook")]
    public void What_the_operator_named_is_allowed(string url) => s_hosts.FaultIn(url).ShouldBeNull();

    [Theory]
    [InlineData("http://hooks.slack.com/services")]
    [InlineData("https://hooks.slack.com:8443/")]
    [InlineData("https://hooks.slack.com.evil.example/")]
    [InlineData("https://evil.example/?hooks.slack.com")]
    [InlineData("https://evil.example#hooks.slack.com")]
    [InlineData("https://hooks.slack.com@evil.example/")]
    [InlineData("https://user@hooks.slack.com/")]
    [InlineData("https://webhook.office.com/")]
    [InlineData("https://evilwebhook.office.com/")]
    [InlineData("https://intranet:8080/hook")]
    [InlineData("http://intranet/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://localhost:9/")]
    [InlineData("http://[::1]:9/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//hooks.slack.com/")]
    [InlineData("hooks.slack.com")]
    [InlineData("")]
    public void Everything_else_is_not(string url) =>
        s_hosts.FaultIn(url).ShouldNotBeNull();

    [Fact]
    public void Without_a_list_nothing_is_allowed() =>
        new PersonalHosts([]).FaultIn("https://hooks.slack.com/").ShouldNotBeNull().ShouldContain("notifications.allowedHosts");

    [Fact]
    public void An_address_as_long_as_a_book_is_refused() =>
        s_hosts.FaultIn("https://hooks.slack.com/" + new string('x', 1000)).ShouldBe("has 1024 characters: use at most 1000.");

    [Theory]
    [InlineData("hooks.slack.com", "127.0.0.1", false)]
    [InlineData("hooks.slack.com", "::1", false)]
    [InlineData("hooks.slack.com", "::ffff:127.0.0.1", false)]
    [InlineData("hooks.slack.com", "169.254.169.254", false)]
    [InlineData("hooks.slack.com", "::ffff:169.254.169.254", false)]
    [InlineData("hooks.slack.com", "fe80::1", false)]
    [InlineData("hooks.slack.com", "0.0.0.0", false)]
    [InlineData("hooks.slack.com", "::", false)]
    [InlineData("hooks.slack.com", "224.0.0.1", false)]
    [InlineData("hooks.slack.com", "34.1.2.3", true)]
    [InlineData("intranet", "10.0.0.5", true)]
    [InlineData("intranet", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    public void A_name_that_leads_within_is_not_followed(string host, string address, bool allowed) =>
        s_hosts.Allows(host, IPAddress.Parse(address)).ShouldBe(allowed);

    [Theory]
    [InlineData("https://example.com/path")]
    [InlineData("ftp://example.com")]
    [InlineData("*")]
    [InlineData("*.10.0.0.1")]
    [InlineData("user@example.com")]
    [InlineData("")]
    public void An_entry_that_is_no_host_is_a_fault(string entry) =>
        PersonalHosts.FaultInEntry(entry).ShouldNotBeNull();
}
