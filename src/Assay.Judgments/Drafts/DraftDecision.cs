using System.Globalization;
using Assay.Judgments.Entries;
using Assay.Judgments.Yaml;

namespace Assay.Judgments.Drafts;

/// <summary>Turns a draft into a decision: the four lines that a person answers for, and nothing else of the file.</summary>
public static class DraftDecision
{
    /// <param name="text">The draft, with LF line ends.</param>
    /// <param name="status">Accepted or rejected.</param>
    /// <param name="owner">Who decides.</param>
    /// <param name="confidence">Null: what stands there stays.</param>
    /// <param name="now">When it was decided.</param>
    public static string Apply(string text, JudgmentStatus status, string owner, int? confidence, DateTimeOffset now)
    {
        text = FrontMatterEdit.Set(text, "status", status.Word(), "title");
        text = FrontMatterEdit.Set(text, "decided_at", JudgmentWriter.Time(now), "stage");
        text = FrontMatterEdit.Set(text, "owner", YamlText.Scalar(owner), "decided_at");
        return confidence is { } sure
            ? FrontMatterEdit.Set(text, "confidence", sure.ToString(CultureInfo.InvariantCulture), "owner")
            : text;
    }

    /// <summary>Where the decided entry belongs: the day in the name is that of the decision, so a draft of another day gets a new name.</summary>
    public static string PathOf(string path, Judgment decided)
    {
        var folder = path[..(path.LastIndexOf('/') + 1)];
        var name = path[folder.Length..];
        var day = JudgmentWriter.Date(DateOnly.FromDateTime(decided.DecidedAt.DateTime));
        return folder + (FileName.DayOf(path) is null ? FileName.Of(decided) : day + name[10..]);
    }
}
