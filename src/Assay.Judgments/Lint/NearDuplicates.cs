using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>
/// JL019: entries that say almost the same, which is how boilerplate looks. Texts become sets of five-word hashes; a
/// min-hash sketch finds candidates without comparing all pairs, and the sets themselves decide.
/// </summary>
internal static class NearDuplicates
{
    private const double Threshold = 0.9;
    private const int WordsInShingle = 5;
    private const int ShinglesMin = 8;
    private const int Bands = 6;
    private const int RowsInBand = 3;

    public static void Check(LintContext context, List<Finding> findings)
    {
        if (context.IsPart || !context.Log.Entries.Any(e => !context.IsSealed(e)))
        {
            return;
        }

        var buckets = new Dictionary<(int Band, ulong Hash), List<(LogEntry Entry, HashSet<ulong> Shingles)>>();
        var reported = new HashSet<(string, string)>();
        var sketch = new ulong[Bands * RowsInBand];
        foreach (var entry in context.Log.Entries)
        {
            var shingles = Shingles(entry.Judgment);
            if (shingles.Count < ShinglesMin)
            {
                continue;
            }

            Sketch(shingles, sketch);
            for (var band = 0; band < Bands; band++)
            {
                var hash = sketch[band * RowsInBand];
                for (var row = 1; row < RowsInBand; row++)
                {
                    hash = Mix(hash ^ sketch[(band * RowsInBand) + row], 31);
                }

                if (!buckets.TryGetValue((band, hash), out var bucket))
                {
                    buckets[(band, hash)] = bucket = [];
                }

                // A bucket that many fall into is one text copied many times: the first of them stands for all.
                foreach (var other in bucket.Take(8))
                {
                    Compare(context, (entry, shingles), other, reported, findings);
                }

                bucket.Add((entry, shingles));
            }
        }
    }

    private static void Compare(
        LintContext context,
        (LogEntry Entry, HashSet<ulong> Shingles) one,
        (LogEntry Entry, HashSet<ulong> Shingles) other,
        HashSet<(string, string)> reported,
        List<Finding> findings)
    {
        var (newer, older) = context.IsSealed(one.Entry) ? (other.Entry, one.Entry) : (one.Entry, other.Entry);
        if (context.IsSealed(newer) || newer.Judgment.Id == older.Judgment.Id
            || !reported.Add((one.Entry.Path, other.Entry.Path)))
        {
            return;
        }

        var common = one.Shingles.Count(other.Shingles.Contains);
        if (common >= Threshold * (one.Shingles.Count + other.Shingles.Count - common))
        {
            Linter.Report(findings, "JL019", newer, "title", $"It says almost the same as {older.Path}: refer to it instead.");
        }
    }

    private static HashSet<ulong> Shingles(Judgment judgment)
    {
        var shingles = new HashSet<ulong>();
        Span<ulong> last = stackalloc ulong[WordsInShingle];
        var words = 0;
        foreach (var section in judgment.Sections)
        {
            var text = section.Text.AsSpan();
            for (var at = 0; at < text.Length;)
            {
                ulong hash = 14695981039346656037;
                var start = at;
                while (at < text.Length && char.IsLetterOrDigit(text[at]))
                {
                    hash = (hash ^ char.ToLowerInvariant(text[at++])) * 1099511628211;
                }

                if (at == start)
                {
                    at++;
                    continue;
                }

                last[words++ % WordsInShingle] = hash;
                if (words >= WordsInShingle)
                {
                    ulong shingle = 0;
                    for (var i = 0; i < WordsInShingle; i++)
                    {
                        shingle = Mix(shingle ^ last[(words + i) % WordsInShingle], 17);
                    }

                    shingles.Add(shingle);
                }
            }
        }

        return shingles;
    }

    private static void Sketch(HashSet<ulong> shingles, ulong[] sketch)
    {
        Array.Fill(sketch, ulong.MaxValue);
        foreach (var shingle in shingles)
        {
            for (var i = 0; i < sketch.Length; i++)
            {
                sketch[i] = Math.Min(sketch[i], Mix(shingle, (ulong)i));
            }
        }
    }

    private static ulong Mix(ulong value, ulong salt)
    {
        value = (value + (salt * 0x9E3779B97F4A7C15)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 29)) * 0x94D049BB133111EB;
        return value ^ (value >> 32);
    }
}
