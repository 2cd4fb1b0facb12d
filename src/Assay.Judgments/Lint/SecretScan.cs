using System.Buffers;

namespace Assay.Judgments.Lint;

/// <summary>Finds what looks like a credential by the prefixes that their makers gave them for this purpose.</summary>
public static class SecretScan
{
    private static readonly (string Prefix, int TailMin, string Kind)[] s_prefixes =
    [
        ("ask_", 20, "an Assay key"),
        ("sk-ant-", 20, "an Anthropic key"),
        ("sk-proj-", 20, "an OpenAI key"),
        ("sk-", 32, "an API key"),
        ("AKIA", 16, "an AWS access key"),
        ("ASIA", 16, "an AWS access key"),
        ("AIza", 30, "a Google API key"),
        ("ghp_", 30, "a GitHub token"),
        ("gho_", 30, "a GitHub token"),
        ("ghs_", 30, "a GitHub token"),
        ("github_pat_", 30, "a GitHub token"),
        ("glpat-", 18, "a GitLab token"),
        ("xoxb-", 20, "a Slack token"),
        ("xoxp-", 20, "a Slack token"),
        ("npm_", 30, "an npm token"),
        ("eyJhbGciOi", 40, "a signed token"),
    ];

    private static readonly SearchValues<string> s_any =
        SearchValues.Create(["-----BEGIN ", .. s_prefixes.Select(p => p.Prefix)], StringComparison.Ordinal);

    public static (int At, string Kind)? Find(string text)
    {
        // One pass for all, because nearly every text has none.
        if (!text.AsSpan().ContainsAny(s_any))
        {
            return null;
        }

        var key = text.IndexOf("-----BEGIN ", StringComparison.Ordinal);
        if (key >= 0 && text.AsSpan(key).Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return (key, "a private key");
        }

        foreach (var (prefix, tailMin, kind) in s_prefixes)
        {
            for (var at = text.IndexOf(prefix, StringComparison.Ordinal); at >= 0; at = text.IndexOf(prefix, at + 1, StringComparison.Ordinal))
            {
                if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && TailLength(text.AsSpan(at + prefix.Length)) >= tailMin)
                {
                    return (at, kind);
                }
            }
        }

        return null;
    }

    private static int TailLength(ReadOnlySpan<char> tail)
    {
        var length = 0;
        while (length < tail.Length && (char.IsAsciiLetterOrDigit(tail[length]) || tail[length] is '_' or '-' or '.'))
        {
            length++;
        }

        return length;
    }
}
