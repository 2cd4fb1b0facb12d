namespace Assay.Translation.Tests.Scenes;

/// <summary>A call that a simulated model makes: the arguments in the fragments in which they stream.</summary>
internal sealed record SceneCall(string Id, string Name, params string[] Fragments)
{
    public string Arguments => Fragments.Length == 0 ? "{}" : string.Concat(Fragments);
}

/// <summary>How an answer ended, in words that every format can be asked about.</summary>
internal enum SceneStop
{
    End,
    Length,
    Tools,
    Filter,
}

/// <summary>What a model says in one answer; from it the body of every provider is made.</summary>
internal sealed record Scene(string Name)
{
    public string[] Thoughts { get; init; } = [];

    /// <summary>What only the provider can read; by its own format.</summary>
    public string Seal { get; init; } = "";

    public string[] Texts { get; init; } = [];

    public string[] Refusal { get; init; } = [];

    public SceneCall[] Calls { get; init; } = [];

    public SceneStop Stop { get; init; }

    /// <summary>Input that touched no cache.</summary>
    public long Input { get; init; } = 100;

    public long Cached { get; init; } = 40;

    public long Written { get; init; }

    public long Output { get; init; } = 25;

    public long Reasoning { get; init; }

    public string Text => string.Concat(Texts);

    public override string ToString() => Name;

    public static IEnumerable<Scene> All { get; } =
    [
        new("text") { Texts = ["Hello", ", \"wörld\" \\ / \n", "🙂 end"] },
        new("max tokens") { Texts = ["It was a dark and"], Stop = SceneStop.Length },
        new("filtered") { Texts = ["I was going to"], Stop = SceneStop.Filter },
        new("structured output") { Texts = ["{\"city\":", "\"Paris\",\"n\":", "1.50}"] },
        new("one call") { Calls = [new("call_a1", "get_weather", "{\"ci", "ty\":\"Par", "is\"}")], Stop = SceneStop.Tools },
        new("call without arguments") { Calls = [new("call_a1", "list_files")], Stop = SceneStop.Tools },
        new("text and a call")
        {
            Texts = ["Let me ", "look."],
            Calls = [new("call_a1", "read_file", "{\"path\":\"/a \\\"b\\\"\\n\\u00e9\"", ",\"deep\":{\"x\":[1,2.0,1e3,null]}}")],
            Stop = SceneStop.Tools,
        },
        new("parallel calls")
        {
            Calls = [new("call_a1", "get_weather", "{\"city\":", "\"Paris\"}"), new("call_b2", "get_weather", "{\"city\":\"Rome\"}"), new("call_c3", "get_time", "{", "}")],
            Stop = SceneStop.Tools,
        },
        new("thinking") { Thoughts = ["First, ", "I \"think\".\n"], Seal = "RXFyc2VhbA==", Texts = ["So: ", "42"], Reasoning = 12 },
        new("thinking and a call")
        {
            Thoughts = ["A tool is needed."],
            Seal = "c2VhbGVk",
            Calls = [new("call_a1", "get_weather", "{\"city\":\"Paris\"}")],
            Reasoning = 7,
            Stop = SceneStop.Tools,
        },
        new("cache write") { Texts = ["ok"], Input = 3, Cached = 1_000, Written = 500, Output = 1 },
    ];
}
