using System.Security.Cryptography;
using System.Text;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Git;

/// <summary>What the commits up to one did to entries. It follows from that commit's name alone.</summary>
/// <param name="Tip">The commit of the default branch up to which it goes.</param>
internal sealed record KeptHistory(string Tip, IReadOnlyList<HistoryCommit> Main, IReadOnlyList<HistoryCommit> All);

/// <summary>
/// Keeps the history of entries in git's own folder, so that a long one is read once. It could hide a broken seal if it were
/// believed as it lies there: so it carries a code (HMAC-SHA-256) under a key that this person's machine keeps outside of all
/// repositories, and what has another is deleted. It is a convenience: if it cannot be read or written, git is asked.
/// </summary>
/// <param name="folder">Where it is kept: <c>assay</c> in git's own folder.</param>
/// <param name="key">At least 32 secret bytes.</param>
public sealed class HistoryCache(string folder, byte[] key)
{
    public const string FileName = "history-1";
    private const int CodeBytes = 32;
    private const long FileBytesMax = 512 << 20;
    private static readonly byte[] s_head = "assay history 1\n"u8.ToArray();
    private static int s_writers;
    private readonly string _file = Path.Combine(folder, FileName);

    /// <summary>Null if nothing is kept, or nothing that can be believed.</summary>
    internal KeptHistory? Read()
    {
        try
        {
            if (!File.Exists(_file) || new FileInfo(_file).Length > FileBytesMax)
            {
                return null;
            }

            var bytes = File.ReadAllBytes(_file);
            if (!bytes.AsSpan().StartsWith(s_head) || bytes.Length < s_head.Length + CodeBytes
                || !CryptographicOperations.FixedTimeEquals(
                    HMACSHA256.HashData(key, bytes.AsSpan(s_head.Length + CodeBytes)), bytes.AsSpan(s_head.Length, CodeBytes)))
            {
                File.Delete(_file);
                return null;
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, s_head.Length + CodeBytes, bytes.Length - s_head.Length - CodeBytes));
            return ReadHistory(reader);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal void Write(KeptHistory history)
    {
        using var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            WriteHistory(writer, history);
        }

        // Two processes may write at once: each writes a file of its own, and the last one to rename it stays.
        var own = $"{_file}.{Environment.ProcessId}.{Interlocked.Increment(ref s_writers)}";
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(own, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(s_head);
                file.Write(HMACSHA256.HashData(key, body.GetBuffer().AsSpan(0, (int)body.Length)));
                file.Write(body.GetBuffer().AsSpan(0, (int)body.Length));
            }

            File.Move(own, _file, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written to: the next check asks git again.
        }
    }

    private static void WriteHistory(BinaryWriter writer, KeptHistory history)
    {
        WriteHash(writer, history.Tip);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var commits = new List<HistoryCommit>(history.All);
        for (var i = 0; i < commits.Count; i++)
        {
            places[commits[i].Id] = i;
        }

        foreach (var merge in history.Main.Where(c => !places.ContainsKey(c.Id)))
        {
            places[merge.Id] = commits.Count;
            commits.Add(merge);
        }

        writer.Write7BitEncodedInt(history.All.Count);
        writer.Write7BitEncodedInt(commits.Count);
        foreach (var commit in commits)
        {
            WriteCommit(writer, commit);
        }

        writer.Write7BitEncodedInt(history.Main.Count);
        foreach (var commit in history.Main)
        {
            writer.Write7BitEncodedInt(places[commit.Id]);
        }
    }

    private static KeptHistory ReadHistory(BinaryReader reader)
    {
        var tip = ReadHash(reader)!;
        var allCount = reader.Read7BitEncodedInt();
        var commits = new HistoryCommit[reader.Read7BitEncodedInt()];
        for (var i = 0; i < commits.Length; i++)
        {
            commits[i] = ReadCommit(reader);
        }

        var main = new HistoryCommit[reader.Read7BitEncodedInt()];
        for (var i = 0; i < main.Length; i++)
        {
            main[i] = commits[reader.Read7BitEncodedInt()];
        }

        return new KeptHistory(tip, main, commits[..allCount]);
    }

    private static void WriteCommit(BinaryWriter writer, HistoryCommit commit)
    {
        WriteHash(writer, commit.Id);
        writer.Write7BitEncodedInt64(commit.At.ToUnixTimeSeconds());
        writer.Write(commit.AuthorEmail);
        writer.Write7BitEncodedInt(commit.JudgedBy.Count);
        foreach (var by in commit.JudgedBy)
        {
            writer.Write(by);
        }

        writer.Write7BitEncodedInt(commit.Changes.Count);
        foreach (var change in commit.Changes)
        {
            writer.Write(change.Path);
            WriteHash(writer, change.OldBlob);
            WriteHash(writer, change.NewBlob);
        }
    }

    private static HistoryCommit ReadCommit(BinaryReader reader)
    {
        var id = ReadHash(reader)!;
        var at = DateTimeOffset.FromUnixTimeSeconds(reader.Read7BitEncodedInt64());
        var author = reader.ReadString();
        var judgedBy = new string[reader.Read7BitEncodedInt()];
        for (var i = 0; i < judgedBy.Length; i++)
        {
            judgedBy[i] = reader.ReadString();
        }

        var changes = new HistoryChange[reader.Read7BitEncodedInt()];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = new HistoryChange(reader.ReadString(), ReadHash(reader), ReadHash(reader));
        }

        return new HistoryCommit(id, at, author, judgedBy, changes);
    }

    private static void WriteHash(BinaryWriter writer, string? hash)
    {
        var bytes = hash is null ? [] : Convert.FromHexString(hash);
        writer.Write((byte)bytes.Length);
        writer.Write(bytes);
    }

    private static string? ReadHash(BinaryReader reader) => reader.ReadByte() is > 0 and var length
        ? Convert.ToHexStringLower(reader.ReadBytes(length))
        : null;
}
