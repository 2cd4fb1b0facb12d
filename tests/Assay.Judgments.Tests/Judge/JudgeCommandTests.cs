using Assay.Judgments.Entries;
using Assay.Judgments.Tests.Seals;

namespace Assay.Judgments.Tests.Judge;

public sealed class JudgeCommandTests : IDisposable
{
    private readonly GitSandbox _git = new();
    private readonly JudgeTerminal _judge;

    public JudgeCommandTests() => _judge = new JudgeTerminal(_git);

    public void Dispose() => _git.Dispose();

    private Judgment Entry(string output) =>
        JudgmentReader.Read(File.ReadAllBytes(Path.Combine(_git.Root, output.Split(": ")[1].Split(' ', '\n')[0]))).Entry!;

    private Task<string> QuickAsync(params string[] more) => _judge.OkAsync(
        ["Leases, not a lock per call", "--overrode", "Redis lock", "--because", "one more thing to run",
         "--rejected", "A lock table: every call waits for one row", "--confidence", "70", .. more]);

    [Fact]
    public async Task One_line_is_a_sound_accepted_entry_with_what_the_surroundings_know()
    {
        _git.Run("git checkout -q -b feature/JRA-412-leases");
        _judge.Environment["CLAUDE_CODE_SESSION_ID"] = "092d99fc";
        _judge.Environment["ASSAY_MODEL"] = "claude-opus-5";
        _judge.Environment["ASSAY_TOOL"] = "my-tool";
        _judge.Environment.Remove("CLAUDE_CODE_SESSION_ID");
        _judge.Environment["ASSAY_SESSION"] = "092d99fc";

        var entry = Entry(await QuickAsync());

        entry.ShouldSatisfyAllConditions(
            e => e.Status.ShouldBe(JudgmentStatus.Accepted),
            e => e.Owner.ShouldBe("ada@example.com"),
            e => e.Confidence.ShouldBe(70),
            e => e.Stage.ShouldBe(JudgmentStage.Override),
            e => e.Ai.Relation.ShouldBe(AiRelation.Overrode),
            e => e.Ai.Tool.ShouldBe("my-tool"),
            e => e.Ai.Model.ShouldBe("claude-opus-5"),
            e => e.Ai.Sessions.ShouldBe(["092d99fc"]),
            e => e.Refs.ShouldBe(["JRA-412", "branch:feature/JRA-412-leases"]),
            e => e.Rejected.ShouldBe([new("Redis lock", "one more thing to run."), new("A lock table", "every call waits for one row.")]),
            e => JudgmentId.IsVersion7(e.Id).ShouldBeTrue());
        _git.Run("git diff --cached --name-only").ShouldBe("docs/judgments/2026-10-24-leases-not-a-lock-per-call.judgment.md");
        (await _git.FindingsAsync()).ShouldBeEmpty();
        (await _git.FindingsAsync(staged: true)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_may_draft_and_never_own_be_sure_or_accept()
    {
        _judge.Environment["CLAUDE_CODE_SESSION_ID"] = "s1";

        var output = await QuickAsync("--prior", "Redis lock");
        var accept = await _judge.RunAsync("accept", "leases", "--confidence", "99");

        output.ShouldContain("an agent may only draft");
        Entry(output).ShouldSatisfyAllConditions(
            e => e.Status.ShouldBe(JudgmentStatus.Proposed), e => e.Owner.ShouldBeNull(), e => e.Confidence.ShouldBeNull(),
            e => e.Prior.ShouldBeNull(), e => e.Ai.Sessions.ShouldBe(["s1"]));
        accept.Code.ShouldBe(2);
        accept.Error.ShouldContain("An agent may only draft");
    }

    [Theory]
    [InlineData("--confidence: write a whole number from 0 to 100", "A title", "--confidence", "150")]
    [InlineData("--stage: write signal", "A title", "--stage", "someday")]
    [InlineData("A review is written with", "A title", "--stage", "review")]
    [InlineData("--review-by: write a day", "A title", "--review-by", "soon")]
    [InlineData("Only one of --overrode", "A title", "--overrode", "x", "--followed", "y")]
    [InlineData("No entry is called", "A title", "--supersedes", "abcdef")]
    [InlineData("--responds-to: write the id", "A title", "--responds-to", "abcdef")]
    [InlineData("The title must have", " ", "--draft")]
    [InlineData("outside of the repository", "A title", "--in", "../..")]
    [InlineData("Say what was decided")]
    public async Task What_cannot_be_meant_is_refused_in_one_line_that_says_what_to_write(string words, params string[] arguments)
    {
        var (code, _, error) = await _judge.RunAsync(arguments);

        code.ShouldBe(2);
        error.ShouldContain(words);
        Directory.Exists(Path.Combine(_git.Root, "docs")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_draft_is_accepted_by_a_person_reviewed_superseded_and_found_again()
    {
        await _judge.OkAsync("Cache prices for an hour", "--followed", "Cache them", "-r", "No cache: too slow at peak", "--affects", "src/**", "--draft");
        (await _judge.RunAsync("accept", "cache-prices")).Error.ShouldContain("Say how sure you are");
        await _judge.OkAsync("accept", "cache-prices", "-c", "60");
        _git.Commit("accept");
        await _judge.OkAsync("review", "cache-prices", "failed", "-b", "Prices were wrong for an hour.", "--evidence", "INC-7");
        await _judge.OkAsync("supersede", "cache-prices", "Cache prices for a minute", "-b", "an hour was too long", "-r", "No cache: too slow", "-c", "80");
        _git.Commit("more");

        (await _git.FindingsAsync()).ShouldBeEmpty();
        (await _judge.OkAsync("list", "--status", "superseded")).ShouldContain("Cache prices for an hour");
        (await _judge.OkAsync("list", "--status", "live", "--affects", "src/a.cs")).ShouldNotContain("for an hour");
        (await _judge.OkAsync("show", "cache-prices-for-an")).ShouldContain("reviewed, failed");
        (await _judge.OkAsync("search", "price", "minut")).ShouldContain("Cache prices for a minute");
        (await _judge.OkAsync("search", "nothing", "like", "it")).ShouldContain("No entry fits.");
        var chain = await _judge.OkAsync("chain", "cache-prices-for-a-minute");
        chain.ShouldContain("↳ superseded by");
        chain.ShouldContain("↳ reviewed by");
        (await _judge.RunAsync("accept", "cache-prices-for-an")).Error.ShouldContain("only drafts are accepted");
        (await _judge.RunAsync("show", "cache-prices")).Error.ShouldContain(" or ");
    }

    [Fact]
    public async Task Accepting_on_another_day_gives_the_draft_that_days_name()
    {
        _git.Write(EntrySample.Entry(1) with { Status = JudgmentStatus.Proposed, Owner = null, Confidence = null, DecidedAt = EntrySample.Noon.AddDays(-3) },
            "log/2026-10-21-draft.judgment.md");
        _git.Commit();

        await _judge.OkAsync("accept", "draft", "-c", "50");

        _git.Run("git status --porcelain").ShouldStartWith("R");
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_editor_finishes_the_entry_and_hints_that_nobody_replaced_are_dropped()
    {
        _judge.Environment["EDITOR"] = "sed -i s/hiddeN/shown/";
        var entry = Entry(await _judge.OkAsync("It is hiddeN", "--edit", "-r", "Else: no", "-c", "50"));

        entry.Title.ShouldBe("It is shown");
        entry.Sections.Select(s => s.Heading).ShouldBe([SectionNames.Decision, SectionNames.Rejected]);

        _judge.Environment["EDITOR"] = "false";
        (await _judge.RunAsync("Not written", "--edit")).Error.ShouldContain("nothing was written");
    }

    [Fact]
    public async Task A_witness_reveals_a_rewritten_history()
    {
        _git.Write(EntrySample.Entry(1));
        _git.Commit();
        File.WriteAllText(Path.Combine(_git.Root, "seals.jsonl"), await _judge.OkAsync("verify", "--seals"));
        (await _judge.OkAsync("verify", "--witness", "seals.jsonl")).ShouldContain("1 sealed, 0 broken.");

        _git.Run("git reset -q --hard HEAD~1");
        (await _judge.OkAsync("verify")).ShouldContain("0 sealed, 0 broken.");
        var (code, output, _) = await _judge.RunAsync("verify", "--witness", "seals.jsonl");
        code.ShouldBe(1);
        output.ShouldContain("JL103");

        File.WriteAllText(Path.Combine(_git.Root, "seals.jsonl"), "{}");
        (await _judge.RunAsync("verify", "--witness", "seals.jsonl")).Error.ShouldContain("line 1 is no seal");
    }

    [Fact]
    public async Task Findings_come_as_text_JSON_and_SARIF_with_exit_codes_and_settings()
    {
        var path = _git.Write(EntrySample.Entry(1) with { Owner = "team@example.com" });
        _git.Commit();

        var text = await _judge.RunAsync("check");
        text.Code.ShouldBe(1);
        text.Output.ShouldStartWith($"{path}:8:1: error JL004: 'team@example.com' is a program or a group");
        System.Text.Json.JsonDocument.Parse((await _judge.RunAsync("check", "-f", "json")).Output)
            .RootElement.GetProperty("findings")[0].GetProperty("rule").GetString().ShouldBe("JL004");
        var run = System.Text.Json.JsonDocument.Parse((await _judge.RunAsync("check", "-f", "sarif")).Output).RootElement.GetProperty("runs")[0];
        run.GetProperty("results")[0].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region")
            .GetProperty("startLine").GetInt32().ShouldBe(8);
        (await _judge.RunAsync("check", "src")).Code.ShouldBe(0);

        _git.Write(".judgment.yml", "version: 1\nrules: {JL004: warning}\n");
        (await _judge.RunAsync("check")).Code.ShouldBe(0);
        (await _judge.RunAsync("check", "--strict")).Code.ShouldBe(1);
        _git.Write(".judgment.yml", "version: 1\nrulez: {}\n");
        (await _judge.RunAsync("check")).Error.ShouldContain(".judgment.yml:2:1: 'rulez' is not a field");
    }

    [Fact]
    public async Task Entries_of_a_long_log_lie_in_a_folder_of_their_month()
    {
        await _judge.OkAsync("init");
        await QuickAsync();
        _git.Run("git diff --cached --name-only").ShouldBe("docs/judgments/2026/10/2026-10-24-leases-not-a-lock-per-call.judgment.md");
        (await _git.FindingsAsync()).ShouldBeEmpty();

        _git.Write(".judgment.yml", "version: 1\ndirectory: docs/judgments/{team}\n");
        (await _judge.RunAsync("check")).Error.ShouldContain(".judgment.yml:2:12: directory 'docs/judgments/{team}' holds braces that are neither {year} nor {month}");
    }

    [Fact]
    public async Task A_broken_seal_that_was_acknowledged_is_a_note()
    {
        var path = _git.Write(EntrySample.Entry(1));
        _git.Commit();
        _git.Run("git revert --no-edit HEAD && git revert --no-edit HEAD");
        (await _judge.RunAsync("check")).Code.ShouldBe(1);

        _git.Write(".judgment.yml", $"version: 1\nacknowledged:\n  - rule: JL101\n    id: {EntrySample.Id(1):D}\n    because: Reverted by mistake.\n");

        (await _judge.OkAsync("check")).ShouldContain($"{path}:1:1: note JL101:");
    }
}
