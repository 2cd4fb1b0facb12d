using System.CommandLine;
using Assay.Server.Store;

namespace Assay.Apply;

/// <summary><c>assay apply</c>: the directory as code.</summary>
internal static class ApplyCommand
{
    /// <param name="openStore">Opens the store that the configuration at the given path names, migrated.</param>
    public static Command Create(Func<string, CancellationToken, Task<IStore>> openStore, TimeProvider? clock = null)
    {
        var file = new Option<string>("--file", "-f")
        {
            Description = "The file that says what the directory should be.",
            Required = true,
            HelpName = "org.yaml",
        };
        var config = new Option<string>("--config")
        {
            Description = "The configuration; it names the store.",
            DefaultValueFactory = _ => "assay.json",
            HelpName = "assay.json",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would change, and change nothing." };
        var prune = new Option<bool>("--prune")
        {
            Description = "Also disable people and agents, revoke keys, and remove budgets and rate limits that are not in the file.",
        };
        var command = new Command("apply", "Bring teams, people, agents, keys, budgets, rate limits and repositories to what a file says.")
        {
            file, config, dryRun, prune,
        };
        command.SetAction(async (parsed, ct) =>
        {
            await using var store = await openStore(parsed.GetValue(config)!, ct);
            var apply = new OrgApply(
                store.Directory,
                store.Judgments,
                clock ?? TimeProvider.System,
                parsed.InvocationConfiguration.Output,
                parsed.InvocationConfiguration.Error);
            return await apply.RunAsync(
                new ApplyOptions(parsed.GetValue(file)!, parsed.GetValue(dryRun), parsed.GetValue(prune)), ct);
        });
        return command;
    }
}
