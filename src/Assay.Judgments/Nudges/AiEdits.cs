using System.Security.Cryptography;
using System.Text;

namespace Assay.Judgments.Nudges;

/// <summary>Lines that an AI wrote into a file, as fingerprints: what they say stays in the file.</summary>
/// <param name="Path">From the root of the repository.</param>
public sealed record AiEdit(string Path, IReadOnlyList<string> Lines);

/// <summary>A file in which a person threw away or rewrote most of what an AI wrote.</summary>
public sealed record OverriddenEdit(string Path, int Lines, int Gone);

/// <summary>Compares what an AI wrote with what is committed.</summary>
public static class AiEdits
{
    /// <summary>Fewer lines than this are a correction, not a decision.</summary>
    public const int LinesMin = 10;

    private const int LinesMax = 5_000;
    private const int LettersMin = 4;

    /// <summary>Fingerprints of the lines that say something; braces and blank lines are in every file.</summary>
    public static IReadOnlyList<string> Fingerprints(string text)
    {
        var prints = new List<string>();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.Count(char.IsLetterOrDigit) < LettersMin)
            {
                continue;
            }

            SHA256.HashData(Encoding.UTF8.GetBytes(trimmed), hash);
            prints.Add(Convert.ToHexStringLower(hash[..6]));
            if (prints.Count == LinesMax)
            {
                break;
            }
        }

        return prints;
    }

    /// <param name="edits">What an AI wrote, oldest first.</param>
    /// <param name="content">A file as it is committed; null if it is not there.</param>
    public static IReadOnlyList<OverriddenEdit> Overridden(IEnumerable<AiEdit> edits, Func<string, string?> content)
    {
        var found = new List<OverriddenEdit>();
        foreach (var file in edits.GroupBy(e => e.Path, StringComparer.Ordinal))
        {
            var written = file.SelectMany(e => e.Lines).ToHashSet(StringComparer.Ordinal);
            if (written.Count < LinesMin)
            {
                continue;
            }

            var kept = content(file.Key) is { } text ? Fingerprints(text).ToHashSet(StringComparer.Ordinal) : [];
            var gone = written.Count(line => !kept.Contains(line));
            if (gone * 2 > written.Count)
            {
                found.Add(new OverriddenEdit(file.Key, written.Count, gone));
            }
        }

        return found;
    }
}
