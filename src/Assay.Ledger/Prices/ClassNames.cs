using System.Collections.Frozen;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Prices;

/// <summary>How usage classes are written in price files and in configuration.</summary>
internal static class ClassNames
{
    private static readonly string[] s_names =
    [
        "input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning", "audio_input",
        "audio_cache_read", "audio_output", "image_input", "image_output", "web_search", "tool_call", "request",
    ];

    private static readonly FrozenDictionary<string, UsageClass> s_classes =
        s_names.Select((name, i) => (name, i)).ToFrozenDictionary(x => x.name, x => (UsageClass)x.i, StringComparer.Ordinal);

    public static IReadOnlyList<string> All => s_names;

    public static string Name(UsageClass usageClass) => s_names[(int)usageClass];

    public static bool TryGet(string name, out UsageClass usageClass) => s_classes.TryGetValue(name, out usageClass);

    /// <summary>Whether the class counts tokens; the others count calls, which no discount on tokens reaches.</summary>
    public static bool IsTokens(UsageClass usageClass) => usageClass < UsageClass.WebSearch;
}
