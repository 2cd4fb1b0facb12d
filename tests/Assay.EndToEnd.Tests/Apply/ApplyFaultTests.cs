namespace Assay.EndToEnd.Tests.Apply;

public sealed class ApplyFaultTests
{
    /// <summary>A file, and where and what its fault is.</summary>
    public static TheoryData<string, string> Files { get; } = new()
    {
        { "teams:\n  - id: a\n   name: b\n", "org.yaml:3:4: This is not valid YAML" },
        { "- a\n- b\n", "org.yaml:1:1: The file must be one YAML mapping" },
        { "", "org.yaml:1:1: The file must be one YAML mapping" },
        { "teams:\n  - id: a\n  - id: a\n", "org.yaml:3:5: The team 'a' is in the file twice, first in line 2" },
        { "team:\n  - id: a\n", "org.yaml:1:1: 'team' is not a field of the file. Its fields are: prune, teams, people" },
        { "teams:\n  - id: a\n    nmae: x\n", "org.yaml:3:5: 'nmae' is not a field of a team. Its fields are: id, name, parent, attribution, teams." },
        { "teams:\n  - name: A\n", "org.yaml:2:5: a team has no id: add it." },
        { "teams:\n  - id: A B\n", "org.yaml:2:9: id 'A B' is not valid: use 1 to 64 lower-case letters" },
        { "teams:\n  - id: a\n    parent: nowhere\n", "org.yaml:2:5: The parent 'nowhere' of the team 'a' is neither in the file nor in the directory" },
        { "teams:\n  - id: a\n    parent: b\n  - id: b\n    parent: a\n", "org.yaml:2:5: The team 'a' would be its own ancestor: a → b → a" },
        { "teams:\n  - id: a\n    parent: a\n", "org.yaml:2:5: The team 'a' would be its own ancestor" },
        { "teams:\n  - id: a\n    teams:\n      - id: b\n        parent: org\n", "org.yaml:5:17: parent 'org' contradicts the nesting under 'a'" },
        { "teams:\n  - id: org\n    parent: org\n", "org.yaml:3:13: parent is not for the org" },
        { "teams: a\n", "org.yaml:1:8: teams must be a list." },
        { "teams:\n  - a\n", "org.yaml:2:5: teams each entry must be a mapping that describes a team." },
        { "people:\n  - email: ada\n", "org.yaml:2:12: email 'ada' is not an e-mail address such as ada@example.com." },
        { "people:\n  - name: Ada\n", "org.yaml:2:5: a person has no email: add it." },
        { "people:\n  - email: a@b.c\n    role: boss\n", "org.yaml:3:11: role 'boss' is not one of: " },
        { "people:\n  - email: a@b.c\n    team: nowhere\n", "org.yaml:2:5: The team 'nowhere' of 'a@b.c' is neither in the file nor in the directory" },
        { "people:\n  - email: a@b.c\n  - email: A@B.C\n", "org.yaml:3:5: The person 'a@b.c' is in the file twice, first in line 2" },
        { "people:\n  - email: [a@b.c]\n", "org.yaml:2:12: email must be a single value." },
        { "agents:\n  - id: x\n", "org.yaml:2:5: an agent has no owner: add it." },
        { "agents:\n  - id: x\n    owner: a@b.c\n", "org.yaml:2:5: The owner 'a@b.c' of the agent 'x' is not a person in the file or the directory" },
        { "keys:\n  - owner: a@b.c\n", "org.yaml:2:5: a key has no name: add it." },
        { "keys:\n  - owner: a@b.c\n    name: x\n", "org.yaml:2:5: The owner 'a@b.c' of the key 'x' is not a person" },
        { "keys:\n  - owner: bot\n    name: x\n", "org.yaml:2:5: The owner 'bot' of the key 'x' is not an agent" },
        { "people: [{ email: a@b.c }]\nkeys:\n  - owner: a@b.c\n    name: x\n  - owner: a@b.c\n    name: x\n", "org.yaml:5:5: The key 'x' of 'a@b.c' is in the file twice, first in line 3" },
        { "people: [{ email: a@b.c }]\nkeys:\n  - owner: a@b.c\n    name: x\n    expires: soon\n", "org.yaml:5:14: expires 'soon' is not a time such as 2027-01-31T00:00:00Z" },
        { "people: [{ email: a@b.c }]\nkeys:\n  - owner: a@b.c\n    name: x\n    expires: 2001-01-01\n", "org.yaml:3:5: The key 'x' of a@b.c would be new and expired at once" },
        { "people: [{ email: a@b.c }]\nkeys:\n  - owner: a@b.c\n    name: x\n    models: gpt-5\n", "org.yaml:5:13: models must be a list." },
        { "people: [{ email: a@b.c }]\nkeys:\n  - owner: a@b.c\n    name: x\n    models: ['a b']\n", "org.yaml:5:13: models 'a b' is not a model name or a pattern" },
        { "people: [{ email: a@b.c }]\nkeys:\n  - owner: a@b.c\n    name: x\n    secret: ask_mine\n", "org.yaml:5:5: 'secret' is not a field of a key." },
        { "repositories:\n  - branch: main\n", "org.yaml:2:5: a repository has no name: add it." },
        { "repositories:\n  - name: ../etc\n", "org.yaml:2:11: name must be 1 to 200 letters" },
        { "repositories:\n  - name: a/b\n    branch: --upload-pack=x\n", "org.yaml:3:13: branch must be the name of a branch" },
        { "repositories:\n  - name: a/b\n    pushers: ['agent:A B']\n", "org.yaml:3:14: pushers " },
        { "repositories:\n  - name: a/b\n    pushers: [agent:ci]\n", "org.yaml:2:5: 'agent:ci' may push 'a/b' and is neither in the file nor in the directory" },
        { "repositories:\n  - name: a/b\n    team: nowhere\n", "org.yaml:2:5: The team 'nowhere' of the repository 'a/b' is neither" },
        { "repositories:\n  - name: a/b\n  - name: a/b\n", "org.yaml:3:5: The repository 'a/b' is in the file twice, first in line 2" },
        { "budgets:\n  - scope: org\n    limit: 1\n", "org.yaml:2:5: a budget has no window: add it." },
        { "budgets:\n  - scope: org\n    window: year\n    limit: 1\n", "org.yaml:3:13: window 'year' is not one of: " },
        { "budgets:\n  - scope: org\n    window: day\n", "org.yaml:2:5: a budget has no limit: add it." },
        { "budgets:\n  - scope: org\n    window: day\n    limit: 1,5\n", "org.yaml:4:12: limit '1,5' is not an amount: write US dollars as a decimal number such as 25.00" },
        { "budgets:\n  - scope: org\n    window: day\n    unit: tokens\n    limit: 1.5\n", "org.yaml:5:12: limit '1.5' is not a number of tokens" },
        { "budgets:\n  - scope: galaxy\n    window: day\n    limit: 1\n", "org.yaml:2:12: scope 'galaxy' is not a scope: write org, team:ID" },
        { "budgets:\n  - scope: team:nowhere\n    window: day\n    limit: 1\n", "org.yaml:2:5: The budget's scope names the team 'nowhere'" },
        { "budgets:\n  - scope: person:a@b.c\n    window: day\n    limit: 1\n", "org.yaml:2:5: The budget's scope names the person 'a@b.c'" },
        { "budgets:\n  - scope: key:a@b.c/x\n    window: day\n    limit: 1\n", "org.yaml:2:5: The budget's scope names the key 'x' of 'a@b.c'" },
        { "budgets:\n  - scope: key:k_1\n    window: day\n    limit: 1\n", "org.yaml:2:5: The budget's scope names the key 'k_1'" },
        { "budgets:\n  - { scope: org, window: day, limit: 1 }\n  - { scope: org, window: day, limit: 2 }\n", "org.yaml:3:5: org has two budgets in usd for the window day, the first in line 2" },
        { "budgets:\n  - scope: org\n    window: day\n    limit: 1\n    atLimit: reroute\n", "org.yaml:2:5: rerouteTo is missing" },
        { "budgets:\n  - scope: org\n    window: day\n    limit: 1\n    rerouteTo: a/b\n", "org.yaml:5:16: rerouteTo is only for budgets with atLimit reroute" },
        { "prune: yes\n", "org.yaml:1:8: prune must be true or false." },
        { "teams: [{ id: a, id: b }]\n", "org.yaml:1:" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_fault_is_told_with_its_place_and_what_to_do_and_nothing_is_changed(string yaml, string says)
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var applied = await fixture.Apply(yaml);

        applied.Code.ShouldBe(1);
        applied.Errors.ShouldContain(says);
        applied.Errors.ShouldContain("nothing was changed");
        applied.Output.ShouldBe("");
        (await fixture.Store.Directory.VersionAsync(ApplyFixture.Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task All_faults_are_told_at_once_in_the_order_of_their_lines()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var applied = await fixture.Apply("people:\n  - email: ada\n    role: boss\nteams:\n  - id: A\n");

        applied.Errors.Split('\n').Select(l => l.Split(": ")[0]).ShouldBe(
            ["org.yaml:2:12", "org.yaml:3:11", "org.yaml:5:9", "3 faults; nothing was changed.", ""]);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told()
    {
        await using var fixture = await ApplyFixture.StartAsync();

        var applied = await fixture.ApplyFile(Path.Combine(Path.GetTempPath(), "no-such-org.yaml"));

        applied.Code.ShouldBe(1);
        applied.Errors.ShouldContain("cannot be read");
    }
}
