namespace Assay.Translation.Tests.Scenes;

/// <summary>The same requests in every format, written by hand in the shape in which clients send them.</summary>
internal static class Requests
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string","enum":["Paris","Rome"]},"days":{"type":"integer"}},"required":["city"],"additionalProperties":false}""";

    public static string[] Names { get; } = ["text", "turns", "tools", "parallel tools", "images", "structured output"];

    public static string Body(string name, ApiFormat format) => (name, format) switch
    {
        ("text", ApiFormat.AnthropicMessages) => """
            {"model":"client-model","max_tokens":1000,"temperature":0.5,"top_p":0.9,"system":"Be brief.",
             "messages":[{"role":"user","content":"Say \"hi\"\n\u00e9 🙂 \\ /"}]}
            """,
        ("text", ApiFormat.OpenAIChat) => """
            {"model":"client-model","max_completion_tokens":1000,"temperature":0.5,"top_p":0.9,
             "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Say \"hi\"\n\u00e9 🙂 \\ /"}]}
            """,
        ("text", ApiFormat.OpenAIResponses) => """
            {"model":"client-model","max_output_tokens":1000,"temperature":0.5,"top_p":0.9,"instructions":"Be brief.",
             "input":"Say \"hi\"\n\u00e9 🙂 \\ /"}
            """,
        ("text", ApiFormat.Gemini) => """
            {"systemInstruction":{"parts":[{"text":"Be brief."}]},
             "generationConfig":{"maxOutputTokens":1000,"temperature":0.5,"topP":0.9},
             "contents":[{"role":"user","parts":[{"text":"Say \"hi\"\n\u00e9 🙂 \\ /"}]}]}
            """,

        ("turns", ApiFormat.AnthropicMessages) => """
            {"model":"client-model","max_tokens":9,"system":[{"type":"text","text":"One."},{"type":"text","text":"Two."}],
             "messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"}]},
              {"role":"user","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]}]}
            """,
        ("turns", ApiFormat.OpenAIChat) => """
            {"model":"client-model","max_tokens":9,
             "messages":[{"role":"system","content":"One."},{"role":"developer","content":"Two."},{"role":"user","content":"a"},
              {"role":"assistant","content":"b"},{"role":"user","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]}]}
            """,
        ("turns", ApiFormat.OpenAIResponses) => """
            {"model":"client-model","max_output_tokens":9,"instructions":"One.",
             "input":[{"type":"message","role":"developer","content":"Two."},{"type":"message","role":"user","content":"a"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]}]},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"c"},{"type":"input_text","text":"d"}]}]}
            """,
        ("turns", ApiFormat.Gemini) => """
            {"systemInstruction":{"parts":[{"text":"One."},{"text":"Two."}]},"generationConfig":{"maxOutputTokens":9},
             "contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},
              {"role":"user","parts":[{"text":"c"},{"text":"d"}]}]}
            """,

        ("tools", ApiFormat.AnthropicMessages) => $$$$$$"""
            {"model":"client-model","max_tokens":9,
             "messages":[{"role":"user","content":"Weather?"},
              {"role":"assistant","content":[{"type":"text","text":"Let me look."},{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Paris","days":2}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"18 degrees"},{"type":"text","text":"And?"}]}],
             "tools":[{"name":"get_weather","description":"The weather.","input_schema":{{{{{{Schema}}}}}}}],
             "tool_choice":{"type":"tool","name":"get_weather"}}
            """,
        ("tools", ApiFormat.OpenAIChat) => $$$$$$"""
            {"model":"client-model","max_tokens":9,
             "messages":[{"role":"user","content":"Weather?"},
              {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\",\"days\":2}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"18 degrees"},{"role":"user","content":"And?"}],
             "tools":[{"type":"function","function":{"name":"get_weather","description":"The weather.","parameters":{{{{{{Schema}}}}}}}}],
             "tool_choice":{"type":"function","function":{"name":"get_weather"}}}
            """,
        ("tools", ApiFormat.OpenAIResponses) => $$$$$$"""
            {"model":"client-model","max_output_tokens":9,
             "input":[{"type":"message","role":"user","content":"Weather?"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Let me look."}]},
              {"type":"function_call","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Paris\",\"days\":2}"},
              {"type":"function_call_output","call_id":"call_1","output":"18 degrees"},{"type":"message","role":"user","content":"And?"}],
             "tools":[{"type":"function","name":"get_weather","description":"The weather.","strict":false,"parameters":{{{{{{Schema}}}}}}}],
             "tool_choice":{"type":"function","name":"get_weather"}}
            """,
        ("tools", ApiFormat.Gemini) => $$$$$$"""
            {"generationConfig":{"maxOutputTokens":9},
             "contents":[{"role":"user","parts":[{"text":"Weather?"}]},
              {"role":"model","parts":[{"text":"Let me look."},{"functionCall":{"name":"get_weather","args":{"city":"Paris","days":2}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"output":"18 degrees"}}},{"text":"And?"}]}],
             "tools":[{"functionDeclarations":[{"name":"get_weather","description":"The weather.","parametersJsonSchema":{{{{{{Schema}}}}}}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["get_weather"]}}}
            """,

        ("parallel tools", ApiFormat.AnthropicMessages) => $$$$$$"""
            {"model":"client-model","max_tokens":9,
             "messages":[{"role":"user","content":"Both?"},
              {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Paris"}},{"type":"tool_use","id":"toolu_2","name":"get_weather","input":{"city":"Rome"}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"18"}]},{"type":"tool_result","tool_use_id":"toolu_2","content":"25"}]}],
             "tools":[{"name":"get_weather","input_schema":{{{{{{Schema}}}}}}},{"name":"list_files","input_schema":{"type":"object","properties":{}}}],
             "tool_choice":{"type":"auto"}}
            """,
        ("parallel tools", ApiFormat.OpenAIChat) => $$$$$$"""
            {"model":"client-model","max_tokens":9,
             "messages":[{"role":"user","content":"Both?"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}},{"id":"call_2","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"18"},{"role":"tool","tool_call_id":"call_2","content":"25"}],
             "tools":[{"type":"function","function":{"name":"get_weather","parameters":{{{{{{Schema}}}}}}}},{"type":"function","function":{"name":"list_files","parameters":{"type":"object","properties":{}}}}],
             "tool_choice":"auto"}
            """,
        ("parallel tools", ApiFormat.OpenAIResponses) => $$$$$$"""
            {"model":"client-model","max_output_tokens":9,
             "input":[{"type":"message","role":"user","content":"Both?"},
              {"type":"function_call","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Paris\"}"},
              {"type":"function_call","call_id":"call_2","name":"get_weather","arguments":"{\"city\":\"Rome\"}"},
              {"type":"function_call_output","call_id":"call_1","output":"18"},{"type":"function_call_output","call_id":"call_2","output":"25"}],
             "tools":[{"type":"function","name":"get_weather","strict":false,"parameters":{{{{{{Schema}}}}}}},{"type":"function","name":"list_files","strict":false,"parameters":{"type":"object","properties":{}}}],
             "tool_choice":"auto"}
            """,
        ("parallel tools", ApiFormat.Gemini) => $$$$$$"""
            {"generationConfig":{"maxOutputTokens":9},
             "contents":[{"role":"user","parts":[{"text":"Both?"}]},
              {"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{"city":"Paris"}}},{"functionCall":{"name":"get_weather","args":{"city":"Rome"}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"output":"18"}}},{"functionResponse":{"name":"get_weather","response":{"output":"25"}}}]}],
             "tools":[{"functionDeclarations":[{"name":"get_weather","parametersJsonSchema":{{{{{{Schema}}}}}}},{"name":"list_files"}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}}
            """,

        ("images", ApiFormat.AnthropicMessages) => """
            {"model":"client-model","max_tokens":9,"messages":[{"role":"user","content":[
              {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},
              {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}},
              {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},
              {"type":"text","text":"What is it?"}]}]}
            """,
        ("images", ApiFormat.OpenAIChat) => """
            {"model":"client-model","max_tokens":9,"messages":[{"role":"user","content":[
              {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},
              {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
              {"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
              {"type":"text","text":"What is it?"}]}]}
            """,
        ("images", ApiFormat.OpenAIResponses) => """
            {"model":"client-model","max_output_tokens":9,"input":[{"type":"message","role":"user","content":[
              {"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="},
              {"type":"input_image","image_url":"https://example.com/a.png"},
              {"type":"input_file","filename":"document.pdf","file_data":"data:application/pdf;base64,JVBERi0="},
              {"type":"input_text","text":"What is it?"}]}]}
            """,
        ("images", ApiFormat.Gemini) => """
            {"generationConfig":{"maxOutputTokens":9},"contents":[{"role":"user","parts":[
              {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}},
              {"fileData":{"mimeType":"image/png","fileUri":"https://example.com/a.png"}},
              {"inlineData":{"mimeType":"application/pdf","data":"JVBERi0="}},
              {"text":"What is it?"}]}]}
            """,

        ("structured output", ApiFormat.AnthropicMessages) => $$$$$$"""
            {"model":"client-model","max_tokens":9,"messages":[{"role":"user","content":"Where?"}],
             "output_config":{"format":{"type":"json_schema","schema":{{{{{{Schema}}}}}}}}}
            """,
        ("structured output", ApiFormat.OpenAIChat) => $$$$$$"""
            {"model":"client-model","max_tokens":9,"messages":[{"role":"user","content":"Where?"}],
             "response_format":{"type":"json_schema","json_schema":{"name":"place","strict":true,"schema":{{{{{{Schema}}}}}}}}}
            """,
        ("structured output", ApiFormat.OpenAIResponses) => $$$$$$"""
            {"model":"client-model","max_output_tokens":9,"input":"Where?",
             "text":{"format":{"type":"json_schema","name":"place","strict":true,"schema":{{{{{{Schema}}}}}}}}}
            """,
        ("structured output", ApiFormat.Gemini) => $$$$$$"""
            {"generationConfig":{"maxOutputTokens":9,"responseMimeType":"application/json","responseJsonSchema":{{{{{{Schema}}}}}}},
             "contents":[{"role":"user","parts":[{"text":"Where?"}]}]}
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
