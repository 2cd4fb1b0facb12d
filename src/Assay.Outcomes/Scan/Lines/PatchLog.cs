using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace Assay.Outcomes.Scan.Lines;

/// <summary>A line that came or went: a hash of it without white space, and how many letters and digits it has.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PatchLine(ulong Hash, int Signs);

/// <summary>Lines that went and lines that came in their place.</summary>
/// <param name="OldFrom">The first that went, from 1; where only lines came, the one before which they came.</param>
/// <param name="NewFrom">The first that came, in the new file.</param>
internal sealed class PatchHunk(int OldFrom, int NewFrom)
{
    public int OldFrom { get; } = OldFrom;

    public int NewFrom { get; } = NewFrom;

    public int Removed { get; set; }

    public int Added { get; set; }

    /// <summary>The first of the removed lines: of a very large commit not all are kept.</summary>
    public List<PatchLine> RemovedLines { get; } = [];

    public List<PatchLine> AddedLines { get; } = [];
}

/// <summary>What happened to one file. Paths are as git quotes them.</summary>
internal sealed class PatchFile
{
    /// <summary>Null if it is new.</summary>
    public string? OldPath { get; set; }

    /// <summary>Null if it is gone.</summary>
    public string? NewPath { get; set; }

    public List<PatchHunk> Hunks { get; } = [];
}

/// <summary>A commit of the default branch against its first parent.</summary>
internal sealed record PatchCommit(string Sha, long AtSeconds, bool HasParent, IReadOnlyList<PatchFile> Files);

/// <summary>Reads what git wrote, a commit at a time: <c>log -p</c> with the format <see cref="Format"/>.</summary>
internal sealed class PatchLog(byte[] log)
{
    public const string Format = "commit %H %ct %P";

    /// <summary>Of a commit that changes more lines than this, moves are looked for among the first.</summary>
    private const int LinesKeptMax = 200_000;

    // Rewritten by programs all the time; what becomes of their lines says nothing of anybody's work.
    private static readonly HashSet<string> s_locks = new(StringComparer.Ordinal)
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "Cargo.lock", "Gemfile.lock", "poetry.lock",
        "uv.lock", "Pipfile.lock", "composer.lock", "go.sum", "packages.lock.json", "flake.lock", "mix.lock", "pubspec.lock", "Podfile.lock",
        "gradle.lockfile",
    };

    private int _at;
    private int _kept;

    /// <summary>The next commit; null at the end.</summary>
    public PatchCommit? Next()
    {
        while (_at < log.Length)
        {
            var line = Line();
            if (line.StartsWith("commit "u8))
            {
                return Commit(Encoding.ASCII.GetString(line).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return null;
    }

    private PatchCommit Commit(string[] words)
    {
        _kept = 0;
        var files = new List<PatchFile>();
        while (_at < log.Length)
        {
            var before = _at;
            var line = Line();
            if (line.StartsWith("commit "u8))
            {
                _at = before;
                break;
            }

            if (line.StartsWith("diff --git "u8))
            {
                files.Add(new PatchFile());
            }
            else if (files.Count > 0)
            {
                Header(files[^1], line);
            }
        }

        return new PatchCommit(
            words[1], long.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture), words.Length > 3, [.. files.Where(IsCounted)]);
    }

    // Not a part of any file's lines: those are read with the hunk that counts them.
    private void Header(PatchFile file, ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("@@ -"u8))
        {
            Hunk(file, line[4..]);
        }
        else if (line.StartsWith("--- "u8))
        {
            file.OldPath = Path(line[4..]);
        }
        else if (line.StartsWith("+++ "u8))
        {
            file.NewPath = Path(line[4..]);
        }
        else if (line.StartsWith("rename from "u8))
        {
            file.OldPath = Path(line[12..]);
        }
        else if (line.StartsWith("rename to "u8))
        {
            file.NewPath = Path(line[10..]);
        }
    }

    /// <summary>Reads the lines of <c>@@ -old,count +new,count @@</c>; what stands between changes begins another hunk.</summary>
    private void Hunk(PatchFile file, ReadOnlySpan<byte> range)
    {
        var (old, oldCount) = Range(ref range);
        range = range[(range.IndexOf((byte)'+') + 1)..];
        var (next, newCount) = Range(ref range);
        // A side without lines names the line before.
        (old, next) = (oldCount == 0 ? old + 1 : old, newCount == 0 ? next + 1 : next);
        PatchHunk? hunk = null;
        while ((oldCount > 0 || newCount > 0) && _at < log.Length)
        {
            var line = Line();
            switch (line.IsEmpty ? (byte)' ' : line[0])
            {
                case (byte)'-':
                    hunk = Current(old, next);
                    hunk.Removed++;
                    Keep(hunk.RemovedLines, line[1..]);
                    (old, oldCount) = (old + 1, oldCount - 1);
                    break;
                case (byte)'+':
                    hunk = Current(old, next);
                    hunk.Added++;
                    Keep(hunk.AddedLines, line[1..]);
                    (next, newCount) = (next + 1, newCount - 1);
                    break;
                case (byte)'\\':
                    break;
                default:
                    hunk = null;
                    (old, oldCount, next, newCount) = (old + 1, oldCount - 1, next + 1, newCount - 1);
                    break;
            }
        }

        PatchHunk Current(int oldFrom, int newFrom)
        {
            if (hunk is null)
            {
                file.Hunks.Add(hunk = new PatchHunk(oldFrom, newFrom));
            }

            return hunk;
        }
    }

    private void Keep(List<PatchLine> lines, ReadOnlySpan<byte> line)
    {
        if (_kept++ < LinesKeptMax)
        {
            lines.Add(Hashed(line));
        }
    }

    private static PatchLine Hashed(ReadOnlySpan<byte> line)
    {
        // FNV-1a.
        var (hash, signs) = (14695981039346656037UL, 0);
        foreach (var one in line)
        {
            if (one is not ((byte)' ' or >= 9 and <= 13))
            {
                hash = (hash ^ one) * 1099511628211UL;
                signs += one >= 0x80 || char.IsAsciiLetterOrDigit((char)one) ? 1 : 0;
            }
        }

        return new PatchLine(hash, signs);
    }

    private static (int From, int Count) Range(ref ReadOnlySpan<byte> text)
    {
        var from = Number(ref text);
        if (text.IsEmpty || text[0] != (byte)',')
        {
            return (from, 1);
        }

        text = text[1..];
        return (from, Number(ref text));
    }

    private static int Number(ref ReadOnlySpan<byte> text)
    {
        var number = Utf8Parser.TryParse(text, out int value, out var read) ? value : 0;
        text = text[read..];
        return number;
    }

    // A name with a space ends with a tab here, and without one where files are renamed.
    private static string? Path(ReadOnlySpan<byte> name) =>
        Encoding.Latin1.GetString(name.TrimEnd((byte)'\t')) is var path && path == "/dev/null" ? null : path;

    private static bool IsCounted(PatchFile file) =>
        (file.NewPath ?? file.OldPath) is { } path && !s_locks.Contains(path[(path.LastIndexOf('/') + 1)..].TrimEnd('"'));

    private ReadOnlySpan<byte> Line()
    {
        var rest = log.AsSpan(_at);
        var end = rest.IndexOf((byte)'\n');
        _at += end < 0 ? rest.Length : end + 1;
        return end < 0 ? rest : rest[..end];
    }
}
