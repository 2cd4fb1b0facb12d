using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary>Finds the one entry that a person means.</summary>
internal static class EntryLookup
{
    private const int NamedMax = 5;

    public static LogEntry One(JudgmentLog log, string text)
    {
        var found = log.FindByText(text.Trim());
        return found.Count switch
        {
            1 => found[0],
            0 => throw new JudgeException($"No entry is called \"{text}\". Write its id, the beginning of its last group, its path, or the beginning of its name; `assay judge list` shows them."),
            _ => throw new JudgeException($"\"{text}\" may be {string.Join(" or ", found.Take(NamedMax).Select(e => e.Path))}{(found.Count > NamedMax ? " or others" : "")}: write more of it."),
        };
    }
}
