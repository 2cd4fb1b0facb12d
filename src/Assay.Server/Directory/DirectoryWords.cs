using System.Collections.Frozen;

namespace Assay.Server.Directory;

/// <summary>The words that the API and <c>org.yaml</c> use for roles, windows, units and what happens at a limit.</summary>
internal static class DirectoryWords
{
    public static FrozenDictionary<string, Role> Roles { get; } = Words<Role>();

    public static FrozenDictionary<string, BudgetWindow> Windows { get; } = Words<BudgetWindow>();

    public static FrozenDictionary<string, BudgetUnit> Units { get; } = Words<BudgetUnit>();

    public static FrozenDictionary<string, AtLimit> AtLimits { get; } = Words<AtLimit>();

    public static FrozenDictionary<string, AttributionSwitch> Switches { get; } = Words<AttributionSwitch>();

    /// <summary>What a request makes of a switch: what it says, or what was, where it says nothing.</summary>
    public static AttributionSwitch Switch(string? word, AttributionSwitch was) => word is null ? was : Switches[word];

    public static string Word<T>(T value)
        where T : struct, Enum => WordsOf<T>.ByValue[value];

    /// <summary>The words in the order of their values, for messages.</summary>
    public static string List<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Word));

    private static FrozenDictionary<string, T> Words<T>()
        where T : struct, Enum =>
        WordsOf<T>.ByValue.ToFrozenDictionary(w => w.Value, w => w.Key, StringComparer.Ordinal);

    private static class WordsOf<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue =
            Enum.GetValues<T>().ToFrozenDictionary(v => v, v => v.ToString().ToLowerInvariant());
    }
}
