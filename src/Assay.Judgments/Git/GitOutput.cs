using System.Buffers.Text;
using System.Text;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Git;

/// <summary>Reads what git writes with <c>-z</c>: fields end with NUL, so that no path needs quotes.</summary>
internal static class GitOutput
{
    public static IEnumerable<string> Fields(byte[] output)
    {
        for (var at = 0; at < output.Length;)
        {
            var end = Array.IndexOf(output, (byte)0, at);
            end = end < 0 ? output.Length : end;
            yield return Encoding.UTF8.GetString(output, at, end - at);
            at = end + 1;
        }
    }

    /// <summary>The changes of <c>git diff --raw -z --no-abbrev</c>.</summary>
    public static List<HistoryChange> Changes(byte[] output)
    {
        var changes = new List<HistoryChange>();
        using var fields = Fields(output).GetEnumerator();
        while (fields.MoveNext())
        {
            if (fields.Current.StartsWith(':'))
            {
                var raw = fields.Current;
                fields.MoveNext();
                changes.Add(Change(raw, fields.Current));
            }
        }

        return changes;
    }

    /// <summary>The blobs of <c>git cat-file --batch</c>, in the order in which they were asked for; null if missing.</summary>
    public static List<byte[]?> Blobs(byte[] output, int count)
    {
        var blobs = new List<byte[]?>(count);
        var at = 0;
        while (blobs.Count < count && at < output.Length)
        {
            var end = Array.IndexOf(output, (byte)'\n', at);
            var header = output.AsSpan(at, end - at);
            at = end + 1;
            var space = header.LastIndexOf((byte)' ');
            if (space < 0 || !Utf8Parser.TryParse(header[(space + 1)..], out int size, out var used) || used != header.Length - space - 1)
            {
                blobs.Add(null);
                continue;
            }

            blobs.Add(output[at..(at + size)]);
            at += size + 1;
        }

        return blobs;
    }

    /// <summary><c>:100644 100644 old new M</c> and a path.</summary>
    public static HistoryChange Change(string raw, string path)
    {
        var parts = raw.Split(' ');
        return new HistoryChange(path, Blob(parts[2], parts[0][1..]), Blob(parts[3], parts[1]));
    }

    // A mode of zero is an absent side. A hash of zeros with a mode is a file that differs from the index.
    private static string? Blob(string hash, string mode) => mode == "000000" ? null : hash;
}
