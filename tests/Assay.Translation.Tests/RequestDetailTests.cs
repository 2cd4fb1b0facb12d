using System.Text.Json;
using Assay.Translation.Tests.Checks;

namespace Assay.Translation.Tests;

/// <summary>The particulars of requests, each of which some gateway is known to get wrong.</summary>
public sealed class RequestDetailTests
{
    private const string Anthropic = """ "max_tokens":40000,"messages":[{"role":"user","content":"hi"}] """;
    private const string Chat = """ "messages":[{"role":"user","content":"hi"}] """;

    [Theory]
    [InlineData("""{"type":"enabled","budget_tokens":1024}""", "low", 1024)]
    [InlineData("""{"type":"enabled","budget_tokens":10000}""", "medium", 10000)]
    [InlineData("""{"type":"enabled","budget_tokens":31999}""", "high", 24576)]
    [InlineData("""{"type":"disabled"}""", "none", 0)]
    public void A_budget_of_thinking_becomes_an_effort_for_OpenAI_and_stays_a_budget_for_Gemini(string thinking, string effort, int budget)
    {
        var body = $$"""{{{Anthropic}},"thinking":{{thinking}}}""";
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, body, "gpt-5"), "reasoning_effort").GetString().ShouldBe(effort);
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.OpenAIResponses, body, "gpt-5"), "reasoning", "effort").GetString().ShouldBe(effort);
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.Gemini, body, "gemini-2.5-flash"), "generationConfig", "thinkingConfig", "thinkingBudget").GetInt32().ShouldBe(budget);
    }

    [Theory]
    [InlineData("low", 1024, "low", "low")]
    [InlineData("medium", 8192, "medium", "medium")]
    [InlineData("high", 24576, "high", "high")]
    [InlineData("xhigh", 32768, "xhigh", "high")]
    public void An_effort_becomes_a_budget_for_older_Claude_and_an_effort_for_newer(string effort, int budget, string claude, string gemini)
    {
        var body = $$"""{{{Chat}},"reasoning_effort":"{{effort}}"}""";
        var older = To(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body, "claude-sonnet-4-5");
        Get(older, "thinking", "budget_tokens").GetInt32().ShouldBe(budget);
        Get(older, "max_tokens").GetInt32().ShouldBeGreaterThan(budget);
        var newer = To(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body, "claude-opus-4-7");
        Get(newer, "thinking", "type").GetString().ShouldBe("adaptive");
        Get(newer, "output_config", "effort").GetString().ShouldBe(claude);
        Get(To(ApiFormat.OpenAIChat, ApiFormat.Gemini, body, "gemini-3-pro"), "generationConfig", "thinkingConfig", "thinkingLevel").GetString().ShouldBe(gemini);
    }

    [Fact]
    public void Claude_is_not_told_to_think_where_it_would_answer_400()
    {
        const string Tools = """ "tools":[{"type":"function","function":{"name":"f"}}],"reasoning_effort":"high" """;
        const string Loop = """ "messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"b"}] """;
        foreach (var body in new[] { $$"""{{{Chat}},{{Tools}},"tool_choice":"required"}""", $$"""{{{Loop}},{{Tools}}}""", $$"""{{{Chat}},"reasoning_effort":"high","max_tokens":500}""" })
        {
            var (report, translated) = Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body, Translating.Options with { TargetModel = "claude-haiku-4-5" });
            report.Dropped.ShouldContain("thinking");
            JsonElement.Parse(translated).TryGetProperty("thinking", out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void With_thinking_the_sampling_that_Claude_refuses_is_left_out_and_named()
    {
        var (report, body) = Translating.Request(
            ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, $$"""{{{Chat}},"reasoning_effort":"low","temperature":0.2,"top_p":0.9}""");
        report.Dropped.ShouldBe(["temperature", "top_p"]);
        JsonElement.Parse(body).TryGetProperty("temperature", out _).ShouldBeFalse();
    }

    [Fact]
    public void Claude_since_4_gets_a_temperature_or_a_top_p_but_not_both()
    {
        var body = $$"""{{{Chat}},"temperature":0.2,"top_p":0.9}""";
        var (report, newer) = Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body, Translating.Options with { TargetModel = "claude-haiku-4-5" });
        newer.ShouldNotContain("top_p");
        report.Dropped.ShouldBe(["top_p"]);
        To(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body, "claude-3-5-haiku").Have("top_p").GetDouble().ShouldBe(0.9);
    }

    [Fact]
    public void Thoughts_of_an_open_model_between_its_calls_go_back_to_it_and_not_to_OpenAI()
    {
        const string Body = """
            {"max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"tool_use","id":"a","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"b"}]}]}
            """;
        var (open, body) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Body, Translating.Options with { TargetModel = "deepseek-v4" });
        body.ShouldContain("\"reasoning_content\":\"hm\"");
        open.Dropped.ShouldBeEmpty();
        var (closed, other) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Body, Translating.Options with { TargetModel = "gpt-5" });
        other.ShouldNotContain("hm");
        closed.Dropped.ShouldBe(["reasoning"]);
    }

    [Fact]
    public void Models_of_OpenAI_that_reason_get_the_bound_under_its_newer_name_and_others_under_the_older()
    {
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, $"{{{Anthropic}}}", "gpt-5-mini"), "max_completion_tokens").GetInt32().ShouldBe(40_000);
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, $"{{{Anthropic}}}", "qwen3-coder"), "max_tokens").GetInt32().ShouldBe(40_000);
    }

    [Fact]
    public void A_server_of_open_models_is_not_asked_for_what_it_may_not_know()
    {
        var (report, body) = Translating.Request(
            ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, $$"""{{{Anthropic}},"thinking":{"type":"adaptive"},"metadata":{"user_id":"{{new string('u', 65)}}"} }""");
        JsonElement.Parse(body).TryGetProperty("reasoning_effort", out _).ShouldBeFalse();
        JsonElement.Parse(body).TryGetProperty("user", out _).ShouldBeFalse();
        report.Dropped.ShouldBe(["metadata.user_id"]);
    }

    [Fact]
    public void Claude_gets_a_bound_where_the_client_gave_none()
    {
        Get(To(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, $"{{{Chat}}}", "claude-opus-4-7"), "max_tokens").GetInt32().ShouldBe(32_000);
        var (_, body) = Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, $"{{{Chat}}}", Translating.Options with { OutputTokensMax = 777 });
        Get(JsonElement.Parse(body), "max_tokens").GetInt32().ShouldBe(777);
    }

    [Theory]
    [InlineData(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, """{"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r","cache_control":{"type":"ephemeral"}}]}]}""", "cache_control")]
    [InlineData(ApiFormat.AnthropicMessages, ApiFormat.OpenAIResponses, """{"max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"web_search_20250305","name":"web_search","allowed_domains":["a.com"],"cache_control":{"type":"ephemeral"}}]}""", "tools.allowed_domains,cache_control")]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.Gemini, """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"},"cache_control":{"type":"ephemeral"}}]}]}""", "cache_control")]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, """{"messages":[{"role":"system","name":"s","content":"x"},{"role":"user","content":"a"},{"role":"assistant","content":"b","annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":0,"end_index":1}}]},{"role":"user","content":"c"}]}""", "messages.name,messages.annotations")]
    [InlineData(ApiFormat.OpenAIChat, ApiFormat.Gemini, """{"messages":[{"role":"user","content":"a"}],"web_search_options":{"user_location":{"type":"approximate"},"search_context_size":"low"}}""", "web_search_options.user_location,web_search_options.search_context_size")]
    [InlineData(ApiFormat.OpenAIResponses, ApiFormat.AnthropicMessages, """{"input":"a","tools":[{"type":"web_search","filters":{"allowed_domains":["a.com"]}},{"type":"function","name":"f","parameters":{"type":"object"},"defer_loading":true}]}""", "tools.filters,tools.defer_loading")]
    [InlineData(ApiFormat.Gemini, ApiFormat.AnthropicMessages, """{"contents":[{"role":"user","parts":[{"text":"a"}]}],"tools":[{"googleSearch":{"excludeDomains":["a.com"]}}],"toolConfig":{"retrievalConfig":{"languageCode":"de"}}}""", "tools.googleSearch.excludeDomains,toolConfig.retrievalConfig")]
    public void What_a_setting_says_beyond_the_other_format_is_named(ApiFormat source, ApiFormat target, string body, string dropped)
    {
        var (report, _) = Translating.Request(source, target, body);

        report.Refusal.ShouldBeNull();
        report.Dropped.ShouldBe(dropped.Split(','));
    }

    [Fact]
    public void A_schema_that_was_not_strict_does_not_become_so()
    {
        const string Body = """{"max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}]}""";
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.OpenAIResponses, Body, "gpt-5"), "tools")[0].Have("strict").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void The_conversation_of_a_client_that_did_not_ask_for_it_is_not_stored() =>
        Get(To(ApiFormat.AnthropicMessages, ApiFormat.OpenAIResponses, $"{{{Anthropic}}}", "gpt-5"), "store").GetBoolean().ShouldBeFalse();

    [Fact]
    public void Geminis_own_schema_becomes_a_JSON_schema()
    {
        const string Body = """
            {"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"function_declarations":[{"name":"f","parameters":{"type":"OBJECT","property_ordering":["a"],
             "properties":{"a":{"type":"STRING","nullable":true,"example":"x"},"type":{"type":"ARRAY","min_items":"1","items":{"type":"INTEGER"}}},"required":["a"]}}]}]}
            """;
        Transcript.Json(Get(To(ApiFormat.Gemini, ApiFormat.OpenAIChat, Body, "m"), "tools")[0].Have("function").Have("parameters")).ShouldBe(Transcript.Json(Transcript.Parse(
            """{"type":"object","properties":{"a":{"type":["string","null"],"examples":["x"]},"type":{"type":"array","minItems":1,"items":{"type":"integer"}}},"required":["a"]}""")));
    }

    [Fact]
    public void A_result_that_failed_is_told_where_there_is_a_word_for_it_and_named_where_not()
    {
        const string Body = """
            {"max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","is_error":true,"content":"no such file"}]}]}
            """;
        var (gemini, body) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.Gemini, Body);
        body.ShouldContain("""response":{"error":"no such file"}""");
        gemini.Dropped.ShouldBeEmpty();
        Translating.Request(ApiFormat.Gemini, ApiFormat.AnthropicMessages, body).Body.ShouldContain("\"is_error\":true");
        Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Body).Report.Dropped.ShouldBe(["tool_result.is_error"]);
    }

    [Fact]
    public void A_picture_in_a_result_reaches_every_model()
    {
        const string Body = """
            {"max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"shot","input":{}},{"type":"tool_use","id":"b","name":"shot","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},
              {"type":"tool_result","tool_use_id":"b","content":"none"},{"type":"text","text":"so?"}]}]}
            """;
        foreach (var target in Translating.Formats.Where(format => format != ApiFormat.AnthropicMessages))
        {
            var (report, body) = Translating.Request(ApiFormat.AnthropicMessages, target, Body);
            report.Refusal.ShouldBeNull();
            body.ShouldContain("AAAA");
        }

        // In Chat a result is text: the picture follows in the user's name, behind all results.
        Transcript.Of(ApiFormat.OpenAIChat, Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Body).Body)
            .ShouldContain("result #2: none\nuser:\n  image image/png AAAA\n  so?");
    }

    [Fact]
    public void Results_out_of_order_are_put_behind_their_calls()
    {
        const string Body = """
            {"model":"m","input":[{"role":"user","content":"hi"},
             {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"function_call","call_id":"b","name":"g","arguments":""},
             {"type":"message","role":"user","content":"meanwhile"},
             {"type":"function_call_output","call_id":"b","output":"2"},{"type":"function_call_output","call_id":"a","output":"1"}]}
            """;
        foreach (var target in Translating.Formats.Where(format => format != ApiFormat.OpenAIResponses))
        {
            Transcript.Of(target, Translating.Request(ApiFormat.OpenAIResponses, target, Body).Body)
                .ShouldContain("tool:\n  result #1: 1\n  result #2: 2\nuser:\n  meanwhile");
        }
    }

    [Fact]
    public void Identifiers_that_a_server_uses_twice_or_that_Claude_refuses_are_made_fit()
    {
        const string Turn = """{"role":"assistant","tool_calls":[{"id":"functions.f:0","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"functions.f:0","content":"RESULT"}""";
        var body = $$"""{"messages":[{"role":"user","content":"hi"},{{Turn.Replace("RESULT", "one")}},{{Turn.Replace("RESULT", "two")}}]}""";
        var seen = Transcript.Of(ApiFormat.AnthropicMessages, Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, body).Body);
        seen.ShouldContain("result #1: one");
        seen.ShouldContain("result #2: two");
    }

    [Fact]
    public void Arguments_that_are_no_JSON_are_kept_in_sight()
    {
        const string Body = """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"path\": \"/a"}}]},{"role":"tool","tool_call_id":"a","content":"cut"}]}""";
        foreach (var target in new[] { ApiFormat.AnthropicMessages, ApiFormat.Gemini })
        {
            var (report, body) = Translating.Request(ApiFormat.OpenAIChat, target, Body);
            body.ShouldContain("""{"INVALID_JSON":"{\"path\": \"/a"}""");
            report.Dropped.ShouldBe(["tool_call.arguments(not_json)"]);
        }
    }

    [Fact]
    public void Names_of_tools_that_a_provider_refuses_are_replaced_and_given_back()
    {
        const string Body = """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"server.do:it"},{"name":"server:do.it"},{"name":"plain"}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["server.do:it"]}}}""";
        var (report, body) = Translating.Request(ApiFormat.Gemini, ApiFormat.OpenAIChat, Body);
        var names = JsonElement.Parse(body).Have("tools").EnumerateArray().Select(tool => tool.Have("function").Text("name")).ToList();
        names.ShouldBeUnique();
        names[2].ShouldBe("plain");
        names.ShouldAllBe(name => name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || c == '-'));
        Get(JsonElement.Parse(body), "tool_choice", "function", "name").GetString().ShouldBe(names[0]);

        var scene = new Scenes.Scene("renamed") { Calls = [new("call_1", names[1], "{}")], Stop = Scenes.SceneStop.Tools };
        Translating.Whole(report.Answer!, Scenes.Upstreams.Whole(ApiFormat.OpenAIChat, scene)).Calls.ShouldHaveSingleItem().Name.ShouldBe("server:do.it");
    }

    [Fact]
    public void Where_only_some_tools_are_allowed_Claude_is_offered_only_those()
    {
        const string Body = """
            {"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}},{"type":"function","function":{"name":"c"}}],
            "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"c"}}]}}}
            """;
        var claude = JsonElement.Parse(Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, Body).Body);
        claude.Have("tools").EnumerateArray().Select(tool => tool.Text("name")).ShouldBe(["a", "c"]);
        claude.Have("tool_choice").Text("type").ShouldBe("any");
        var gemini = JsonElement.Parse(Translating.Request(ApiFormat.OpenAIChat, ApiFormat.Gemini, Body).Body);
        Get(gemini, "toolConfig", "functionCallingConfig", "allowedFunctionNames").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void Instructions_in_mid_conversation_keep_their_weight_and_the_move_is_named()
    {
        const string Body = """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"a"},{"role":"system","content":"Now be brief."},{"role":"user","content":"b"}]}""";
        foreach (var target in new[] { ApiFormat.AnthropicMessages, ApiFormat.Gemini })
        {
            var (report, body) = Translating.Request(ApiFormat.OpenAIChat, target, Body);
            Transcript.Of(target, body).ShouldStartWith("system:\n  Now be brief.");
            report.Dropped.ShouldBe(["messages.role=system(moved_to_system)"]);
        }

        Transcript.Of(ApiFormat.OpenAIResponses, Translating.Request(ApiFormat.OpenAIChat, ApiFormat.OpenAIResponses, Body).Body)
            .ShouldContain("  a\nsystem:\n  Now be brief.\nuser:\n  b");
    }

    [Fact]
    public void Marks_for_the_cache_pass_where_they_are_known()
    {
        const string Body = """{"messages":[{"role":"system","content":[{"type":"text","text":"long","cache_control":{"type":"ephemeral","ttl":"1h"}}]},{"role":"user","content":"hi"}]}""";
        Translating.Request(ApiFormat.OpenAIChat, ApiFormat.AnthropicMessages, Body).Body
            .ShouldContain("""{"type":"text","text":"long","cache_control":{"type":"ephemeral","ttl":"1h"}}""");
        Translating.Request(ApiFormat.OpenAIChat, ApiFormat.Gemini, Body).Report.Dropped.ShouldBe(["cache_control"]);
    }

    [Fact]
    public void What_means_the_same_under_another_name_is_carried()
    {
        const string Body = """
            {"model":"m","input":"hi","user":"u-1","service_tier":"flex","parallel_tool_calls":false,"metadata":{"a":"b"},"prompt_cache_key":"k",
             "text":{"verbosity":"low"},"tools":[{"type":"function","name":"f","parameters":null}]}
            """;
        var chat = JsonElement.Parse(Translating.Request(ApiFormat.OpenAIResponses, ApiFormat.OpenAIChat, Body).Body);
        chat.Text("user").ShouldBe("u-1");
        chat.Text("service_tier").ShouldBe("flex");
        chat.Text("verbosity").ShouldBe("low");
        chat.Text("prompt_cache_key").ShouldBe("k");
        chat.Have("metadata").Text("a").ShouldBe("b");
        chat.Have("parallel_tool_calls").GetBoolean().ShouldBeFalse();
        var claude = JsonElement.Parse(Translating.Request(ApiFormat.OpenAIResponses, ApiFormat.AnthropicMessages, Body).Body);
        claude.Have("metadata").Text("user_id").ShouldBe("u-1");
        claude.Have("tool_choice").Have("disable_parallel_tool_use").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void A_stream_asks_an_upstream_of_Chat_for_its_usage()
    {
        var (report, body) = Translating.Request(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, $$"""{{{Anthropic}},"stream":true}""");
        Get(JsonElement.Parse(body), "stream_options", "include_usage").GetBoolean().ShouldBeTrue();
        report.Answer!.Stream.ShouldBeTrue();
        Translating.Request(ApiFormat.Gemini, ApiFormat.OpenAIChat, """{"contents":[{"parts":[{"text":"a"}]}]}""", Translating.Options with { Stream = true })
            .Report.Answer!.Stream.ShouldBeTrue();
    }

    private static JsonElement To(ApiFormat source, ApiFormat target, string body, string model)
    {
        var (report, translated) = Translating.Request(source, target, body, Translating.Options with { TargetModel = model });
        report.Refusal.ShouldBeNull();
        return JsonElement.Parse(translated);
    }

    private static JsonElement Get(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element.Have(name);
        }

        return element;
    }
}
