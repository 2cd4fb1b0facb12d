using System.Security.Cryptography;
using System.Text;
using Assay.Outcomes.Experiments;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;
using Assay.Server.Store;
using Assay.Testing;
using static Assay.Server.Directory.DirectoryChange;

namespace Assay.Server.Tests.Store;

/// <summary>What changing the directory promises, on either database.</summary>
public abstract class DirectoryStoreTests
{
    private static readonly Team s_org = new("org", null, "Example");
    private static readonly Team s_platform = new("platform", "org", "Platform");
    private static readonly Person s_ada = new("p_1", "ada@example.com", "Ada", "platform", Role.Manager);
    private static readonly Agent s_bot = new("a_1", "Night bot", "p_1", "platform");

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Key Laptop => new()
    {
        Id = "k_1",
        Hash = SHA256.HashData(Encoding.UTF8.GetBytes("ask_secret")),
        OwnerKind = OwnerKind.Person,
        OwnerId = "p_1",
        Name = "laptop",
        UseCase = "coding",
        Models = ["gpt-*", "claude-*"],
        UseCases = ["coding", "review"],
        ExpiresAtMs = 5_000,
        CreatedAtMs = 1_000,
        Hint = "cret",
    };

    private static Budget Month => new(
        "b_1", new BudgetScope(BudgetScopeKind.Team, "platform"), BudgetWindow.Month, BudgetUnit.Usd, 25_000_000_000,
        AtLimit.Reroute, "metacode/qwen3-coder");

    private static DirectoryChange[] Everything =>
    [
        new PutTeam(s_org), new PutTeam(s_platform), new PutPerson(s_ada), new PutAgent(s_bot), new PutKey(Laptop),
        new PutBudget(Month),
    ];

    [Fact]
    public async Task An_empty_directory_has_version_zero()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();

        (await store.Directory.VersionAsync(Ct)).ShouldBe(0);
        var data = await store.Directory.LoadAsync(Ct);
        (data.Version, data.Teams.Count, data.People.Count, data.Keys.Count).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public async Task What_is_put_is_loaded_as_it_was_and_the_version_moves_once_for_all()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();

        (await store.Directory.ChangeAsync(Everything, "setup", Ct)).ShouldBe(1);

