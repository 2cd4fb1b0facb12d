using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests.Checks;

/// <summary>What a strict client of a format understood of an answer.</summary>
internal sealed class Seen
{
    public StringBuilder Text { get; } = new();

    public StringBuilder Thoughts { get; } = new();

    public StringBuilder Refusal { get; } = new();

    public List<(string Id, string Name, string Arguments)> Calls { get; } = [];

    public List<string> Seals { get; } = [];

    public SceneStop Stop { get; set; }

    /// <summary>All input, the cached part, all output, the reasoning part; in OpenAI's way of counting.</summary>
    public (long Input, long Cached, long Output, long Reasoning)? Usage { get; set; }

    public string? Error { get; set; }

    /// <summary>Asks whether this is what the model said.</summary>
    public void ShouldBe(Scene scene, ApiFormat client)
    {
        Error.ShouldBeNull();
        var refusalIsText = client is ApiFormat.AnthropicMessages or ApiFormat.Gemini;
        Text.ToString().ShouldBe(scene.Text + (refusalIsText ? string.Concat(scene.Refusal) : ""));
        if (!refusalIsText)
        {
            Refusal.ToString().ShouldBe(string.Concat(scene.Refusal));
        }

        Thoughts.ToString().ShouldBe(string.Concat(scene.Thoughts));
        Calls.Select(call => call.Name).ShouldBe(scene.Calls.Select(call => call.Name));
        Calls.Select(call => call.Id).Distinct().Count().ShouldBe(Calls.Count);
        foreach (var (seen, said) in Calls.Zip(scene.Calls))
        {
            using var a = JsonDocument.Parse(seen.Arguments);
            using var b = JsonDocument.Parse(said.Arguments);
            JsonElement.DeepEquals(a.RootElement, b.RootElement).ShouldBeTrue(seen.Arguments);
        }

        Stop.ShouldBe(scene.Stop);
        Usage.ShouldBe((scene.Input + scene.Cached + scene.Written, scene.Cached, scene.Output + scene.Reasoning, scene.Reasoning));
    }
}

/// <summary>The events of a stream, cut by the rules of the standard.</summary>
internal static class Sse
{
    public static List<(string Name, string Data)> Read(string stream)
    {
        stream = stream.Replace("\r\n", "\n");
        stream.ShouldEndWith("\n\n", customMessage: "a stream ends with a whole event");
        var events = new List<(string, string)>();
        foreach (var block in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, data) = ("", "");
            if (block.StartsWith(':'))
            {
                continue; // A comment is no event.
            }

            foreach (var line in block.Split('\n'))
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name.ShouldBeEmpty();
                    name = line[7..];
                }
                else
                {
                    line.ShouldStartWith("data: ");
                    data.ShouldBeEmpty("one line of data an event");
                    data = line[6..];
                }
            }

            events.Add((name, data));
        }

        return events;
    }
}

/// <summary>Reading that fails with the name of what is missing.</summary>
internal static class Must
{
    public static JsonElement Have(this JsonElement element, string name, JsonValueKind? kind = null)
    {
        element.ValueKind.ShouldBe(JsonValueKind.Object, name);
        element.TryGetProperty(name, out var value).ShouldBeTrue($"{name} is missing in {element}");
        if (kind is { } wanted)
        {
            value.ValueKind.ShouldBe(wanted, $"{name} in {element}");
        }

        return value;
    }

    public static string Text(this JsonElement element, string name) => element.Have(name, JsonValueKind.String).GetString()!;

    public static long Whole(this JsonElement element, string name) => element.Have(name, JsonValueKind.Number).GetInt64();

    /// <summary>Nothing but these members.</summary>
    public static void OnlyHave(this JsonElement element, params string[] names)
    {
        foreach (var member in element.EnumerateObject())
        {
            names.ShouldContain(member.Name, $"{member.Name} does not belong in {element}");
        }

        element.EnumerateObject().Select(member => member.Name).ShouldBeUnique();
    }
}
