using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Assay.Server.Mcp;

/// <summary>The MCP server of the Judgment Log, the same on stdio and over HTTP.</summary>
internal static class JudgmentMcp
{
    public static McpServerOptions Options(IMcpLog log)
    {
        var tools = new JudgmentTools(log);
        return new McpServerOptions
        {
            ServerInfo = new Implementation
            {
                Name = "assay",
                Title = "Assay: the Judgment Log",
                Version = typeof(JudgmentMcp).Assembly.GetName().Version!.ToString(3),
            },
            ServerInstructions = ToolCatalog.Instructions,
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
            ScopeRequests = false,
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. ToolCatalog.All] }),
                CallToolHandler = (request, ct) => CallAsync(tools, request.Params!, ct),
            },
        };
    }

    private static async ValueTask<CallToolResult> CallAsync(JudgmentTools tools, CallToolRequestParams call, CancellationToken ct)
    {
        try
        {
            var arguments = call.Arguments is { } given
                ? given.ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal)
                : new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            return Answer(await tools.CallAsync(call.Name, arguments, ct));
        }
        catch (ToolFault fault)
        {
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = fault.Message }] };
        }
    }

    private static CallToolResult Answer(JsonObject json) => new()
    {
        Content = [new TextContentBlock { Text = json.ToJsonString(s_readable) }],
    };

    // Read by models and people, never put into a page: no need to write every umlaut as \u00fc.
    private static readonly JsonSerializerOptions s_readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
