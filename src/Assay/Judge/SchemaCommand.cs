using System.CommandLine;
using Assay.Judgments.Shapes;

namespace Assay.Judge;

/// <summary><c>assay judge schema</c>: the JSON Schema of the front matter, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create(JudgeSite site)
    {
        var command = new Command("schema", "Print the JSON Schema of the front matter.");
        command.Run(site, async (_, _) =>
        {
            await site.Output.WriteAsync(JsonSchema.OfFrontMatter());
            return 0;
        });
        return command;
    }
}
