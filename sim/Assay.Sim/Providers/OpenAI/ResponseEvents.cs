using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;

namespace Assay.Sim.Providers.OpenAI;

/// <summary>The events of a streamed response, numbered from zero.</summary>
internal sealed class ResponseEvents(Generation generation, ResponseWriter response, UsageTelling telling)
{
    private int _sequence;
    private int _item;

    public IEnumerable<Frame> Frames()
    {
        yield return Event("response.created", 0, json => WriteResponse(json, ended: false));
        yield return Event("response.in_progress", 0, json => WriteResponse(json, ended: false));
        if (response.ShowsReasoning)
        {
            foreach (var frame in Reasoning())
            {
                yield return frame;
            }
        }

        for (var i = 0; i < response.Searches; i++)
        {
            foreach (var frame in Search(i))
            {
                yield return frame;
            }
        }

        yield return Added(0, json => response.WriteMessage(json, ended: false));
        yield return Event("response.content_part.added", 0, json => WritePart(json, ""));
        long output = 0;
        foreach (var piece in generation.Pieces(0))
        {
            output += piece.Tokens;
            yield return Event("response.output_text.delta", output, json => WriteText(json, "delta", piece.Text), isContent: true);
        }

        var text = generation.Text(0);
        yield return Event("response.output_text.done", output, json => WriteText(json, "text", text));
        yield return Event("response.content_part.done", output, json => WritePart(json, text));
        yield return Done(output, json => response.WriteMessage(json, ended: true));
        foreach (var tool in generation.Tools)
        {
            foreach (var frame in Call(tool, output))
            {
                yield return frame;
            }

            output += tool.Tokens;
        }

        var last = "response." + response.Status;
        yield return Event(
            last, output, json => WriteResponse(json, ended: true), tellsUsage: telling is not (UsageTelling.Never or UsageTelling.Null));
    }

    private IEnumerable<Frame> Reasoning()
    {
        yield return Added(0, json => response.WriteReasoning(json, ended: false));
        yield return Event("response.reasoning_summary_part.added", 0, json => WriteSummaryPart(json, ""));
        foreach (var piece in generation.ReasoningPieces())
        {
            yield return Event("response.reasoning_summary_text.delta", 0, json => WriteSummary(json, "delta", piece));
        }

        var text = string.Concat(generation.ReasoningPieces());
        yield return Event("response.reasoning_summary_text.done", 0, json => WriteSummary(json, "text", text));
        yield return Event("response.reasoning_summary_part.done", 0, json => WriteSummaryPart(json, text));
        yield return Done(0, json => response.WriteReasoning(json, ended: true));
    }

    private IEnumerable<Frame> Search(int index)
    {
        yield return Added(0, json => response.WriteSearch(json, index, ended: false));
        foreach (var step in new[] { "in_progress", "searching", "completed" })
        {
            yield return Event("response.web_search_call." + step, 0, json => WriteItemAt(json, response.SearchId(index)));
        }

        yield return Done(0, json => response.WriteSearch(json, index, ended: true));
    }

    private IEnumerable<Frame> Call(ToolUse tool, long output)
    {
        var id = ResponseWriter.CallItemId(tool);
        yield return Added(output, json => ResponseWriter.WriteCall(json, tool, ended: false));
        foreach (var fragment in tool.Fragments())
        {
            yield return Event("response.function_call_arguments.delta", output, json =>
            {
                WriteItemAt(json, id);
                json.WriteString("delta", fragment);
            });
        }

        yield return Event("response.function_call_arguments.done", output + tool.Tokens, json =>
        {
            WriteItemAt(json, id);
            json.WriteString("arguments", tool.Arguments);
        });
        yield return Done(output + tool.Tokens, json => ResponseWriter.WriteCall(json, tool, ended: true));
    }

    private Frame Added(long output, Action<Utf8JsonWriter> item) => Event("response.output_item.added", output, json =>
    {
        json.WriteNumber("output_index", _item);
        json.Object("item", () => item(json));
    });

    private Frame Done(long output, Action<Utf8JsonWriter> item)
    {
        var frame = Event("response.output_item.done", output, json =>
        {
            json.WriteNumber("output_index", _item);
            json.Object("item", () => item(json));
        });
        _item++;
        return frame;
    }

    private Frame Event(string type, long output, Action<Utf8JsonWriter> write, bool isContent = false, bool tellsUsage = false)
    {
        var bytes = Json.Bytes(json => json.Object(() =>
        {
            json.WriteString("type", type);
            json.WriteNumber("sequence_number", _sequence);
            write(json);
        }));
        _sequence++;
        return new Frame(Sse.Event(type, bytes), output, output > 0 ? generation.ReasoningTokens : 0, isContent, tellsUsage);
    }

    private void WriteResponse(Utf8JsonWriter json, bool ended)
    {
        json.WritePropertyName("response");
        response.WriteResponse(json, ended);
    }

    private void WriteItemAt(Utf8JsonWriter json, string id)
    {
        json.WriteString("item_id", id);
        json.WriteNumber("output_index", _item);
    }

    private void WritePart(Utf8JsonWriter json, string text)
    {
        WriteItemAt(json, response.MessageId);
        json.WriteNumber("content_index", 0);
        json.Object("part", () => ResponseWriter.WriteTextPart(json, text));
    }

    private void WriteText(Utf8JsonWriter json, string field, string text)
    {
        WriteItemAt(json, response.MessageId);
        json.WriteNumber("content_index", 0);
        json.WriteString(field, text);
        json.Array("logprobs", static () => { });
    }

    private void WriteSummaryPart(Utf8JsonWriter json, string text)
    {
        WriteItemAt(json, response.ReasoningId);
        json.WriteNumber("summary_index", 0);
        json.Object("part", () =>
        {
            json.WriteString("type", "summary_text");
            json.WriteString("text", text);
        });
    }

    private void WriteSummary(Utf8JsonWriter json, string field, string text)
    {
        WriteItemAt(json, response.ReasoningId);
        json.WriteNumber("summary_index", 0);
        json.WriteString(field, text);
    }
}
