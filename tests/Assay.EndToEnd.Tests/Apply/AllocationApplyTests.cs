using Assay.Server.Directory;

namespace Assay.EndToEnd.Tests.Apply;

/// <summary>Allocations and rate limits in <c>org.yaml</c>.</summary>
public sealed class AllocationApplyTests
{
    private const string Org = """
        teams:
          - { id: eng, teams: [ { id: ml } ] }
        people:
          - { email: root@example.com, role: admin }
          - { email: ada@example.com, team: ml }
        agents:
          - { id: ci, owner: ada@example.com }
        keys:
          - { owner: ci, name: pipeline }
        budgets:
          - { scope: "person:ada@example.com", window: quarter, limit: 10, parent: "team:ml" }
          - { scope: "team:ml", window: quarter, limit: 40, parent: org, overAllocation: true }
          - { scope: org, window: quarter, limit: 100 }
          - { scope: "agent:ci", window: quarter, limit: 35, parent: "team:ml", atLimit: throttle }
          - { scope: "model:claude-opus-*", window: rolling30d, limit: 500, unit: tokens }
          - { scope: "provider:openai", window: day, limit: 5, atLimit: warn }
          - { scope: "key:ci/pipeline", window: quarter, limit: 1, parent: "agent:ci" }
        rateLimits:
          - { scope: org, requestsPerMinute: 6000, tokensPerMinute: 5000000, concurrentStreams: 400 }
          - { scope: "person:ada@example.com", requestsPerMinute: 60 }
          - { scope: "key:ci/pipeline", concurrentStreams: 2 }
        """;

    [Fact]
    public async Task A_tree_of_budgets_in_any_order_becomes_what_the_file_says_and_stays_so()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var applied = (await fixture.Apply(Org)).ShouldSucceed();

        var directory = await fixture.Directory();
        string Parent(string scope)
        {
            var budget = directory.Data.Budgets.Single(b => ScopeText.Write(b.Scope, directory) == scope);
            return directory.Budgets.ParentOf(budget) is { } parent ? ScopeText.Write(parent.Scope, directory) : "";
        }

