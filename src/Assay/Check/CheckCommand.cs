using System.CommandLine;
using Assay.Server.Hosting;

namespace Assay.Check;

/// <summary><c>assay check</c>: validates a configuration and does nothing else.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("check", "Check a configuration and say what is wrong with it.") { config };
        command.SetAction(result =>
        {
            var loaded = ConfigLoader.Load(result.GetValue(config), Environment.GetEnvironmentVariables());
            Console.WriteLine(
                $"The configuration is sound: {loaded.Providers.Count} providers, {loaded.Models.Count} model routes, "
                + $"store {(loaded.Store == "sqlite" ? "sqlite" : "postgres")}, listening on {loaded.Urls}.");
            foreach (var (name, provider) in loaded.Providers)
            {
                if (provider.ApiKey.StartsWith("env:", StringComparison.Ordinal)
                    && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(provider.ApiKey[4..])))
                {
                    Console.WriteLine($"Note: providers.{name}.apiKey: the variable {provider.ApiKey[4..]} is not set "
                        + "here; calls to this provider will be refused.");
                }
            }

            return 0;
        });
        return command;
    }
}
