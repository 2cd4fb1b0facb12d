using System.Globalization;
using System.Text;
using Assay.Server.Directory;

namespace Assay.EndToEnd.Tests.Apply;

public sealed class ApplyPropertyTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(100, 8)]
    [InlineData(200, 8)]
    [InlineData(300, 8)]
    public async Task Any_org_applied_twice_has_an_empty_second_plan_and_any_org_follows_any_other(int seed, int orgs)
    {
        await using var fixture = await ApplyFixture.StartAsync();
        for (var i = seed; i < seed + orgs; i++)
        {
            var yaml = RandomOrg(new System.Random(i));

            (await fixture.Apply(yaml, prune: true)).Code.ShouldBe(0, $"seed {i}\n{yaml}");
            var version = await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct);
            foreach (var prune in new[] { true, false })
            {
                var again = await fixture.Apply(yaml, prune: prune);

                again.Code.ShouldBe(0, again.Errors);
                again.Output.ShouldEndWith("No changes: the directory is as the file says.\n", Case.Sensitive, $"seed {i}\n{yaml}");
            }

            (await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct)).ShouldBe(version);
            var directory = await fixture.Directory();
            directory.Data.People.Count(p => p.DisabledAtMs is null).ShouldBe(Count(yaml, "  - email: "));
            directory.Data.Keys.Count(k => k.RevokedAtMs is null).ShouldBe(Count(yaml, "  - owner: "));
            directory.Data.Budgets.Count.ShouldBe(Count(yaml, "  - scope: "));
            directory.Data.Budgets.Count(b => b.ParentId is not null).ShouldBe(Count(yaml, "    parent: org\n"));
            directory.Data.RateLimits.Count.ShouldBe(Count(yaml, "  - { scope: "));
        }
    }

    private static int Count(string yaml, string mark) => yaml.Split(mark).Length - 1;

    private static string RandomOrg(System.Random random)
    {
        var yaml = new StringBuilder("teams:\n");
        var teams = new List<string> { "org" };
        for (var i = 0; i < random.Next(1, 8); i++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ id: t{i}, name: 'Team {random.Next(3)}', parent: {teams[random.Next(teams.Count)]} }}\n");
            teams.Add($"t{i}");
        }

        string Team() => teams[random.Next(teams.Count)];
        yaml.Append("people:\n  - email: admin@example.com\n    role: admin\n");
        var owners = new List<string> { "admin@example.com" };
        var roles = DirectoryWords.Roles.Keys.Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < random.Next(8); i++)
        {
            if (random.Next(3) == 0)
            {
                continue;
            }

            yaml.Append(CultureInfo.InvariantCulture, $"  - email: p{i}@example.com\n    name: 'Pérson ☃ {random.Next(4)}'\n    team: {Team()}\n    role: {roles[random.Next(roles.Count)]}\n");
            owners.Add($"p{i}@example.com");
        }

        yaml.Append("agents:\n");
        var people = owners.Count;
        for (var i = 0; i < random.Next(4); i++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ id: a{i}, owner: {owners[random.Next(people)]}{(random.Next(2) == 0 ? "" : ", team: " + Team())} }}\n");
            owners.Add($"a{i}");
        }

        yaml.Append("keys:\n");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < random.Next(8); i++)
        {
            var (owner, name) = (owners[random.Next(owners.Count)], "key " + random.Next(3));
            if (!keys.Add($"{owner}/{name}"))
            {
                continue;
            }

            yaml.Append(CultureInfo.InvariantCulture, $"  - owner: {owner}\n    name: {name}\n    useCase: u{random.Next(3)}\n    models: [{(random.Next(2) == 0 ? "" : "gpt-*, 'b*'")}]\n{(random.Next(2) == 0 ? "" : $"    expires: 29{random.Next(10, 99)}-01-31T00:00:00+02:00\n")}");
        }

        yaml.Append("budgets:\n");
        var scopes = new List<string> { "org", "use:u1" };
        scopes.AddRange(teams.Skip(1).Select(t => "team:" + t));
        scopes.AddRange(owners.Take(people).Select(p => "person:" + p));
        scopes.AddRange(keys.Select(k => "key:" + k));
        var wholes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scope in scopes.Where(_ => random.Next(2) == 0))
        {
            foreach (var window in DirectoryWords.Windows.Keys.Order(StringComparer.Ordinal).Where(_ => random.Next(3) == 0))
            {
                var parent = scope == "org" ? "    overAllocation: true\n"
                    : wholes.Contains(window) && random.Next(2) == 0 ? "    parent: org\n" : "";
                if (scope == "org")
                {
                    wholes.Add(window);
                }

                yaml.Append(CultureInfo.InvariantCulture, $"  - scope: {scope}\n{parent}    window: {window}\n    limit: {random.Next(1000)}.{random.Next(1_000_000):d6}\n{(random.Next(2) == 0 ? "" : "    atLimit: reroute\n    rerouteTo: metacode/m" + random.Next(2) + "\n")}");
            }
        }

        yaml.Append("rateLimits:\n");
        foreach (var scope in scopes.Where(_ => random.Next(3) == 0))
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ scope: '{scope}', requestsPerMinute: {random.Next(1, 9)}{(random.Next(2) == 0 ? "" : ", concurrentStreams: 3")} }}\n");
        }

        return yaml.ToString();
    }
}
