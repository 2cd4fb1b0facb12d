namespace Assay.Outcomes.Scan.Lines;

/// <summary>
/// Lines of a commit that only moved, by the rule of git's blame: lines that went and came again one after the other, of which
/// the whole has at least 20 letters and digits in the same file (<c>-M</c>) and 40 in another (<c>-C</c>). White space does not matter.
/// Copies are not looked for: a line that stands twice would be alive twice.
/// </summary>
internal sealed class MovedLines
{
    private const int SignsMin = 20;
    private const int SignsMinElsewhere = 40;

    /// <summary>Of a line that went very often, as an empty one, as many places are looked at.</summary>
    private const int PlacesMax = 16;

    private readonly Dictionary<(PatchHunk Hunk, int Line), (PatchFile File, PatchHunk Hunk, int Line)> _from = [];
    private readonly HashSet<(PatchHunk Hunk, int Line)> _gone = [];
    private readonly Dictionary<ulong, List<(PatchFile File, PatchHunk Hunk, int Line)>> _places = [];

    public MovedLines(PatchCommit commit)
    {
        if (commit.Files.All(f => f.Hunks.TrueForAll(h => h.Removed == 0)) || commit.Files.All(f => f.Hunks.TrueForAll(h => h.Added == 0)))
        {
            return;
        }

        foreach (var file in commit.Files)
        {
            foreach (var hunk in file.Hunks)
            {
                foreach (var (i, line) in hunk.RemovedLines.Index().Where(l => l.Item.Signs > 0))
                {
                    var places = _places.TryGetValue(line.Hash, out var known) ? known : _places[line.Hash] = [];
                    if (places.Count < PlacesMax)
                    {
                        places.Add((file, hunk, i));
                    }
                }
            }
        }

        foreach (var file in commit.Files)
        {
            foreach (var hunk in file.Hunks)
            {
                for (var i = 0; i < hunk.AddedLines.Count; i += Math.Max(1, Take(file, hunk, i)))
                {
                }
            }
        }
    }

    /// <summary>Where a line that a hunk added stood before; null if it is new.</summary>
    public (PatchFile File, PatchHunk Hunk, int Line)? From(PatchHunk hunk, int line) =>
        _from.TryGetValue((hunk, line), out var from) ? from : null;

    /// <summary>Whether a line that a hunk removed came again elsewhere.</summary>
    public bool IsMoved(PatchHunk hunk, int line) => _gone.Contains((hunk, line));

    /// <summary>Marks the longest block that begins with this added line, if it is one that moved.</summary>
    /// <returns>How many lines it has.</returns>
    private int Take(PatchFile file, PatchHunk hunk, int line)
    {
        (PatchFile File, PatchHunk Hunk, int Line)? best = null;
        var (bestSigns, longest) = (0, 0);
        foreach (var place in _places.GetValueOrDefault(hunk.AddedLines[line].Hash) ?? [])
        {
            var (count, signs) = (0, 0);
            while (line + count < hunk.AddedLines.Count && place.Line + count < place.Hunk.RemovedLines.Count
                && hunk.AddedLines[line + count] == place.Hunk.RemovedLines[place.Line + count] && !_gone.Contains((place.Hunk, place.Line + count)))
            {
                signs += hunk.AddedLines[line + count++].Signs;
            }

            if (signs > bestSigns && signs >= (place.File == file ? SignsMin : SignsMinElsewhere))
            {
                (best, bestSigns, longest) = (place, signs, count);
            }
        }

        for (var i = 0; best is { } from && i < longest; i++)
        {
            _from[(hunk, line + i)] = (from.File, from.Hunk, from.Line + i);
            _gone.Add((from.Hunk, from.Line + i));
        }

        return longest;
    }
}
