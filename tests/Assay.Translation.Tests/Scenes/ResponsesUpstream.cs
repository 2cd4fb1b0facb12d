using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Translation.Tests.Scenes;

internal static class ResponsesUpstream
{
    private static JsonObject Usage(Scene scene)
    {
        var input = scene.Input + scene.Cached + scene.Written;
        var details = new JsonObject { ["cached_tokens"] = scene.Cached };
        if (scene.Written > 0)
        {
            details["cache_write_tokens"] = scene.Written;
        }

        return new JsonObject
        {
            ["input_tokens"] = input,
            ["input_tokens_details"] = details,
            ["output_tokens"] = scene.Output + scene.Reasoning,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = scene.Reasoning },
            ["total_tokens"] = input + scene.Output + scene.Reasoning,
        };
    }

    private static IEnumerable<JsonObject> Items(Scene scene)
    {
        if (scene.Thoughts.Length > 0)
        {
            yield return new JsonObject
            {
                ["id"] = "rs_68af4030baa48193b0b43b4c2a176a1a",
                ["type"] = "reasoning",
                ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = string.Concat(scene.Thoughts) }),
                ["encrypted_content"] = scene.Seal,
            };
        }

        if (scene.Texts.Length + scene.Refusal.Length > 0)
        {
            var parts = new JsonArray();
            if (scene.Texts.Length > 0)
            {
                parts.Add(new JsonObject { ["type"] = "output_text", ["text"] = scene.Text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() });
            }

            if (scene.Refusal.Length > 0)
            {
                parts.Add(new JsonObject { ["type"] = "refusal", ["refusal"] = string.Concat(scene.Refusal) });
            }

            yield return new JsonObject
            {
                ["id"] = "msg_67ccd2bf17f0819081ff3bb2cf6508e6",
                ["type"] = "message",
                ["status"] = "completed",
                ["role"] = "assistant",
                ["content"] = parts,
            };
        }

        foreach (var call in scene.Calls)
        {
            yield return new JsonObject
            {
                ["id"] = "fc_" + call.Id,
                ["type"] = "function_call",
                ["status"] = "completed",
                ["call_id"] = call.Id,
                ["name"] = call.Name,
                ["arguments"] = call.Arguments,
            };
        }
    }

    public static JsonNode Whole(Scene scene) => new JsonObject
    {
        ["id"] = "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        ["object"] = "response",
        ["created_at"] = 1_741_476_542,
        ["status"] = scene.Stop is SceneStop.Length or SceneStop.Filter ? "incomplete" : "completed",
        ["error"] = null,
        ["incomplete_details"] = scene.Stop switch
        {
            SceneStop.Length => new JsonObject { ["reason"] = "max_output_tokens" },
            SceneStop.Filter => new JsonObject { ["reason"] = "content_filter" },
            _ => null,
        },
        ["model"] = "gpt-5-2025-08-07",
        ["output"] = new JsonArray([.. Items(scene)]),
        ["service_tier"] = "default",
        ["usage"] = Usage(scene),
    };

    public static string Stream(Scene scene)
    {
        var text = new StringBuilder();
        var sequence = 0;
        var started = Whole(scene);
        started["status"] = "in_progress";
        started["output"] = new JsonArray();
        started["usage"] = null;
        started["incomplete_details"] = null;
        Emit("response.created", new JsonObject { ["response"] = started.DeepClone() });
        Emit("response.in_progress", new JsonObject { ["response"] = started });
        var index = 0;
        foreach (var item in Items(scene))
        {
            Item(scene, item, index++);
        }

        var end = Whole(scene);
        Emit("response." + (string)end["status"]!, new JsonObject { ["response"] = end });
        return text.ToString();

        void Emit(string type, JsonObject data)
        {
            data.Insert(0, "type", type);
            data["sequence_number"] = sequence++;
            text.Append(Upstreams.Event(type, data));
        }

        void Deltas(string type, JsonNode id, int at, IEnumerable<string> pieces, string done, string name, params ReadOnlySpan<string> place)
        {
            JsonObject Place(ReadOnlySpan<string> names)
            {
                var data = new JsonObject { ["item_id"] = id.DeepClone(), ["output_index"] = at };
                foreach (var one in names)
                {
                    data[one] = 0;
                }

                return data;
            }

            foreach (var piece in pieces)
            {
                var data = Place(place);
                data["delta"] = piece;
                Emit(type + ".delta", data);
            }

            var last = Place(place);
            last[name] = done;
            Emit(type + ".done", last);
        }

        void Item(Scene from, JsonObject item, int at)
        {
            var id = item["id"]!;
            var added = (JsonObject)item.DeepClone();
            switch ((string)item["type"]!)
            {
                case "reasoning":
                    added["summary"] = new JsonArray();
                    added.Remove("encrypted_content");
                    Emit("response.output_item.added", new JsonObject { ["output_index"] = at, ["item"] = added });
                    Emit("response.reasoning_summary_part.added", new JsonObject { ["item_id"] = id.DeepClone(), ["output_index"] = at, ["summary_index"] = 0 });
                    Deltas("response.reasoning_summary_text", id, at, from.Thoughts, string.Concat(from.Thoughts), "text", "summary_index");
                    break;
                case "message":
                    added["content"] = new JsonArray();
                    Emit("response.output_item.added", new JsonObject { ["output_index"] = at, ["item"] = added });
                    if (from.Texts.Length > 0)
                    {
                        Emit("response.content_part.added", new JsonObject { ["output_index"] = at, ["content_index"] = 0 });
                        Deltas("response.output_text", id, at, from.Texts, from.Text, "text", "content_index");
                    }

                    if (from.Refusal.Length > 0)
                    {
                        Deltas("response.refusal", id, at, from.Refusal, string.Concat(from.Refusal), "refusal", "content_index");
                    }

                    break;
                default:
                    added["arguments"] = "";
                    added["status"] = "in_progress";
                    Emit("response.output_item.added", new JsonObject { ["output_index"] = at, ["item"] = added });
                    var call = from.Calls.First(one => one.Id == (string)item["call_id"]!);
                    Deltas("response.function_call_arguments", id, at, call.Fragments, call.Arguments, "arguments");
                    break;
            }

            Emit("response.output_item.done", new JsonObject { ["output_index"] = at, ["item"] = item.DeepClone() });
        }
    }
}
