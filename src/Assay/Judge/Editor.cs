using System.Diagnostics;
using System.Text;
using Assay.Judgments.Entries;

namespace Assay.Judge;

/// <summary>Lets a person finish an entry in their editor.</summary>
internal static class Editor
{
    /// <summary>The entry as it was left. What is wrong is shown, and the editor opens again on a terminal.</summary>
    public static Judgment Edit(JudgeSite site, string text, Judgment original)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{original.Id:D}{JudgmentReader.FileSuffix}");
        try
        {
            File.WriteAllText(path, text);
            while (true)
            {
                Open(site, path);
                var read = JudgmentReader.Read(File.ReadAllBytes(path));
                if (read.Entry is { } entry)
                {
                    return EntryTemplate.WithoutHints(entry);
                }

                foreach (var fault in read.Faults)
                {
                    site.Error.WriteLine($"{fault.Line}:{fault.Column}: {fault.Message}");
                }

                if (!site.IsTerminal || !EntryForm.AskAgain(site))
                {
                    throw new JudgeException("Nothing was written.");
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Open(JudgeSite site, string path)
    {
        var editor = site.Variable("VISUAL", "EDITOR") ?? (OperatingSystem.IsWindows() ? "notepad" : "vi");

        // An editor may have arguments ("code --wait"), so the shell takes it apart, as git does.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", $"{editor} \"{path}\""])
            : new ProcessStartInfo("sh", ["-c", new StringBuilder(editor).Append(" \"$@\"").ToString(), editor, path]);
        start.UseShellExecute = false;
        using var process = Process.Start(start) ?? throw new JudgeException($"The editor {editor} could not be started.");
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new JudgeException($"The editor {editor} ended with an error; nothing was written.");
        }
    }
}
