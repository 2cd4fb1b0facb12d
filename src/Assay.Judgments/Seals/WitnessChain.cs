using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Judgments.Seals;

/// <summary>What a witness saw happen to a seal.</summary>
public enum WitnessKind
{
    /// <summary>Seen for the first time.</summary>
    Sealed,

    /// <summary>The history that was shown later does not have it any more.</summary>
    Missing,

    /// <summary>The history that was shown later seals another content for the same entry.</summary>
    Rewritten,

    /// <summary>It is there again, as it was sealed.</summary>
    Returned,

    /// <summary>The history says itself that the sealed entry was edited.</summary>
    Edited,

    /// <summary>The history says itself that the sealed entry was deleted.</summary>
    Deleted,
}

/// <param name="Number">Counts from 1 within a repository.</param>
/// <param name="SealedAt">When the commit that sealed it was made, as git says.</param>
/// <param name="SeenAt">When the witness was shown it.</param>
/// <param name="Hash">SHA-256 over this line and the hash before it: who changes an old line changes all that follow.</param>
public sealed record WitnessLine(
    long Number, WitnessKind Kind, Guid Id, string Blob, string Commit, string Path, DateTimeOffset SealedAt, DateTimeOffset SeenAt, string Source, string Hash)
{
    public static string Word(WitnessKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>
/// A witness of seals outside of git. It keeps what it was shown, one line after the other, each bound to the one before by
/// a hash, and says when a history that is shown later tells another story.
/// </summary>
public static class WitnessChain
{
    public static string Start(string repository) => Hash("assay witness 1\n" + repository);

    /// <summary>The lines that a new snapshot adds; empty if it tells what is known.</summary>
    public static IReadOnlyList<WitnessLine> Next(
        string repository, IReadOnlyList<WitnessLine> chain, RepositorySnapshot snapshot, DateTimeOffset now, string source)
    {
        var known = new Dictionary<Guid, (WitnessLine First, WitnessLine Last)>();
        var breaches = new HashSet<(Guid, WitnessKind, string)>();
        foreach (var line in chain)
        {
            if (line.Kind is WitnessKind.Edited or WitnessKind.Deleted)
            {
                breaches.Add((line.Id, line.Kind, line.Commit));
            }
            else
            {
                known[line.Id] = (known.TryGetValue(line.Id, out var pair) ? pair.First : line, line);
            }
        }

        var (number, hash) = chain.Count > 0 ? (chain[^1].Number, chain[^1].Hash) : (0, Start(repository));
        var next = new List<WitnessLine>();
        var shown = new HashSet<Guid>();
        foreach (var seal in snapshot.Seals)
        {
            shown.Add(seal.Id);
            if (!known.TryGetValue(seal.Id, out var seen))
            {
                Add(WitnessKind.Sealed, seal.Id, seal.Blob, seal.Commit, seal.Path, seal.At);
            }
            else if (seal.Blob != seen.First.Blob && seal.Blob != seen.Last.Blob)
            {
                Add(WitnessKind.Rewritten, seal.Id, seal.Blob, seal.Commit, seal.Path, seal.At);
            }
            else if (seal.Blob == seen.First.Blob && seen.Last.Kind is WitnessKind.Missing or WitnessKind.Rewritten)
            {
                Add(WitnessKind.Returned, seal.Id, seal.Blob, seal.Commit, seal.Path, seal.At);
            }
        }

        foreach (var (id, (first, last)) in known)
        {
            if (!shown.Contains(id) && last.Kind != WitnessKind.Missing)
            {
                Add(WitnessKind.Missing, id, first.Blob, first.Commit, first.Path, first.SealedAt);
            }
        }

        foreach (var breach in snapshot.Breaches)
        {
            var kind = breach.Breach == "edited" ? WitnessKind.Edited : WitnessKind.Deleted;
            if (breaches.Add((breach.Id, kind, breach.Commit)))
            {
                Add(kind, breach.Id, "", breach.Commit, breach.Path, now);
            }
        }

        return next;

        void Add(WitnessKind kind, Guid id, string blob, string commit, string path, DateTimeOffset at)
        {
            var line = new WitnessLine(++number, kind, id, blob, commit, path, at, now, source, "");
            hash = HashOf(hash, line);
            next.Add(line with { Hash = hash });
        }
    }

    /// <summary>The number of the first line that does not follow from the one before it; null if all do.</summary>
    public static long? FirstBroken(string repository, IReadOnlyList<WitnessLine> chain)
    {
        var hash = Start(repository);
        for (var i = 0; i < chain.Count; i++)
        {
            hash = HashOf(hash, chain[i]);
            if (chain[i].Number != i + 1 || chain[i].Hash != hash)
            {
                return i + 1;
            }
        }

        return null;
    }

    private static string HashOf(string before, WitnessLine line) => Hash(string.Join('\n',
        before,
        line.Number.ToString(CultureInfo.InvariantCulture),
        WitnessLine.Word(line.Kind),
        line.Id.ToString("D"),
        line.Blob,
        line.Commit,
        line.Path,
        line.SealedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        line.SeenAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        line.Source));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
