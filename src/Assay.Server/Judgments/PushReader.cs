using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Server.Api;

namespace Assay.Server.Judgments;

/// <summary>Checks a pushed snapshot before anything of it is believed: sizes, forms, and that each text is the blob it claims to be.</summary>
internal static class PushReader
{
    public const int EntriesMax = 20_000;
    private const int FaultsMax = 20;

    private static readonly System.Buffers.SearchValues<char> s_hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    public static RepositorySnapshot? Read(PushJudgments push, InputFaults faults)
    {
        var count = 0;
        if (!IsHash(push.Head))
        {
            Fault("head", "must be the hash of a commit.");
        }

        var entries = push.Entries ?? [];
        var seals = push.Seals ?? [];
        var breaches = push.Breaches ?? [];
        if (entries.Count > EntriesMax || seals.Count > EntriesMax || breaches.Count > EntriesMax)
        {
            Fault("entries", $"must be at most {EntriesMax}.");
            return null;
        }

        var read = new List<SnapshotEntry>(entries.Count);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count && count < FaultsMax; i++)
        {
            var entry = entries[i];
            var bytes = Encoding.UTF8.GetBytes(entry?.Text ?? "");
            if (entry?.Path is not { Length: > 0 and <= 1000 } path || !path.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal)
                || path.AsSpan().ContainsAnyInRange('\0', '\x1f') || !paths.Add(path))
            {
                Fault($"entries[{i}].path", $"must be the path of a file *{JudgmentReader.FileSuffix}, once.");
            }
            else if (bytes.Length is 0 or > SourceText.BytesMax || bytes.AsSpan().Contains((byte)0))
            {
                Fault($"entries[{i}].text", $"must be a text of at most {SourceText.BytesMax} bytes.");
            }
            else if (!BlobName.Fits(entry.Blob ?? "", bytes))
            {
                Fault($"entries[{i}].blob", "is not git's name of this text.");
            }
            else if (!IsHash(entry.Commit) || !Rfc3339.TryParse(entry.CommittedAt, out var at))
            {
                Fault($"entries[{i}].commit", "must be a commit's hash, and committedAt its time.");
            }
            else
            {
                read.Add(new SnapshotEntry(
                    path, entry.Blob!, entry.Text!, entry.Commit!, at, Cut(entry.Author),
                    [.. (entry.JudgedBy ?? []).Take(20).Select(Cut).Where(by => by.Length > 0)]));
            }
        }

        var known = new List<Seal>(seals.Count);
        for (var i = 0; i < seals.Count && count < FaultsMax; i++)
        {
            if (seals[i] is { } seal && Guid.TryParseExact(seal.Id, "D", out var id) && IsHash(seal.Blob) && IsHash(seal.Commit)
                && Rfc3339.TryParse(seal.At, out var at))
            {
                known.Add(new Seal(id, seal.Blob!, Cut(seal.Path), seal.Commit!, at));
            }
            else
            {
                Fault($"seals[{i}]", "must have id, blob, commit and at.");
            }
        }

        var broken = new List<SnapshotBreach>(breaches.Count);
        for (var i = 0; i < breaches.Count && count < FaultsMax; i++)
        {
            if (breaches[i] is { } breach && Guid.TryParseExact(breach.Id, "D", out var id) && breach.Breach is "edited" or "deleted"
                && (breach.Commit is "" or null || IsHash(breach.Commit)))
            {
                broken.Add(new SnapshotBreach(id, breach.Breach, breach.Commit ?? "", Cut(breach.Path)));
            }
            else
            {
                Fault($"breaches[{i}]", "must have id, breach (edited or deleted) and commit.");
            }
        }

        return faults.Any ? null : new RepositorySnapshot(push.Head!, read, known, broken, Math.Max(0, push.Unreadable ?? 0));

        void Fault(string field, string message)
        {
            count++;
            faults.Add(field, message);
        }
    }

    private static bool IsHash(string? text) =>
        text is { Length: 40 or 64 } && text.AsSpan().IndexOfAnyExcept(s_hex) < 0;

    private static string Cut(string? text)
    {
        var line = (text ?? "").ReplaceLineEndings(" ").Replace('\0', ' ').Trim();
        return line.Length <= 1000 ? line : line[..1000];
    }
}
