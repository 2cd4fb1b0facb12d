using Assay.Judge;
using Assay.Judgments.Tests.Seals;

namespace Assay.Judgments.Tests.Judge;

public sealed class HookTests : IDisposable
{
    private readonly GitSandbox _git = new();
    private readonly JudgeTerminal _judge;

    public HookTests() => _judge = new JudgeTerminal(_git);

    public void Dispose() => _git.Dispose();

    [Fact]
    public async Task Init_writes_settings_line_ends_and_hooks_and_changes_nothing_the_second_time()
    {
        await _judge.OkAsync("init");
        var before = _git.Run("cat .judgment.yml .gitattributes .git/hooks/pre-commit .git/hooks/commit-msg .git/hooks/prepare-commit-msg");
        (await _judge.OkAsync("init")).ShouldNotContain("wrote");

        _git.Run("cat .judgment.yml .gitattributes .git/hooks/pre-commit .git/hooks/commit-msg .git/hooks/prepare-commit-msg").ShouldBe(before);
        before.ShouldContain("judge hook pre-commit");
        _git.Run("ls -l .git/hooks/pre-commit").ShouldStartWith("-rwx");

        // Without the program the hooks do nothing.
        _git.Run("ASSAY=/nowhere/assay git commit -q --allow-empty -m x");
    }

    [Fact]
    public async Task Hooks_go_where_core_hooksPath_leads_and_keep_what_is_there()
    {
        _git.Run("mkdir .husky && printf '#!/usr/bin/env sh\\necho mine\\nexit 0\\n' > .husky/pre-commit && git config core.hooksPath .husky");
        await _judge.OkAsync("init");

        var script = _git.Read(".husky/pre-commit");
        script.ShouldStartWith("#!/usr/bin/env sh\n# >>> assay judge >>>\n");
        script.ShouldEndWith("# <<< assay judge <<<\necho mine\nexit 0\n");
        File.Exists(Path.Combine(_git.Root, ".git/hooks/pre-commit")).ShouldBeFalse();
    }

