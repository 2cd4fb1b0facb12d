using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Server.Tests.Judgments;

/// <summary>Drafts and snapshots for tests of the server.</summary>
internal static class Snapshots
{
    /// <summary>A draft as an agent leaves it: no owner, no confidence.</summary>
    public static Judgment Draft(int number) => EntrySample.Entry(number) with
    {
        Status = JudgmentStatus.Proposed,
        Owner = null,
        Confidence = null,
        Ai = new AiPart(AiRole.Drafted, AiRelation.None, "claude-code", null, []),
    };

    public static string Hash(int number) => number.ToString("x40", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The default branch with these entries, all sealed that are accepted.</summary>
    public static RepositorySnapshot Of(params Judgment[] entries) => new(
        Hash(entries.Length + 1),
        [.. entries.Select(File)],
        [.. entries.Where(e => e.Status == JudgmentStatus.Accepted).Select(e => new Seal(e.Id, File(e).Blob, File(e).Path, Hash(1), EntrySample.Noon))],
        [],
        0);

    public static SnapshotEntry File(Judgment entry)
    {
        var text = JudgmentWriter.Write(entry);
        return new SnapshotEntry(
            "docs/judgments/" + FileName.Of(entry), BlobName.Of(Encoding.UTF8.GetBytes(text)), text, Hash(1), EntrySample.Noon.AddMinutes(5), "ada@example.com", []);
    }
}
