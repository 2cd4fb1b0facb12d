namespace Assay.Sim.Prompts;

/// <summary>The vocabulary of simulated models: one word is one token. Some are not ASCII, so that cuts hurt.</summary>
internal static class Words
{
    /// <summary>Stands where bytes that are not UTF-8 are asked for; playback replaces it.</summary>
    public const char InvalidMarker = '╳';

    private static readonly string[] s_words =
    [
        "the", "a", "of", "to", "and", "in", "is", "that", "for", "it", "with", "as", "on", "was", "at", "by",
        "test", "build", "branch", "queue", "index", "cache", "parser", "stream", "token", "review", "retry", "schema",
        "check", "batch", "window", "ledger", "route", "client", "server", "error", "value", "result", "method", "type",
        "change", "first", "then", "after", "before", "because", "should", "returns", "reads", "writes", "keeps", "moves",
        "café", "naïve", "größer", "—", "✓", "日本", "données", "🙂", "\"quoted\"", "\\path\\", "line\n", "usage",
    ];

    /// <summary>The next word, with a blank before it unless it is the first.</summary>
    public static string Next(Random random, bool first)
    {
        var word = s_words[random.Next(s_words.Length)];
        return first ? char.ToUpperInvariant(word[0]) + word[1..] : " " + word;
    }

    /// <summary>A lower-case hexadecimal id.</summary>
    public static string Hex(Random random, int length) => Random(random, length, "0123456789abcdef");

    /// <summary>An id of letters and digits.</summary>
    public static string Id(Random random, int length) =>
        Random(random, length, "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    private static string Random(Random random, int length, string alphabet) =>
        string.Create(length, (random, alphabet), static (span, state) =>
        {
            foreach (ref var c in span)
            {
                c = state.alphabet[state.random.Next(state.alphabet.Length)];
            }
        });
}
