using System.Diagnostics;

namespace Assay.EndToEnd.Tests.Commands;

/// <summary>The program as a person runs it.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("assay-command-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => System.IO.Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_demo_ends_by_itself_and_its_totals_agree_with_the_ledger()
    {
        var (code, output) = await RunAsync("demo", "--exit-after", "6s", "--port", "0", "--rate", "10");

        code.ShouldBe(0, output);
        output.ShouldContain("Everything agrees to the nano-dollar.");
        output.ShouldContain("Sign in as");
    }

    [Fact]
    public async Task Help_names_every_command()
    {
        var (code, output) = await RunAsync("--help");

        code.ShouldBe(0);
        foreach (var command in (string[])["serve", "demo", "check", "apply", "report", "sim", "prices", "journal"])
        {
            output.ShouldContain("  " + command);
        }
    }

    [Fact]
    public async Task Check_says_what_is_wrong_and_fails()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "assay.json"), """{ "providers": { "x": { "format": "cobol" } } }""", Cancel);

        var (code, output) = await RunAsync("check");

        code.ShouldBe(2);
        output.ShouldContain("providers.x.format: must be openai, anthropic, gemini or converse");
    }

    [Fact]
    public async Task A_directory_is_applied_once_and_reported_on()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "assay.json"), """{ "data": "data" }""", Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "org.yaml"),
            """
            teams:
              - id: platform
                parent: org
            people:
              - email: ada@example.com
                name: Ada
                team: platform
                role: employee
            keys:
              - owner: ada@example.com
                name: laptop
                useCase: coding
            """,
            Cancel);

        (await RunAsync("check")).Code.ShouldBe(0);
        var plan = await RunAsync("apply", "-f", "org.yaml", "--dry-run");
        var first = await RunAsync("apply", "-f", "org.yaml");
        var second = await RunAsync("apply", "-f", "org.yaml");
        var report = await RunAsync("report", "--by", "team,model");

        plan.Code.ShouldBe(0, plan.Output);
        plan.Output.ShouldNotContain("ask_");
        first.Code.ShouldBe(0, first.Output);
        first.Output.ShouldContain("ask_");
        second.Code.ShouldBe(0, second.Output);
        second.Output.ShouldNotContain("ask_");
        report.Code.ShouldBe(0, report.Output);
        report.Output.ShouldContain("Nothing was metered in this time.");
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "assay.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output + await errors);
    }
}
