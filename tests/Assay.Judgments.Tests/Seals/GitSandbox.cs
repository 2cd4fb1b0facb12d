using System.Diagnostics;
using Assay.Judgments.Entries;
using Assay.Judgments.Git;
using Assay.Judgments.Lint;

namespace Assay.Judgments.Tests.Seals;

/// <summary>A real git repository in a temporary folder. Each script is one shell, so that a test costs few processes.</summary>
internal sealed class GitSandbox : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("assay-judgments-").FullName;
    private int _clones;

    public GitSandbox(string branch = "main")
    {
        Root = Path.Combine(_parent, "work");
        Directory.CreateDirectory(Root);
        Run($"""
            git init -q -b {branch}
            git config user.email ada@example.com
            git config user.name Ada
            git config commit.gpgsign false
            git config core.autocrlf false
            git commit -q --allow-empty -m root
            """);
    }

    private GitSandbox(string parent, string root) => (_parent, Root, IsClone) = (parent, root, true);

    public string Root { get; }

    private bool IsClone { get; }

    /// <summary>Half an hour after the decisions of the samples, and when their commits were made.</summary>
    public static DateTimeOffset Now => EntrySample.Noon.AddMinutes(30);

    public void Dispose()
    {
        if (!IsClone)
        {
            Directory.Delete(_parent, recursive: true);
        }
    }

    public string Write(Judgment entry, string? path = null) => Write(path ?? "docs/judgments/" + FileName.Of(entry), EntrySample.Text(entry));

    public string Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return path;
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Runs shell commands, stops at the first that fails, and gives back what they wrote.</summary>
    public string Run(string script)
    {
        var start = new ProcessStartInfo("sh", ["-ec", script])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_SYSTEM"] = "/dev/null";
        var time = EntrySample.Noon.AddMinutes(5).ToUnixTimeSeconds();
        start.Environment["GIT_AUTHOR_DATE"] = $"{time} +0000";
        start.Environment["GIT_COMMITTER_DATE"] = $"{time} +0000";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
#pragma warning disable RS0030 // The process has ended, and so has the reading of what it wrote.
        process.ExitCode.ShouldBe(0, output + error.Result);
#pragma warning restore RS0030
        return output.Trim();
    }

    public void Commit(string message = "change") => Run($"git add -A && git commit -q -m '{message}'");

    public GitSandbox Clone(string options = "")
    {
        var root = Path.Combine(_parent, $"clone{++_clones}");
        Run($"git clone -q {options} 'file://{Root}' '{root}' && git -C '{root}' config user.email bob@example.com && git -C '{root}' config user.name Bob");
        return new GitSandbox(_parent, root);
    }

    public Task<CheckResult> CheckAsync(bool staged = false, DateTimeOffset? now = null) => RepositoryCheck.RunAsync(
        new GitRepository(Root), new CheckOptions(now ?? Now, staged), TestContext.Current.CancellationToken);

    /// <summary>The rules that found something, with the path, in order.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync(bool staged = false)
    {
        var result = await CheckAsync(staged);
        return [.. Linter.Sort(result.Findings).Select(f => $"{f.Rule} {f.Path}".TrimEnd())];
    }
}
