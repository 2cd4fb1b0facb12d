using System.CommandLine;
using Assay.Judge;
using Assay.Server.Mcp;
using ModelContextProtocol.Server;

namespace Assay.Mcp;

/// <summary><c>assay mcp</c>: the Judgment Log of the repository around this folder, for an agent on standard input and output.</summary>
internal static class McpCommand
{
    public static Command Create(JudgeSite? site = null)
    {
        var where = site ?? JudgeSite.Real();
        var command = new Command("mcp", """
            Serve the Judgment Log of this repository to an agent, by MCP on standard input and output (docs/mcp.md).

            Agents find decisions, what was rejected and why, and draft new ones. Owner, confidence and acceptance stay a person's.
            """);
        command.Run(where, async (_, cancellation) =>
        {
            var options = JudgmentMcp.Options(new LocalLog(where, where.Repository().Root));
            await using var transport = new StdioServerTransport(options);
            await using var server = McpServer.Create(transport, options);
            await server.RunAsync(cancellation);
            return 0;
        });
        return command;
    }
}
