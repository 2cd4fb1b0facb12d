using System.Runtime.CompilerServices;

namespace Assay.Server.Tests;

/// <summary>
/// Compares a text with the approved one beside the test. On a difference the new text is written next to it as
/// <c>.received.txt</c>: look at it, and if it is right, rename it to <c>.approved.txt</c>.
/// </summary>
internal static class Approved
{
    public static void Match(string text, string name, [CallerFilePath] string testFile = "")
    {
        var received = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, name);
        var approvedPath = path + ".approved.txt";
        var approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (approved == received)
        {
            File.Delete(path + ".received.txt");
            return;
        }

        File.WriteAllText(path + ".received.txt", received);
        throw new Xunit.Sdk.XunitException(
            $"{name} is not as approved. If the new text is right, rename {name}.received.txt to {name}.approved.txt.\n"
            + Difference(approved.Split('\n'), received.Split('\n')));
    }

    private static string Difference(string[] approved, string[] received)
    {
        var start = 0;
        while (start < approved.Length && start < received.Length && approved[start] == received[start])
        {
            start++;
        }

        var end = 0;
        while (end < approved.Length - start && end < received.Length - start
            && approved[^(end + 1)] == received[^(end + 1)])
        {
            end++;
        }

        return string.Join('\n',
            [
                $"from line {start + 1}:",
                .. approved[start..^end].Take(20).Select(line => "- " + line),
                .. received[start..^end].Take(20).Select(line => "+ " + line),
            ]);
    }
}
