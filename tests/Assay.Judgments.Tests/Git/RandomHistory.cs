using System.Globalization;
using System.Text;

namespace Assay.Judgments.Tests.Git;

/// <summary>
/// A script that makes a history with branches and merges, in which entries come, change, move and go, by one `git fast-import`. Its
/// last line of output names the commits of the branch `all`, along the first parents, oldest first.
/// </summary>
internal static class RandomHistory
{
    public static string Script(Random random, int commits)
    {
        var script = new StringBuilder("git fast-import --quiet << 'END'\n");
        var heads = new List<int>();
        for (var i = 1; i <= commits; i++)
        {
            var message = $"change {i}" + (random.Next(4) == 0 ? "\n\nJudged-by: Grace <grace@example.com>\n" : "");
            Add(script, $"commit refs/heads/side{i}\nmark :{i}\ncommitter Ada <ada{random.Next(3)}@example.com> {1_700_000_000 + (i * 60)} +0000\n");
            Add(script, $"data {message.Length}\n{message}\n");
            if (heads.Count > 0)
            {
                // Mostly on from the last one, so that there is a long line of first parents.
                var from = random.Next(4) > 0 ? heads[^1] : heads[Math.Max(0, heads.Count - 1 - random.Next(6))];
                Add(script, $"from :{from}\n");
                if (random.Next(4) == 0 && heads[random.Next(heads.Count)] is var other && other != from)
                {
                    Add(script, $"merge :{other}\n");
                }
            }

            for (var changes = random.Next(3); changes > 0; changes--)
            {
                var path = $"{(random.Next(2) == 0 ? "docs" : "log")}/2026-10-24-{random.Next(8)}.{(random.Next(5) == 0 ? "md" : "judgment.md")}";
                var content = $"content {random.Next(20)}";
                Add(script, random.Next(4) == 0 ? $"D {path}\n" : $"M 100644 inline {path}\ndata {content.Length}\n{content}\n");
            }

            heads.Add(i);
        }

        Add(script, $"reset refs/heads/all\nfrom :{commits}\n\nEND\n");
        return script.Append("git log --first-parent --reverse --format=%H all | tr '\\n' ' ' | sed 's/ $//'").ToString();
    }

    private static void Add(StringBuilder script, string text) => script.Append(CultureInfo.InvariantCulture, $"{text}");
}
