using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Sightings;
using Assay.Server.Tests.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Outcomes;

/// <summary>The commits that calls say their session is on.</summary>
public sealed class CommitSightingsTests
{
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    private const string Metadata =
        """{"turn_id":"t1","sandbox":"none","workspaces":{"""
        + $$$"""
        "/src/web":{"associated_remote_urls":{"origin":"git@github.com:acme/web.git"},"latest_git_commit_hash":"{{{Sha}}}","has_changes":true},
        "/src/api":{"associated_remote_urls":{"origin":"https://gitlab.example/group/sub/api"},"latest_git_commit_hash":"{{{Sha}}}"},
        "/tmp/new":{"associated_remote_urls":{},"latest_git_commit_hash":"{{{Sha}}}"},
        "/tmp/odd":{"associated_remote_urls":{"origin":"https://x.example/a"},"latest_git_commit_hash":"HEAD"}
        """
        + "}}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Codex_names_its_repositories_and_their_commits() =>
        CommitSighting.Read(Metadata).ShouldBe([("acme/web", Sha), ("group/sub/api", Sha)]);

    [Fact]
    public void Whatever_else_a_client_sends_tells_nothing()
    {
        for (var at = 0; at < Metadata.Length; at++)
        {
            CommitSighting.Read(Metadata[..at]).ShouldBeEmpty();
            CommitSighting.Read(Metadata.Remove(at, 1)).Count.ShouldBeLessThanOrEqualTo(2);
        }

        foreach (var odd in new[] { "", "[1]", "7", "{\"workspaces\":[]}", "{\"workspaces\":{\"a\":3}}", new string(' ', 5000) + Metadata })
        {
            CommitSighting.Read(odd).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_sessions_commit_is_kept_once()
    {
        await using var database = new SqliteHarness();
        await using var store = await database.OpenAsync();
        using var sightings = new CommitSightings(store.Outcomes, NullLogger<CommitSightings>.Instance);
        var headers = new HeaderDictionary { ["x-codex-turn-metadata"] = Metadata };

        sightings.See(headers, "s1", "p_ada", 1_000);
        sightings.See(headers, "s1", "p_ada", 2_000);
        sightings.See(headers, "", "p_ada", 2_000);
        sightings.See(new HeaderDictionary(), "s2", "p_ada", 2_000);
        await sightings.KeepAsync(Ct);
        var version = await store.Outcomes.VersionAsync(Ct);
        sightings.See(headers, "s1", "p_ada", 3_000);
        await sightings.KeepAsync(Ct);

        (await store.Outcomes.AnchorsAsync(0, 10_000, Ct)).ShouldBe(
            [new Anchor("s1", "acme/web", Sha, 1_000, "p_ada", "header", null)]);
        (await store.Outcomes.VersionAsync(Ct)).ShouldBe(version);
    }
}
