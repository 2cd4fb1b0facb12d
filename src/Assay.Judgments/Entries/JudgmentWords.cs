namespace Assay.Judgments.Entries;

public enum JudgmentStatus
{
    Proposed,
    Accepted,
    Rejected,
    Withdrawn,
}

/// <summary>Where in the cycle of a change the decision was made.</summary>
public enum JudgmentStage
{
    Signal,
    Intent,
    Tradeoff,
    Hardening,
    Override,
    Review,
}

/// <summary>What an AI had to do with the decision.</summary>
public enum AiRole
{
    None,
    Proposed,
    Drafted,
    Executed,
    Challenged,
}

/// <summary>What the human did with what the AI proposed.</summary>
public enum AiRelation
{
    None,
    Followed,
    Modified,
    Overrode,
}

public enum Reversibility
{
    TwoWay,
    OneWay,
    Unknown,
}

/// <summary>How a decision turned out, when it was looked at again.</summary>
public enum ReviewResult
{
    Held,
    Partly,
    Failed,
    Moot,
}

/// <summary>The words of the format, each list in the order of its enum.</summary>
public static class JudgmentWords
{
    public static IReadOnlyList<string> Statuses { get; } = ["proposed", "accepted", "rejected", "withdrawn"];

    public static IReadOnlyList<string> Stages { get; } =
        ["signal", "intent", "tradeoff", "hardening", "override", "review"];

    public static IReadOnlyList<string> Roles { get; } = ["none", "proposed", "drafted", "executed", "challenged"];

    public static IReadOnlyList<string> Relations { get; } = ["none", "followed", "modified", "overrode"];

    public static IReadOnlyList<string> Reversibilities { get; } = ["two-way", "one-way", "unknown"];

    public static IReadOnlyList<string> Results { get; } = ["held", "partly", "failed", "moot"];

    public static string Word(this JudgmentStatus status) => Statuses[(int)status];

    public static string Word(this JudgmentStage stage) => Stages[(int)stage];

    public static string Word(this AiRole role) => Roles[(int)role];

    public static string Word(this AiRelation relation) => Relations[(int)relation];

    public static string Word(this Reversibility reversibility) => Reversibilities[(int)reversibility];

    public static string Word(this ReviewResult result) => Results[(int)result];

    /// <summary>The place of a word in its list, which is its enum's value; -1 if it is none of them.</summary>
    public static int Find(IReadOnlyList<string> words, string? word)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (string.Equals(words[i], word, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