        Parent("org").ShouldBe("");
        Parent("team:ml").ShouldBe("org");
        Parent("person:ada@example.com").ShouldBe("team:ml");
        Parent("agent:ci").ShouldBe("team:ml");
        directory.Data.Budgets.Single(b => b.OverAllocation).Scope.Id.ShouldBe("ml");
        directory.Data.Budgets.Single(b => b.Scope.Kind == BudgetScopeKind.Model).Window.ShouldBe(BudgetWindow.Rolling30D);
        directory.Data.RateLimits.Select(l => (ScopeText.Write(l.Scope, directory), l.RequestsPerMinute, l.TokensPerMinute, l.ConcurrentStreams))
            .ShouldBe(
            [
                ("org", 6000, 5_000_000, 400),
                ("person:ada@example.com", 60, null, null),
                ($"key:{directory.Data.Keys.Single().Id}", null, null, 2),
            ],
            ignoreOrder: true);
        applied.Output.ShouldContain("+ budget of team:ml by quarter in usd: $40.000000000, block at the limit, allocated from org\n");
        applied.Output.ShouldContain("+ rate limit of person:ada@example.com: 60 requests and any number of tokens a minute, any number of streams at once\n");
        (await fixture.Apply(Org)).Output.ShouldBe("No changes: the directory is as the file says.\n");
        (await fixture.Apply(Org, prune: true)).Output.ShouldEndWith("No changes: the directory is as the file says.\n");
    }

    [Fact]
    public async Task A_change_of_place_is_told_from_what_to_what()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();

        var changed = Org.Replace("limit: 10, parent: \"team:ml\"", "limit: 10, parent: org", StringComparison.Ordinal)
            .Replace(", overAllocation: true", "", StringComparison.Ordinal)
            .Replace("requestsPerMinute: 60 }", "requestsPerMinute: 90 }", StringComparison.Ordinal);
        var dry = (await fixture.Apply(changed, dryRun: true)).ShouldSucceed();

        dry.Output.ShouldContain("~ budget of person:ada@example.com by quarter in usd: parent team:ml → org\n");
        dry.Output.ShouldContain("~ budget of team:ml by quarter in usd: overAllocation true → false\n");
        dry.Output.ShouldContain("~ rate limit of person:ada@example.com: requestsPerMinute 60 → 90\n");
        dry.Output.ShouldContain("0 to create, 3 to change, 0 to remove.");
        (await fixture.Apply(changed)).ShouldSucceed();
        (await fixture.Apply(changed)).Output.ShouldBe("No changes: the directory is as the file says.\n");
    }

    [Fact]
    public async Task Pruning_removes_parts_before_wholes_and_ends_their_loans()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();
        var directory = await fixture.Directory();
        Budget Of(string scope) => directory.Data.Budgets.Single(b => ScopeText.Write(b.Scope, directory) == scope);
        await fixture.Store.Directory.ChangeAsync(
            [new DirectoryChange.PutGrant(new BudgetGrant("gr_1", Of("person:ada@example.com").Id, Of("agent:ci").Id, 5, 0, null, null))],
            "test",
            ApplyFixture.Ct);

        var bare = Org[..Org.IndexOf("budgets:", StringComparison.Ordinal)];
        (await fixture.Apply(bare)).Output.ShouldBe("No changes: the directory is as the file says.\n");
        var pruned = (await fixture.Apply(bare, prune: true)).ShouldSucceed();

        pruned.Output.Split('\n').Where(l => l.StartsWith("- budget", StringComparison.Ordinal)).Last()
            .ShouldNotContain("person:");
        var after = await fixture.Directory();
        after.Data.Budgets.ShouldBeEmpty();
        after.Data.RateLimits.ShouldBeEmpty();
        after.Data.Grants.Single().UntilMs.ShouldNotBeNull();
        (await fixture.Apply(bare, prune: true)).Output.ShouldEndWith("No changes: the directory is as the file says.\n");
    }

    public static TheoryData<string, string> Faults { get; } = new()
    {
        { "budgets:\n  - { scope: org, window: day, limit: 1, parent: \"team:org\" }\n", "org.yaml:2:5: team:org has no budget in usd for the window day" },
        { "budgets:\n  - { scope: org, window: day, limit: 1, parent: org }\n", "org.yaml:2:5: The budget of org cannot be allocated from org" },
        { "budgets:\n  - { scope: org, window: day, limit: 1, parent: \"team:nowhere\" }\n", "org.yaml:2:5: The budget's parent names the team 'nowhere'" },
        { "budgets:\n  - { scope: org, window: day, limit: 1, parent: galaxy }\n", "parent 'galaxy' is not a scope" },
        { "budgets:\n  - { scope: org, window: day, limit: 9 }\n  - { scope: \"use:x\", window: week, limit: 1, parent: org }\n", "org.yaml:3:5: org has no budget in usd for the window week" },
        { "teams: [ { id: a }, { id: b } ]\nbudgets:\n  - { scope: \"team:a\", window: day, limit: 9 }\n  - { scope: \"team:b\", window: day, limit: 1, parent: \"team:a\" }\n", "org.yaml:4:5: The budget of team:b cannot be allocated from team:a: team:a does not contain team:b" },
        { "budgets:\n  - { scope: \"use:x\", window: day, limit: 6, parent: org }\n  - { scope: org, window: day, limit: 9 }\n  - { scope: \"use:y\", window: day, limit: 4, parent: org }\n", "org.yaml:3:5: The budgets allocated from org would together have $1.00 more than it has" },
        { "budgets:\n  - { scope: \"agent:x\", window: day, limit: 1 }\n", "org.yaml:2:5: The budget's scope names the agent 'x'" },
        { "budgets:\n  - { scope: org, window: day, limit: 1, overAllocation: yes please }\n", "overAllocation must be true or false" },
        { "rateLimits:\n  - { scope: org }\n", "org.yaml:2:5: requestsPerMinute is missing, and so are tokensPerMinute and concurrentStreams" },
        { "rateLimits:\n  - { requestsPerMinute: 5 }\n", "org.yaml:2:5: a rate limit has no scope: add it." },
        { "rateLimits:\n  - { scope: org, requestsPerMinute: 0 }\n", "requestsPerMinute '0' is not valid: give a whole number from 1" },
        { "rateLimits:\n  - { scope: org, concurrentStreams: 3000000000 }\n", "concurrentStreams '3000000000' is not valid" },
        { "rateLimits:\n  - { scope: org, requestsPerMinute: 5 }\n  - { scope: org, tokensPerMinute: 5 }\n", "org.yaml:3:5: org has two rate limits, the first in line 2" },
        { "rateLimits:\n  - { scope: org, requestsPerHour: 5 }\n", "'requestsPerHour' is not a field of a rate limit" },
        { "rateLimits:\n  - { scope: \"person:a@b.c\", requestsPerMinute: 5 }\n", "The rate limit's scope names the person 'a@b.c'" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_told_with_its_place_and_nothing_is_changed(string yaml, string says)
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var applied = await fixture.Apply(yaml);

        applied.Code.ShouldBe(1);
        applied.Errors.ShouldContain(says);
        (await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_keeps_a_part_and_prunes_its_whole_is_refused()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();

        var applied = await fixture.Apply(
            Org.Replace("  - { scope: org, window: quarter, limit: 100 }\n", "", StringComparison.Ordinal), prune: true);

        applied.Code.ShouldBe(1);
        applied.Errors.ShouldContain("org has no budget in usd for the window quarter");
    }
}