    [Fact]
    public async Task Hooks_that_other_repositories_share_or_that_are_no_shell_scripts_are_left_alone()
    {
        _git.Run("mkdir ../shared && git config core.hooksPath \"$PWD/../shared\"");
        (await _judge.RunAsync("init")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("--shared-hooks"));

        HookScript.Merge("pre-commit", "#!/usr/bin/python3\nprint()\n").ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_with_an_entry_gets_its_trailers_and_one_with_a_bad_entry_is_stopped()
    {
        _judge.Environment["CLAUDE_CODE_SESSION_ID"] = "s1";
        _git.Write(EntrySample.Entry(1));
        _git.Run("git add -A && printf 'Subject\\n\\nBody\\n' > .git/COMMIT_EDITMSG");

        await _judge.OkAsync("hook", "prepare-commit-msg", ".git/COMMIT_EDITMSG");
        await _judge.OkAsync("hook", "prepare-commit-msg", ".git/COMMIT_EDITMSG");

        _git.Read(".git/COMMIT_EDITMSG").ShouldBe($"Subject\n\nBody\n\nAI-Session: claude-code/s1\nJudgment: {EntrySample.Id(1):D}\n");
        (await _judge.OkAsync("hook", "pre-commit")).ShouldBeEmpty();

        _git.Write(EntrySample.Path(2), "---\njudgment: 1\n---\n");
        _git.Run("git add -A");
        var stopped = await _judge.RunAsync("hook", "pre-commit");
        stopped.Code.ShouldBe(1);
        stopped.Error.ShouldContain("error JL002: a judgment has no id");
    }

    [Fact]
    public async Task Changes_that_look_like_a_decision_are_named_unless_an_entry_answers()
    {
        _git.Write(EntrySample.Entry(1) with { Affects = ["src/Pay/**"] });
        _git.Write("src/Pay/pay.cs", "1");
        _git.Write("package.json", "{\n  \"dependencies\": {\n    \"left-pad\": \"^1.0.0\"\n  }\n}\n");
        _git.Commit("start");
        _git.Run("git checkout -q -b work");
        _git.Write("package.json", "{\n  \"dependencies\": {\n    \"left-pad\": \"^2.0.0\",\n    \"express\": \"^5.0.0\"\n  }\n}\n");
        _git.Write("src/Pay/pay.cs", "2");
        _git.Write("db/migrations/1.sql", "x");
        _git.Write("api/openapi.yaml", "x");
        _git.Run("git add -A && printf 'Subject\\n' > .git/COMMIT_EDITMSG");

        var (code, _, error) = await _judge.RunAsync("hook", "commit-msg", ".git/COMMIT_EDITMSG");
        code.ShouldBe(0);
        error.ShouldContain("package.json: warning JL201: express is a new dependency,");
        _git.Run("git commit -q -m work");
        var found = (await _judge.OkAsync("check", "--since", "main")).Split('\n').Where(l => l.Contains("JL2", StringComparison.Ordinal))
            .Select(l => l.Split(':')[0] + l.Split(':')[3][8..]).ToList();
        found.ShouldBe(["api/openapi.yaml JL203", "db/migrations/1.sql JL202", "package.json JL201", "src/Pay/pay.cs JL204"]);

        _git.Write(".judgment.yml", "version: 1\nenforce: [src/Pay/**]\n");
        (await _judge.RunAsync("check", "--since", "main")).ShouldSatisfyAllConditions(
            r => r.Code.ShouldBe(1), r => r.Output.ShouldContain("src/Pay/pay.cs:1:1: error JL204"));

        // A trailer names the entry that is known; or an entry is written.
        _git.Run($"git commit -q --amend -m work -m 'Judgment: {EntrySample.Id(1):D}'");
        (await _judge.OkAsync("check", "--since", "main")).ShouldNotContain("JL2");
        _git.Run("git commit -q --amend -m work");
        _git.Write(EntrySample.Entry(2) with { RespondsTo = [new(EntrySample.Id(1), "Express takes over what payments did by hand.")] });
        _git.Commit("entry");
        (await _judge.OkAsync("check", "--since", "main")).ShouldNotContain("JL2");
    }

    [Fact]
    public async Task A_real_commit_runs_the_hooks_with_the_real_program()
    {
        await _judge.OkAsync("init");
        _git.Run($"printf '#!/bin/sh\\nexec dotnet {Path.Combine(AppContext.BaseDirectory, "assay.dll")} \"$@\"\\n' > .git/assay-here && chmod +x .git/assay-here");
        const string Commit = "export ASSAY=.git/assay-here CLAUDE_CODE_SESSION_ID=s7; git add -A; git commit -q -m work 2>&1 || echo stopped";
        _git.Write(EntrySample.Path(2), "---\njudgment: 1\n---\n");
        _git.Run(Commit).ShouldSatisfyAllConditions(o => o.ShouldContain("error JL002"), o => o.ShouldEndWith("stopped"));

        _git.Run($"rm {EntrySample.Path(2)}");
        var written = string.Concat(Enumerable.Range(1, 12).Select(i => $"    var step{i} = Plan({i});\n"));
        _git.Write("src/plan.cs", written);
        _git.Run("printf '%s' '" + System.Text.Json.JsonSerializer.Serialize(new { tool_name = "Write", tool_input = new { file_path = "src/plan.cs", content = written } })
            + "' | .git/assay-here judge hook ai-edit");
        _git.Write("src/plan.cs", "Solve(everything);\n");
        _git.Write("package.json", "{\n  \"dependencies\": {\n    \"left-pad\": \"^1.0.0\"\n  }\n}\n");
        var said = _git.Run(Commit);
        said.ShouldContain("package.json: warning JL201: left-pad is a new dependency");
        said.ShouldContain("src/plan.cs: warning JL205: 12 of 12 lines that an AI wrote here were thrown away");
        said.ShouldNotContain("stopped");
        _git.Run("git log -1 --format=%B").ShouldBe("work\n\nAI-Session: claude-code/s7");
        (await _judge.OkAsync("check", "--since", "HEAD~1")).ShouldContain("JL205");
    }

    [Fact]
    public async Task A_branch_that_cost_much_is_asked_for_an_entry_where_a_server_is_configured()
    {
        var server = new SpendServer();
        var judge = new JudgeTerminal(_git) { Network = server, Environment = { ["ASSAY_URL"] = "http://assay.test", ["ASSAY_KEY"] = "ask_x" } };
        _git.Write(".judgment.yml", "version: 1\nspend_above: 20\n");
        _git.Commit();
        _git.Run("git checkout -q -b feature/JRA-7-leases");
        _git.Write("src/a.cs", "1");
        _git.Commit();

        server.Cost = "20.000000000";
        (await judge.OkAsync("check", "--since", "main")).ShouldNotContain("JL206");
        server.Cost = "20.010000000";
        (await judge.OkAsync("check", "--since", "main")).ShouldContain("warning JL206: this branch cost 20.01 USD so far");
        server.Asked.ShouldBe("/api/v1/judgments/spend?ticket=JRA-7&work=feature%2FJRA-7-leases Bearer ask_x");
        server.Cost = null;
        (await judge.RunAsync("check", "--since", "main")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0), r => r.Error.ShouldContain("is not known"));

        // A server that a repository names would be sent the key of whoever clones it.
        _git.Write(".judgment.yml", "version: 1\nserver: https://evil.example\n");
        (await judge.RunAsync("check")).Error.ShouldContain("server");
        judge.Environment.Remove("ASSAY_URL");
        _git.Run("git checkout -q .judgment.yml");
        server.Asked = "";
        await judge.OkAsync("check", "--since", "main");
        server.Asked.ShouldBe("");
    }

    private sealed class SpendServer : HttpMessageHandler
    {
        public string? Cost { get; set; }

        public string Asked { get; set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = $"{request.RequestUri!.PathAndQuery} {request.Headers.Authorization}";
            return Task.FromResult(Cost is null
                ? new HttpResponseMessage(System.Net.HttpStatusCode.BadGateway)
                : new HttpResponseMessage { Content = System.Net.Http.Json.JsonContent.Create(new { costUsd = Cost }) });
        }
    }
}
