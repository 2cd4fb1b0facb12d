using Assay.Server.Directory;

namespace Assay.EndToEnd.Tests.Apply;

public sealed class ApplyTests
{
    private const string Org = """
        teams:
          - id: eng
            name: Engineering
            teams:
              - id: platform
                name: Platform
          - id: infra
            parent: platform
        people:
          - email: Ada@example.com
            name: Ada
            team: platform
            role: manager
          - email: bob@example.com
        agents:
          - id: ci
            name: CI reviewer
            owner: ada@example.com
        keys:
          - owner: ada@example.com
            name: laptop
            useCase: coding
            models: [gpt-*, claude-*]
            useCases: [coding, code-review]
            expires: 2999-01-01
          - owner: ci
            name: pipeline
        budgets:
          - scope: org
            window: month
            limit: 1000
          - scope: person:ada@example.com
            window: day
            limit: 25.50
            atLimit: reroute
            rerouteTo: metacode/qwen3-coder
          - scope: key:ci/pipeline
            window: total
            unit: tokens
            limit: 1000000
            atLimit: warn
        """;

    [Fact]
    public async Task An_empty_directory_becomes_what_the_file_says()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var applied = (await fixture.Apply(Org)).ShouldSucceed();

        var directory = await fixture.Directory();
        directory.Teams.PathOf("infra").ShouldBe(["infra", "platform", "eng", "org"]);
        var ada = directory.FindPersonByEmail("ada@example.com").ShouldNotBeNull();
        (ada.Name, ada.TeamId, ada.Role).ShouldBe(("Ada", "platform", Role.Manager));
        var bob = directory.FindPersonByEmail("bob@example.com").ShouldNotBeNull();
        (bob.Name, bob.TeamId, bob.Role).ShouldBe(("bob@example.com", "org", Role.Employee));
        directory.FindAgent("ci").ShouldBe(new Agent("ci", "CI reviewer", ada.Id, "platform"));
        directory.Data.Budgets.Select(b => (ScopeText.Write(b.Scope, directory), b.Window, b.Unit, b.Limit, b.AtLimit, b.RerouteTo))
            .ShouldBe(
            [
                ("org", BudgetWindow.Month, BudgetUnit.Usd, 1_000_000_000_000, AtLimit.Block, null),
                ("person:ada@example.com", BudgetWindow.Day, BudgetUnit.Usd, 25_500_000_000, AtLimit.Reroute, "metacode/qwen3-coder"),
                ($"key:{directory.Data.Keys.Single(k => k.OwnerId == "ci").Id}", BudgetWindow.Total, BudgetUnit.Tokens, 1_000_000, AtLimit.Warn, null),
            ],
            ignoreOrder: true);
        applied.Output.ShouldContain("+ team platform (Platform) in eng\n");
        applied.Output.ShouldContain("+ budget of person:ada@example.com by day in usd: $25.500000000, reroute at the limit\n");
        applied.Output.ShouldContain("New keys. Each secret is shown now and never again:");
    }

    [Fact]
    public async Task The_secrets_that_are_shown_are_the_keys_and_are_shown_once()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var first = (await fixture.Apply(Org)).ShouldSucceed();

        var secrets = first.Output.Split('\n').Where(l => l.StartsWith("  ask_", StringComparison.Ordinal))
            .Select(l => l.Split("  ", StringSplitOptions.RemoveEmptyEntries)).ToList();
        secrets.Select(s => (s[1], s[2])).ShouldBe([("ada@example.com", "laptop"), ("ci", "pipeline")]);
        var identity = (await fixture.Directory()).FindKey(KeySecrets.Hash(secrets[0][0])).ShouldNotBeNull();
        identity.UseCase.ShouldBe("coding");
        identity.AllowsModel("claude-sonnet-5").ShouldBeTrue();
        identity.AllowsModel("gemini-3").ShouldBeFalse();
        (await fixture.Apply(Org)).Output.ShouldNotContain("ask_");
    }

    [Fact]
    public async Task The_second_time_there_are_no_changes_and_the_version_stays()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();
        var version = await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct);

        var second = (await fixture.Apply(Org)).ShouldSucceed();

        second.Output.ShouldBe("No changes: the directory is as the file says.\n");
        (await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct)).ShouldBe(version);
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_plan_and_changes_nothing()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var dry = (await fixture.Apply(Org, dryRun: true)).ShouldSucceed();
        (await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct)).ShouldBe(0);
        var real = (await fixture.Apply(Org)).ShouldSucceed();

        dry.Output.ShouldContain("dry run");
        dry.Output.ShouldNotContain("ask_");
        PlanOf(dry).ShouldBe(PlanOf(real));
    }

    [Fact]
    public async Task What_is_kept_out_of_attribution_stays_so_until_a_file_says_otherwise()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        var off = Org.Replace("role: manager", "role: manager\n    attribution: off", StringComparison.Ordinal)
            .Replace("parent: platform", "parent: platform\n    attribution: off", StringComparison.Ordinal);
        (await fixture.Apply(Org)).ShouldSucceed();

        PlanOf((await fixture.Apply(off)).ShouldSucceed()).ShouldBe(["~ team infra: attribution on → off", "~ person ada@example.com: attribution on → off"]);
        (await fixture.Apply(Org)).ShouldSucceed().Output.ShouldStartWith("No changes");

        var directory = await fixture.Directory();
        (directory.FindPersonByEmail("ada@example.com")!.Attribution, directory.Teams.Find("infra")!.Attribution).ShouldBe((AttributionSwitch.Off, AttributionSwitch.Off));
        (await fixture.Apply(Org.Replace("role: manager", "attribution: never", StringComparison.Ordinal))).Output.ShouldNotContain("~");
    }

    [Fact]
    public async Task A_change_is_told_from_what_to_what()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();

        var changed = (await fixture.Apply(Org
            .Replace("role: manager", "role: finance", StringComparison.Ordinal)
            .Replace("name: Engineering", "name: Engineers", StringComparison.Ordinal)
            .Replace("limit: 25.50", "limit: 30", StringComparison.Ordinal)
            .Replace("models: [gpt-*, claude-*]", "models: []", StringComparison.Ordinal)
            .Replace("parent: platform", "parent: eng", StringComparison.Ordinal))).ShouldSucceed();

        PlanOf(changed).ShouldBe(
        [
            "~ team eng: name Engineering → Engineers",
            "~ team infra: parent platform → eng",
            "~ person ada@example.com: role manager → finance",
            "~ key 'laptop' of ada@example.com: models gpt-* claude-* → (none)",
            "~ budget of person:ada@example.com by day in usd: limit $25.500000000 → $30.000000000",
        ]);
        changed.Output.ShouldNotContain("ask_");
    }

    [Fact]
    public async Task What_is_not_in_the_file_stays_unless_pruning()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();
        const string Less = """
            teams: [{ id: eng, name: Engineering }]
            people: [{ email: ada@example.com, name: Ada, team: platform, role: manager }]
            """;

        (await fixture.Apply(Less)).ShouldSucceed().Output.ShouldBe("No changes: the directory is as the file says.\n");
        var pruned = (await fixture.Apply(Less, prune: true)).ShouldSucceed();

        PlanOf(pruned).ShouldBe(
        [
            "! team infra is not in the file and stays: past usage names it",
            "! team platform is not in the file and stays: past usage names it",
            "- person bob@example.com (disabled)",
            "- agent ci (disabled)",
            "- key 'laptop' of ada@example.com (revoked)",
            "- key 'pipeline' of ci (revoked)",
            "- budget of key:ID by total in tokens",
            "- budget of org by month in usd",
            "- budget of person:ada@example.com by day in usd",
        ], ignoreOrder: true);
        var directory = await fixture.Directory();
        directory.FindPersonByEmail("bob@example.com")!.DisabledAtMs.ShouldNotBeNull();
        directory.Data.Keys.ShouldAllBe(k => k.RevokedAtMs != null);
        directory.Data.Budgets.ShouldBeEmpty();
        (await fixture.Apply("prune: true\n" + Less)).ShouldSucceed().Output.ShouldContain("No changes");
    }

    [Fact]
    public async Task Who_comes_back_into_the_file_is_enabled_again_with_a_new_key()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply(Org)).ShouldSucceed();
        var id = (await fixture.Directory()).FindPersonByEmail("bob@example.com")!.Id;
        (await fixture.Apply("people: [{ email: ada@example.com }]", prune: true)).ShouldSucceed();

        var back = (await fixture.Apply(Org)).ShouldSucceed();

        back.Output.ShouldContain("~ person bob@example.com: disabled → enabled\n");
        back.Output.ShouldContain("+ key 'laptop' of ada@example.com\n");
        (await fixture.Directory()).FindPersonByEmail("bob@example.com")!.Id.ShouldBe(id);
        (await fixture.Apply(Org)).Output.ShouldContain("No changes");
    }

    [Fact]
    public async Task Pruning_leaves_the_first_administrator_and_their_key_alone()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        var secret = await FirstAdministrator.EnsureAsync(
            fixture.Store.Directory, null, TimeProvider.System, ApplyFixture.Ct);

        (await fixture.Apply(Org, prune: true)).ShouldSucceed();

        (await fixture.Directory()).FindKey(KeySecrets.Hash(secret)).ShouldNotBeNull().Role.ShouldBe(Role.Admin);
    }

    [Fact]
    public async Task A_file_that_leaves_nobody_to_administer_is_refused()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply("people: [{ email: ada@example.com, role: admin }]")).ShouldSucceed();

        var refused = await fixture.Apply("people: [{ email: ada@example.com, role: employee }]");

        refused.Code.ShouldBe(1);
        refused.Errors.ShouldContain("give somebody the role admin");
    }

    [Fact]
    public async Task Teams_can_change_places_in_one_step()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        (await fixture.Apply("teams: [{ id: a, teams: [{ id: b, teams: [{ id: c }] }] }]")).ShouldSucceed();

        (await fixture.Apply("teams: [{ id: c, teams: [{ id: b, teams: [{ id: a }] }] }]")).ShouldSucceed();

        (await fixture.Directory()).Teams.PathOf("a").ShouldBe(["a", "b", "c", "org"]);
    }

    [Fact]
    public async Task The_org_itself_can_be_named()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        (await fixture.Apply("teams: [{ id: org, name: Example Corp }]")).ShouldSucceed();

        (await fixture.Directory()).Teams.Find("org").ShouldBe(new Team("org", null, "Example Corp"));
    }

    [Fact]
    public async Task The_example_in_the_documentation_applies_as_it_stands()
    {
        await using var fixture = await ApplyFixture.StartAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "directory.md"), ApplyFixture.Ct);
        var yaml = page.Split("```yaml\n")[1].Split("```")[0];

        (await fixture.Apply(yaml)).ShouldSucceed();
        (await fixture.Apply(yaml)).Output.ShouldContain("No changes");
    }

    private static List<string> PlanOf(Applied applied) =>
    [
        .. applied.Output.Split('\n').Where(l => l.Length > 2 && l[0] is '+' or '~' or '-' or '!')
            .Select(l => System.Text.RegularExpressions.Regex.Replace(l, "k_[0-9a-f]{32}", "ID", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))),
    ];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Assay.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }

    [Fact]
    public async Task Repositories_are_registered_once_changed_where_they_differ_and_never_removed()
    {
        const string Shop = """
            teams: [{ id: eng }]
            people: [{ email: Ada@example.com }]
            agents: [{ id: ci, owner: ada@example.com }]
            repositories:
              - { name: acme/shop, team: eng, pushers: [agent:ci, Ada@Example.com] }
            """;
        await using var fixture = await ApplyFixture.StartAsync();

        (await fixture.Apply(Shop, dryRun: true)).ShouldSucceed().Output.ShouldContain("+ repository acme/shop: branch main, seen by eng\n");
        (await fixture.Store.Judgments.RepositoriesAsync(ApplyFixture.Ct)).ShouldBeEmpty();
        (await fixture.Apply(Shop)).ShouldSucceed();
        (await fixture.Apply(Shop)).ShouldSucceed().Output.ShouldStartWith("No changes");
        var changed = (await fixture.Apply(Shop.Replace("team: eng,", "branch: trunk,", StringComparison.Ordinal))).ShouldSucceed();
        changed.Output.ShouldStartWith("~ repository acme/shop: branch main → trunk, team eng → org\n0 to create, 1 to change, 0 to remove.\nApplied.\n");

        (await fixture.Apply("people: [{ email: ada@example.com, role: admin }]", prune: true)).ShouldSucceed()
            .Output.ShouldContain("! repository acme/shop is not in the file and stays: its seals are witnessed\n");
        var kept = (await fixture.Store.Judgments.RepositoriesAsync(ApplyFixture.Ct)).ShouldHaveSingleItem();
        (kept.Name, kept.Branch, kept.TeamId).ShouldBe(("acme/shop", "trunk", "org"));
        kept.Pushers.ShouldBe(["agent:ci", "ada@example.com"]);
        (await fixture.Store.Directory.AuditAsync(null, 100, ApplyFixture.Ct)).Count(a => a.Action == "PutRepository").ShouldBe(2);
    }

    [Fact]
    public async Task An_experiment_is_declared_by_the_file_and_not_changed_by_it()
    {
        const string Experiments = """
            experiments:
              - id: larger
                question: Does the larger model's work last?
                route: code
                unit: team
                units: [eng, infra]
                treatment: [openai/gpt-5.5]
                design: switchback
                start: 2999-01-01T00:00:00Z
                periodHours: 168
                periods: 4
                metric: settledRate
                worthFinding: 5
                owner: ada@example.com
            """;
        await using var fixture = await ApplyFixture.StartAsync();
        // Declared a thousand years ahead it is refused; a fault names its line.
        (await fixture.Apply(Org + "\n" + Experiments)).Errors.ShouldContain("start is more than 366 days ahead");
        var soon = TimeProvider.System.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd'T'00:00:00'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var good = Org + "\n" + Experiments.Replace("2999-01-01T00:00:00Z", soon, StringComparison.Ordinal);

        (await fixture.Apply(good)).ShouldSucceed().Output.ShouldContain("+ experiment larger: 2 teams on code");
        (await fixture.Apply(good)).ShouldSucceed().Output.ShouldContain("No changes");
        (await fixture.Apply(good.Replace("periods: 4", "periods: 6", StringComparison.Ordinal))).Errors.ShouldContain("what is declared is not changed");

        var declared = (await fixture.Directory()).Data.Experiments.ShouldHaveSingleItem();
        (declared.Units.Count, declared.Periods, declared.Seed.Length).ShouldBe((2, 4, 16));
    }
}
