using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judgments.Search;

/// <param name="Score">Higher is better; comparable only within one answer.</param>
/// <param name="Excerpt">The line that fits best.</param>
public sealed record SearchHit(LogEntry Entry, double Score, string Excerpt);

/// <summary>
/// Full text over entries, ranked by BM25. Words in the title weigh more than in the body. A word of the query also finds
/// words that begin with it, so that "lease" finds "leases".
/// </summary>
public sealed class SearchIndex
{
    private const double K1 = 1.2;
    private const double B = 0.75;
    private const int TitleWeight = 4;
    private const int TermsMax = 12;

    private readonly List<LogEntry> _entries = [];
    private readonly List<int> _lengths = [];
    private readonly Dictionary<string, List<(int Entry, int Count)>> _postings = new(StringComparer.Ordinal);
    private string[]? _words;
    private long _totalLength;

    public SearchIndex(IEnumerable<LogEntry> entries)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            counts.Clear();
            var length = 0;
            foreach (var (text, weight) in Texts(entry.Judgment))
            {
                foreach (var word in Words(text))
                {
                    counts[word] = counts.GetValueOrDefault(word) + weight;
                    length++;
                }
            }

            foreach (var (word, count) in counts)
            {
                if (!_postings.TryGetValue(word, out var list))
                {
                    _postings[word] = list = [];
                }

                list.Add((_entries.Count, count));
            }

            _entries.Add(entry);
            _lengths.Add(length);
            _totalLength += length;
        }
    }

    /// <summary>The best entries that hold every word of the query.</summary>
    public IReadOnlyList<SearchHit> Find(string query, int hitsMax, Func<LogEntry, bool>? filter = null)
    {
        var terms = Words(query).Distinct(StringComparer.Ordinal).Take(TermsMax).ToList();
        Dictionary<int, double>? scores = null;
        foreach (var term in terms)
        {
            var found = Score(term);
            if (scores is null)
            {
                scores = found;
                continue;
            }

            var both = new Dictionary<int, double>();
            foreach (var (entry, score) in scores)
            {
                if (found.TryGetValue(entry, out var more))
                {
                    both[entry] = score + more;
                }
            }

            scores = both;
        }

        return
        [
            .. (scores ?? []).Where(s => filter?.Invoke(_entries[s.Key]) ?? true)
                .OrderByDescending(s => s.Value)
                .ThenByDescending(s => _entries[s.Key].Judgment.DecidedAt.UtcTicks)
                .ThenBy(s => _entries[s.Key].Path, StringComparer.Ordinal)
                .Take(hitsMax)
                .Select(s => new SearchHit(_entries[s.Key], s.Value, Excerpt(_entries[s.Key].Judgment, terms))),
        ];
    }

    /// <summary>The words of a text in lower case: letters and digits.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private Dictionary<int, double> Score(string term)
    {
        var counts = new Dictionary<int, double>();
        foreach (var (word, list) in PostingsOf(term))
        {
            // A longer word than the one asked for counts half.
            var weight = word.Length == term.Length ? 1.0 : 0.5;
            foreach (var (entry, count) in list)
            {
                counts[entry] = counts.GetValueOrDefault(entry) + (count * weight);
            }
        }

        var average = (double)_totalLength / Math.Max(1, _entries.Count);
        var idf = Math.Log(1 + ((_entries.Count - counts.Count + 0.5) / (counts.Count + 0.5)));
        foreach (var entry in counts.Keys)
        {
            var count = counts[entry];
            counts[entry] = idf * count * (K1 + 1) / (count + (K1 * (1 - B + (B * _lengths[entry] / average))));
        }

        return counts;
    }

    private IEnumerable<KeyValuePair<string, List<(int Entry, int Count)>>> PostingsOf(string term)
    {
        _words ??= Sorted();
        var at = Array.BinarySearch(_words, term, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < _words.Length && _words[at].StartsWith(term, StringComparison.Ordinal); at++)
        {
            yield return new(_words[at], _postings[_words[at]]);
        }
    }

    private string[] Sorted()
    {
        var words = _postings.Keys.ToArray();
        Array.Sort(words, StringComparer.Ordinal);
        return words;
    }

    private static IEnumerable<(string Text, int Weight)> Texts(Judgment judgment)
    {
        yield return (judgment.Title, TitleWeight);
        yield return (judgment.Summary ?? "", 2);
        yield return (string.Join(' ', judgment.Tags), 2);
        yield return (string.Join(' ', judgment.Refs), 1);
        yield return (string.Join(' ', judgment.Affects), 1);
        foreach (var section in judgment.Sections)
        {
            yield return (section.Text, 1);
        }
    }

    private static string Excerpt(Judgment judgment, List<string> terms)
    {
        const int CharsMax = 120;
        var line = judgment.Sections.SelectMany(s => s.Text.Split('\n')).Prepend(judgment.Summary ?? "")
            .MaxBy(text => terms.Count(term => text.Contains(term, StringComparison.OrdinalIgnoreCase))) ?? "";
        return line.Length <= CharsMax ? line : line[..(CharsMax - 1)] + "…";
    }
}