        var data = await store.Directory.LoadAsync(Ct);
        data.Version.ShouldBe(1);
        data.Teams.ShouldBe([s_org, s_platform]);
        data.People.ShouldBe([s_ada]);
        data.Agents.ShouldBe([s_bot]);
        data.Budgets.ShouldBe([Month]);
        var key = data.Keys.Single();
        key.Hash.ShouldBe(Laptop.Hash);
        key.Models.ShouldBe(Laptop.Models);
        key.UseCases.ShouldBe(Laptop.UseCases);
        (key with { Hash = [], Models = [], UseCases = [] }).ShouldBe(Laptop with { Hash = key.Hash, Models = [], UseCases = [] } with { Hash = [] });
    }

    [Fact]
    public async Task An_experiment_is_declared_once_stopped_once_and_never_changed()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Directory.ChangeAsync(Everything, "setup", Ct);
        var declared = new Experiment
        {
            Id = "larger",
            Question = "Does the larger model's work last?",
            Route = "code",
            UseCase = "coding",
            Unit = ExperimentUnit.Team,
            Units = ["platform", "org"],
            Control = ["openai/gpt-5"],
            Treatment = ["anthropic/claude-sonnet-5", "openai/gpt-5"],
            Design = ExperimentDesign.Staggered,
            StartMs = 3_600_000,
            PeriodHours = 24,
            Periods = 6,
            Waves = 2,
            Metric = ExperimentMetric.CostPerSettled,
            WorthFinding = 0.25,
            OwnerId = "p_1",
            Seed = "ab12",
            CreatedMs = 1,
        };

        await store.Directory.ChangeAsync([new DeclareExperiment(declared)], "p_1", Ct);
        await Should.ThrowAsync<DirectoryConflictException>(async () =>
            await store.Directory.ChangeAsync([new DeclareExperiment(declared with { Periods = 8 })], "p_1", Ct));
        await Should.ThrowAsync<DirectoryConflictException>(async () =>
            await store.Directory.ChangeAsync([new DeclareExperiment(declared with { Id = "other", Units = ["platform", "nowhere"] })], "p_1", Ct));
        await store.Directory.ChangeAsync([new StopExperiment("larger", 5, "too dear")], "p_1", Ct);
        await store.Directory.ChangeAsync([new StopExperiment("larger", 9, "again")], "p_1", Ct);

        var kept = (await store.Directory.LoadAsync(Ct)).Experiments.ShouldHaveSingleItem();
        kept.Units.ShouldBe(declared.Units);
        kept.Control.ShouldBe(declared.Control);
        kept.Treatment.ShouldBe(declared.Treatment);
        (kept with { Units = declared.Units, Control = declared.Control, Treatment = declared.Treatment })
            .ShouldBe(declared with { StoppedMs = 5, StopReason = "too dear" });
        (await store.Directory.AuditAsync(null, 2, Ct)).Select(entry => (entry.Action, entry.Subject))
            .ShouldBe([("StopExperiment", "experiment:larger"), ("DeclareExperiment", "experiment:larger")]);
    }

    [Fact]
    public async Task Putting_the_same_again_changes_nothing_and_leaves_no_trace()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Directory.ChangeAsync(Everything, "setup", Ct);

        (await store.Directory.ChangeAsync(Everything, "setup", Ct)).ShouldBe(1);

        (await store.Directory.VersionAsync(Ct)).ShouldBe(1);
        (await store.Directory.AuditAsync(null, 100, Ct)).Count.ShouldBe(Everything.Length);
    }

    [Fact]
    public async Task The_audit_says_who_changed_what_from_what_to_what_without_secrets()
    {
        var clock = new ManualTime(new DateTimeOffset(2026, 8, 21, 9, 0, 0, TimeSpan.Zero));
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync(new StoreOptions { Clock = clock });
        await store.Directory.ChangeAsync(Everything, "setup", Ct);
        await store.Directory.ChangeAsync(
            [new PutBudget(Month with { Limit = 50_000_000_000 }), new RevokeKey("k_1", 7_000), new RemoveBudget("b_1")], "p_1", Ct);

        var audit = await store.Directory.AuditAsync(null, 100, Ct);

        audit.Select(entry => (entry.Action, entry.Subject, entry.Actor, entry.Version)).Take(4).ShouldBe(
        [
            ("RemoveBudget", "budget:b_1", "p_1", 2L), ("RevokeKey", "key:k_1", "p_1", 2L),
            ("PutBudget", "budget:b_1", "p_1", 2L), ("PutBudget", "budget:b_1", "setup", 1L),
        ]);
        audit[0].After.ShouldBeNull();
        audit[1].Before.ShouldNotBeNull().ShouldContain("\"revokedAtMs\":null");
        audit[1].After.ShouldNotBeNull().ShouldContain("\"revokedAtMs\":7000");
        audit[2].Before.ShouldNotBeNull().ShouldContain("25000000000");
        audit[2].After.ShouldNotBeNull().ShouldContain("50000000000");
        audit[3].Before.ShouldBeNull();
        audit.ShouldAllBe(entry => entry.AtMs == clock.GetUtcNow().ToUnixTimeMilliseconds());
        var secrets = new[] { Convert.ToBase64String(Laptop.Hash), Convert.ToHexStringLower(Laptop.Hash) };
        audit.ShouldAllBe(entry => !secrets.Any(secret => (entry.Before + entry.After).Contains(secret)));
        audit.ShouldAllBe(entry => !(entry.Before + entry.After).Contains("hash", StringComparison.OrdinalIgnoreCase));

        var second = await store.Directory.AuditAsync(audit[3].Id, 2, Ct);
        second.Select(entry => entry.Id).ShouldBe(audit.Skip(4).Take(2).Select(entry => entry.Id));
    }

    [Fact]
    public async Task One_change_that_contradicts_undoes_all_of_them()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();

        await Should.ThrowAsync<DirectoryConflictException>(async () => await store.Directory.ChangeAsync(
            [new PutTeam(s_org), new PutPerson(s_ada)], "setup", Ct));

        (await store.Directory.VersionAsync(Ct)).ShouldBe(0);
        (await store.Directory.LoadAsync(Ct)).Teams.ShouldBeEmpty();
        (await store.Directory.AuditAsync(null, 10, Ct)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task What_contradicts_the_directory_is_refused_in_words(string name, string message)
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Directory.ChangeAsync(Everything, "setup", Ct);

        var refused = await Should.ThrowAsync<DirectoryConflictException>(
            async () => await store.Directory.ChangeAsync([s_contradictions[name].Change], "p_1", Ct));

        refused.Message.ShouldBe(message);
        (await store.Directory.VersionAsync(Ct)).ShouldBe(1);
    }

    public static TheoryData<string, string> Contradictions =>
        new(s_contradictions.Select(item => (item.Key, item.Value.Message)));

    private static readonly Dictionary<string, (DirectoryChange Change, string Message)> s_contradictions = new()
    {
        ["unknown team"] = (new PutPerson(s_ada with { Id = "p_2", TeamId = "none" }), "There is no team 'none'."),
        ["email taken"] = (
            new PutPerson(s_ada with { Id = "p_2", Email = "ADA@example.com" }),
            "The email 'ADA@example.com' belongs to another person, p_1."),
        ["second root"] = (new PutTeam(new Team("other", null, "Other")), "Team 'other' needs a parent."),
        ["org below"] = (new PutTeam(s_org with { ParentId = "platform" }), "The org has no parent."),
        ["loop"] = (new PutTeam(s_platform with { ParentId = "platform" }), "Team 'platform' cannot be below itself."),
        ["unknown owner"] = (
            new PutKey(Laptop with { Id = "k_2", Hash = new byte[32], OwnerId = "p_9" }), "There is no person 'p_9'."),
        ["secret taken"] = (new PutKey(Laptop with { Id = "k_2" }), "The secret belongs to another key, k_1."),
        ["secret changed"] = (
            new PutKey(Laptop with { Hash = new byte[32] }),
            "Key k_1 keeps its secret and its owner; make a new key instead."),
        ["unknown key"] = (new RevokeKey("k_9", 1), "There is no key 'k_9'."),
        ["unknown person"] = (new DisablePerson("p_9", 1), "There is no person 'p_9'."),
        ["budget of nobody"] = (
            new PutBudget(Month with { Id = "b_2", Scope = new BudgetScope(BudgetScopeKind.Person, "p_9") }),
            "There is no person 'p_9'."),
        ["negative budget"] = (new PutBudget(Month with { Limit = -1 }), "A budget's limit is not negative."),
        ["reroute nowhere"] = (
            new PutBudget(Month with { RerouteTo = null }), "A budget that reroutes needs the target to reroute to."),
    };

    [Fact]
    public async Task A_revoked_key_stays_revoked_whatever_is_put_later()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Directory.ChangeAsync(Everything, "setup", Ct);
        await store.Directory.ChangeAsync([new RevokeKey("k_1", 2_000)], "p_1", Ct);

        await store.Directory.ChangeAsync([new RevokeKey("k_1", 3_000), new PutKey(Laptop with { Name = "new" })], "p_1", Ct);

        var key = (await store.Directory.LoadAsync(Ct)).Keys.Single();
        (key.RevokedAtMs, key.Name).ShouldBe((2_000, "new"));
    }

    [Fact]
    public async Task People_and_agents_are_disabled_and_enabled_again()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Directory.ChangeAsync(Everything, "setup", Ct);

        await store.Directory.ChangeAsync([new DisablePerson("p_1", 9), new DisableAgent("a_1", 9)], "p_1", Ct);
        var disabled = await store.Directory.LoadAsync(Ct);
        await store.Directory.ChangeAsync([new DisablePerson("p_1", null), new DisableAgent("a_1", null)], "p_1", Ct);
        var enabled = await store.Directory.LoadAsync(Ct);

        (disabled.People[0].DisabledAtMs, disabled.Agents[0].DisabledAtMs).ShouldBe((9, 9));
        (enabled.People[0].DisabledAtMs, enabled.Agents[0].DisabledAtMs, enabled.Version).ShouldBe((null, null, 3));
    }

    [Fact]
    public async Task Changes_from_many_sides_at_once_each_get_their_own_version()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await using var other = await database.OpenAsync();
        await store.Directory.ChangeAsync([new PutTeam(s_org)], "setup", Ct);

        var versions = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? store : other).Directory.ChangeAsync(
                [new PutTeam(new Team($"t{i}", "org", $"Team {i}"))], "test", Ct),
            Ct)));

        versions.Order().ShouldBe(Enumerable.Range(2, 20).Select(version => (long)version));
        (await other.Directory.LoadAsync(Ct)).Teams.Count.ShouldBe(21);
    }
}

public sealed class SqliteDirectoryStoreTests : DirectoryStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresDirectoryStoreTests(PostgresDatabase postgres) : DirectoryStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
