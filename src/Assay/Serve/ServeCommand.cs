using System.CommandLine;
using Assay.Server.Hosting;

namespace Assay.Serve;

/// <summary><c>assay serve</c>: the gateway.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("serve", "Run the gateway.") { config };
        command.SetAction(async (result, cancellation) =>
        {
            var environment = Environment.GetEnvironmentVariables();
            var loaded = ConfigLoader.Load(result.GetValue(config), environment);
            await using var server = await AssayServer.StartAsync(
                loaded, new AssayServerOptions { Environment = environment }, cancellation);
            Console.WriteLine($"Assay listens on {string.Join(", ", server.Addresses)}. Ctrl-C stops it.");
            if (server.FirstAdministratorSecret is { } secret)
            {
                Console.WriteLine($"""

                    The first administrator's key, shown this once:

                        {secret}

                    Sign in with it at {server.Addresses[0]}/, or use it for the admin API.
                    """);
            }

            if (loaded.Providers.Count == 0)
            {
                Console.WriteLine("No providers are configured yet: add some to assay.json (docs/configuration.md).");
            }

            await server.WaitForShutdownAsync(cancellation);
            return 0;
        });
        return command;
    }
}
