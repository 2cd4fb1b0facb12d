using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Translation.Tests.Checks;

/// <summary>
/// A request as a strict server of its format understands it, written down in one way for all formats, so that two
/// requests mean the same if their transcripts are the same text.
/// </summary>
internal sealed class Transcript
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unanswered = new(StringComparer.Ordinal);
    private string _role = "";

    public static string Of(ApiFormat format, string body)
    {
        using var document = JsonDocument.Parse(body);
        var transcript = new Transcript();
        switch (format)
        {
            case ApiFormat.AnthropicMessages:
                AnthropicServer.Read(document.RootElement, transcript);
                break;
            case ApiFormat.OpenAIChat:
                ChatServer.Read(document.RootElement, transcript);
                break;
            case ApiFormat.OpenAIResponses:
                ResponsesServer.Read(document.RootElement, transcript);
                break;
            case ApiFormat.BedrockConverse:
                ConverseServer.Read(document.RootElement, transcript);
                break;
            default:
                GeminiServer.Read(document.RootElement, transcript);
                break;
        }

        transcript._unanswered.ShouldBeEmpty("every call has its result");
        return transcript._text.ToString();
    }

    public void Line(string text) => _text.Append(text).Append('\n');

    public void Setting(string name, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            Line($"{name} = {Json(value)}");
        }
    }

    /// <summary>Neighbouring messages of one role are one turn.</summary>
    public void Say(string role, string text)
    {
        if (role != _role)
        {
            _role = role;
            Line(role + ":");
        }

        Line("  " + text);
    }

    public void Call(string id, string name, JsonElement arguments)
    {
        id.ShouldNotBeEmpty();
        _calls.TryAdd(id, _calls.Count + 1).ShouldBeTrue("identifiers of calls are unique");
        _unanswered.Add(id);
        Say("assistant", $"call #{_calls[id]} {name}({Json(arguments)})");
    }

    public string Result(string id)
    {
        _unanswered.Remove(id).ShouldBeTrue($"{id} is a call that waits for its result");
        return $"result #{_calls[id]}";
    }

    public void NoneUnanswered() => _unanswered.ShouldBeEmpty("results follow their calls at once");

    public static string Json(JsonElement element) => Sorted(JsonNode.Parse(element.GetRawText()))?.ToJsonString() ?? "null";

    public static JsonElement Parse(string json) => JsonElement.Parse(json);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
