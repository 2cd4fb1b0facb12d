using System.Globalization;
using System.Text;
using Assay.Outcomes.Scan.Lines;

namespace Assay.Outcomes.Tests.Scan;

public sealed class LineReplayTests
{
    private const long Day = 24 * 60 * 60;

    [Fact]
    public void Lines_are_followed_through_any_patches()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var log = new StringBuilder();
            var files = new Dictionary<string, List<(string Text, int Change)>>(StringComparer.Ordinal);
            var (added, looks) = (new int[30], new List<(int Change, int Alive)>());
            for (var change = 0; change < 30; change++)
            {
                // What is alive 14 days after, which is up to the seventh change after it.
                if (change >= 8)
                {
                    looks.Add((change - 8, files.Values.Sum(f => f.Count(l => l.Change == change - 8))));
                }

                log.Append(CultureInfo.InvariantCulture, $"commit c{change} {change * 2 * Day} parent\n\n");
                foreach (var name in new[] { "a b.cs", "c.cs" }.Where(_ => random.Next(3) > 0))
                {
                    files[name] = Patch(log, name, files.GetValueOrDefault(name), change, random, ref added[change]);
                }
            }

            var counts = LineReplay.Of(Encoding.UTF8.GetBytes(log.ToString()), Enumerable.Range(0, 30).Select(c => $"c{c}").ToHashSet(), 30 * 2 * Day);

            foreach (var (change, alive) in looks)
            {
                var found = counts.TryGetValue($"c{change}", out var lines) ? (lines.Added, lines.Alive14 ?? -1) : (0, 0);
                found.ShouldBe((added[change], alive), $"seed {seed}, change {change}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("commit")]
    [InlineData("commit a 1 p\ndiff --git x x\n--- x\n+++ x\n@@ -1,9 +1,2 @@\n-one\n+two")]
    [InlineData("commit a 1 p\ndiff --git x x\n@@ nonsense\n@@ -x +y @@\n+one\n")]
    [InlineData("commit a 1 p\n@@ -1 +1 @@\n-one\n+two\n")]
    public void A_log_that_breaks_off_is_counted_as_far_as_it_goes(string log) =>
        LineReplay.Of(Encoding.UTF8.GetBytes(log), new HashSet<string>(StringComparer.Ordinal) { "a" }, 2).Count.ShouldBeInRange(0, 1);

    /// <summary>Some lines go and others come, as git writes it without context.</summary>
    private static List<(string Text, int Change)> Patch(
        StringBuilder log, string name, List<(string Text, int Change)>? before, int change, Random random, ref int added)
    {
        log.Append(CultureInfo.InvariantCulture, $"diff --git {name} {name}\n--- {(before is null ? "/dev/null" : name + "\t")}\n+++ {name}\t\n");
        var (after, old) = (new List<(string, int)>(), before ?? []);
        for (var at = 0; at <= old.Count;)
        {
            var (kept, gone, come) = (random.Next(4), random.Next(3), random.Next(4));
            kept = Math.Min(kept, old.Count - at);
            after.AddRange(old.GetRange(at, kept));
            at += kept;
            gone = Math.Min(gone, old.Count - at);
            if (gone + come > 0)
            {
                log.Append(CultureInfo.InvariantCulture, $"@@ -{(gone == 0 ? at : at + 1)},{gone} +{(come == 0 ? after.Count : after.Count + 1)},{come} @@ somewhere\n");
                old.GetRange(at, gone).ForEach(l => log.Append('-').Append(l.Text).Append('\n'));
                for (var i = 0; i < come; i++)
                {
                    // Like the lines of a patch, to be read by their number alone.
                    var text = random.Next(3) switch { 0 => "-- ", 1 => "commit ", _ => "" } + random.NextInt64().ToString(CultureInfo.InvariantCulture);
                    log.Append('+').Append(text).Append('\n');
                    after.Add((text, change));
                    added++;
                }
            }

            at += gone;
            if (at == old.Count)
            {
                break;
            }
        }

        return after;
    }
}
