using System.CommandLine;
using System.Text;
using Assay.Judgments.Git;
using Assay.Judgments.Settings;

namespace Assay.Judge;

/// <summary><c>assay judge init</c>: settings, line ends and hooks. It can be run again, and changes nothing then.</summary>
internal static class InitCommand
{
    private const string Attributes = "*.judgment.md text eol=lf";

    public static Command Create(JudgeSite site)
    {
        var noHooks = new Option<bool>("--no-hooks") { Description = "Only the settings and .gitattributes." };
        var shared = new Option<bool>("--shared-hooks") { Description = "Install hooks also where core.hooksPath leads outside this repository." };
        var command = new Command("init", "Set up the log in this repository: settings, line ends, git hooks.") { noHooks, shared };
        command.Run(site, async (parsed, cancellation) =>
        {
            var root = site.Repository().Root;
            await WriteSettingsAsync(site, root, cancellation);
            await WriteAttributesAsync(site, root, cancellation);
            return parsed.GetValue(noHooks) ? 0 : await InstallAsync(site, root, parsed.GetValue(shared), cancellation);
        });
        return command;
    }

    private static async Task WriteSettingsAsync(JudgeSite site, string root, CancellationToken cancellation)
    {
        var path = Path.Combine(root, LogSettings.FileName);
        if (File.Exists(path))
        {
            _ = JudgeSite.Settings(root);
            await site.Output.WriteLineAsync($"{LogSettings.FileName} is there.");
            return;
        }

        await File.WriteAllTextAsync(
            path,
            """
            # The Judgment Log of this repository: docs/judgment-format.md of Assay lists every key.
            version: 1
            # Folders of a month keep the check of thousands of entries quick. Entries may lie in any folder.
            directory: docs/judgments/{year}/{month}

            # Where a change without an entry is an error and not only a warning:
            # enforce: ["src/Payments/**"]

            # rules:
            #   JL005: error

            """,
            cancellation);
        await site.Output.WriteLineAsync($"wrote {LogSettings.FileName}");
    }

    private static async Task WriteAttributesAsync(JudgeSite site, string root, CancellationToken cancellation)
    {
        var path = Path.Combine(root, ".gitattributes");
        var text = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellation) : "";
        if (text.Contains("*.judgment.md", StringComparison.Ordinal))
        {
            await site.Output.WriteLineAsync(".gitattributes is there.");
            return;
        }

        var gap = text.Length > 0 && !text.EndsWith('\n') ? "\n" : "";
        await File.WriteAllTextAsync(path, text + gap + Attributes + "\n", cancellation);
        await site.Output.WriteLineAsync($"wrote '{Attributes}' to .gitattributes");
    }

    private static async Task<int> InstallAsync(JudgeSite site, string root, bool isShared, CancellationToken cancellation)
    {
        // git answers with core.hooksPath if that is set.
        var git = new GitProgram(root);
        var folder = Path.GetFullPath(await git.TextAsync(cancellation, "rev-parse", "--git-path", "hooks"), root);
        var common = Path.GetFullPath(await git.TextAsync(cancellation, "rev-parse", "--git-common-dir"), root);
        if (!isShared && !IsWithin(folder, root) && !IsWithin(folder, common))
        {
            await site.Error.WriteLineAsync(
                $"assay judge: core.hooksPath leads to {folder}, which other repositories use as well. --shared-hooks installs there; or run `assay judge hook NAME` from your hooks.");
            return 1;
        }

        System.IO.Directory.CreateDirectory(folder);
        var code = 0;
        foreach (var name in HookScript.Names)
        {
            var path = Path.Combine(folder, name);
            var present = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellation) : null;
            if (HookScript.Merge(name, present) is not { } script)
            {
                await site.Error.WriteLineAsync($"assay judge: {path} is no shell script: run `assay judge hook {name} \"$@\"` from it.");
                code = 1;
                continue;
            }

            if (script != present)
            {
                await File.WriteAllTextAsync(path, script, new UTF8Encoding(false), cancellation);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
                }

                await site.Output.WriteLineAsync($"wrote the hook {Path.GetRelativePath(root, path)}");
            }
        }

        return code;
    }

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

/// <summary>The part of a hook that is ours, between two marks, so that other parts stay as they are.</summary>
internal static class HookScript
{
    private const string Begin = "# >>> assay judge >>>";
    private const string End = "# <<< assay judge <<<";

    public static IReadOnlyList<string> Names { get; } = ["pre-commit", "prepare-commit-msg", "commit-msg"];

    /// <summary>The script with our part in it; null if the one that is there is not for a shell.</summary>
    public static string? Merge(string name, string? present)
    {
        var ours = $"""
            {Begin}
            # Written by `assay judge init`, which replaces what stands between the marks. Where assay is missing, nothing is asked.
            if command -v "${"{"}ASSAY:-assay{"}"}" >/dev/null 2>&1; then
                "${"{"}ASSAY:-assay{"}"}" judge hook {name} "$@" || exit $?
            fi
            {End}

            """.ReplaceLineEndings("\n");
        if (present is null)
        {
            return "#!/bin/sh\n" + ours;
        }

        var (start, end) = (present.IndexOf(Begin, StringComparison.Ordinal), present.IndexOf(End, StringComparison.Ordinal));
        if (start >= 0 && end > start)
        {
            return present[..start] + ours.TrimEnd('\n') + present[(end + End.Length)..];
        }

        // Behind the first line: what is at the end may never be reached.
        var line = present.IndexOf('\n', StringComparison.Ordinal);
        var first = line < 0 ? present : present[..line];
        return first.StartsWith("#!", StringComparison.Ordinal) && first.TrimEnd().EndsWith("sh", StringComparison.Ordinal)
            ? first + "\n" + ours + (line < 0 ? "" : present[(line + 1)..])
            : null;
    }
}
