using Assay.Outcomes.Reverts;

namespace Assay.Outcomes.Tests.Reverts;

public sealed class RevertReaderTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("This reverts commit " + Sha + ".", true)]
    [InlineData("Revert \"Add a cache\"\n\nThis reverts commit " + Sha + ", reversing\nchanges made to 89.", true)]
    [InlineData("We may want to say: This reverts commit " + Sha, false)]
    [InlineData("This reverts commit 0123456", false)]
    [InlineData("This reverts commit " + Sha + "aa", false)]
    public void A_commit_says_what_it_reverts_as_git_writes_it(string message, bool isClaim) =>
        Read(messages: [message]).ShouldBe(isClaim ? [new(RevertRule.CommitTrailer, Sha)] : []);

    [Theory]
    [InlineData("Reverts acme/web#87", "acme/web#87")]
    [InlineData("Reverts #87", "87")]
    [InlineData("Some words.\n\nReverts acme/web#87\n", "acme/web#87")]
    [InlineData("This reverts merge request !12", "12")]
    [InlineData("This reverts merge request group/sub/app!12", "group/sub/app!12")]
    [InlineData("It reverts acme/web#87 in spirit", null)]
    public void A_description_says_it_as_the_hosts_write_it(string description, string? target) =>
        Read(description: description).ShouldBe(target is null ? [] : [new(RevertRule.HostReference, target)]);

    [Theory]
    [InlineData("Revert \"Add a cache\"", "Add a cache")]
    [InlineData("Revert \"Add a \\\"fast\\\" cache\" (#90)", "Add a \\\"fast\\\" cache")]
    [InlineData("Revert \"Add a cache (#87)\" (#90)", "Add a cache")]
    [InlineData("Reapply \"Add a cache\"", "Revert \"Add a cache\"")]
    [InlineData("Revert \"Revert \"Add a cache\"\"", "Revert \"Add a cache\"")]
    [InlineData("Revert the cache", null)]
    public void A_title_quotes_the_one_it_reverts(string title, string? target) =>
        Read(title: title).ShouldBe(target is null ? [] : [new(RevertRule.Title, target)]);

    [Fact]
    public void A_branch_carries_the_number_and_the_surest_rule_comes_first()
    {
        Read(branch: "revert-87-fast-cache").ShouldBe([new(RevertRule.HostBranch, "87")]);
        Read(branch: "revert-1a2b3c4d").ShouldBeEmpty();
        Read("Revert \"Add a cache\"", "Reverts acme/web#87", "revert-87-cache", ["This reverts commit " + Sha + "."])
            .Select(c => c.Rule).ShouldBe([RevertRule.CommitTrailer, RevertRule.HostReference, RevertRule.HostBranch, RevertRule.Title]);
    }

    private static IReadOnlyList<RevertClaim> Read(
        string title = "", string description = "", string? branch = null, string[]? messages = null) =>
        RevertReader.Read(title, description, branch, messages ?? []);
}
