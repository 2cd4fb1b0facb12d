using System.CommandLine;
using System.Globalization;
using Assay.Sim.Script;
using Assay.Sim.Tally;

namespace Assay.Sim;

/// <summary><c>assay sim</c>: the simulated providers alone, for trying out Assay or testing one's own clients.</summary>
internal static class SimCommand
{
    public static Command Create()
    {
        var openAI = Port("--openai-port", "The port of the OpenAI format; 0 for any free one.", 9101);
        var anthropic = Port("--anthropic-port", "The port of the Anthropic format; 0 for any free one.", 9102);
        var gemini = Port("--gemini-port", "The port of the Gemini format; 0 for any free one.", 9103);
        var seed = new Option<int>("--seed")
        {
            Description = "The seed that every answer derives from.",
            DefaultValueFactory = static _ => 1,
        };
        var delay = new Option<string>("--delay")
        {
            Description = "The wait before each event of a stream, as in 20ms.",
            DefaultValueFactory = static _ => "20ms",
        };
        var defaults = new Option<string>("--instructions")
        {
            Description = "What holds for every call that asks for nothing else, as in \"tokens=80;first=200ms\".",
            DefaultValueFactory = static _ => "",
        };
        var workforce = WorkforceCommand.Create();
        workforce.Add(WorkforceDriveCommand.Create());
        var command = new Command("sim", "Run the simulated providers: three wire formats, known usage, faults on demand.")
        {
            openAI, anthropic, gemini, seed, delay, defaults, workforce,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var console = result.InvocationConfiguration;
            var instructions = $"delay={result.GetValue(delay)};{result.GetValue(defaults)}";
            if (!SimInstructions.TryParse(instructions, new SimInstructions(), out var parsed, out var error))
            {
                await console.Error.WriteLineAsync($"assay sim: {error}");
                return 2;
            }

            await using var sim = await SimProviders.StartAsync(
                new SimOptions
                {
                    OpenAIPort = result.GetValue(openAI),
                    AnthropicPort = result.GetValue(anthropic),
                    GeminiPort = result.GetValue(gemini),
                    Seed = result.GetValue(seed),
                    Defaults = parsed,
                },
                cancellation);
            console.Output.WriteLine(Introduction(sim));
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C: the sums are the last word.
            }

            console.Output.WriteLine(Sums(sim.Tally));
            return 0;
        });
        return command;
    }

    private static string Introduction(SimProviders sim) => $$"""
        Simulated providers are listening; any key is accepted.

            OpenAI     {{sim.OpenAI}}
            Anthropic  {{sim.Anthropic}}
            Gemini     {{sim.Gemini}}

        An assay.json that uses them:

            {
              "providers": {
                "openai":    { "format": "openai",    "baseUrl": "{{Plain(sim.OpenAI)}}", "apiKey": "sim" },
                "anthropic": { "format": "anthropic", "baseUrl": "{{Plain(sim.Anthropic)}}", "apiKey": "sim" },
                "gemini":    { "format": "gemini",    "baseUrl": "{{Plain(sim.Gemini)}}", "apiKey": "sim" },
                "metacode":  { "format": "openai",    "baseUrl": "{{Plain(sim.OpenAI)}}", "apiKey": "sim", "inHouse": true }
              },
              "models": {
                "gpt-*": { "targets": ["openai"] }, "text-embedding-*": { "targets": ["openai"] },
                "claude-*": { "targets": ["anthropic"] }, "gemini-*": { "targets": ["gemini"] },
                "qwen3-coder": { "targets": ["metacode"] }
              }
            }

        A call can ask for what it wants with the header x-sim, as in "x-sim: tokens=80;delay=5ms", or at the end of the
        model's name, as in "gpt-5.5-sim-fault-cut-mid-event". Ctrl-C stops.
        """;

    private static string Sums(SimTally tally)
    {
        var lines = tally.Totals
            .OrderBy(t => t.Key.Format).ThenBy(t => t.Key.Model, StringComparer.Ordinal)
            .Select(t => string.Create(
                CultureInfo.InvariantCulture,
                $"    {t.Key.Model,-28} {t.Value.Calls,8:N0} calls  {t.Value.Billed.AllInput,14:N0} in  {t.Value.Billed.AllOutput,12:N0} out"));
        return tally.Total.Calls == 0 ? "No calls came." : "Served:\n" + string.Join('\n', lines);
    }

    private static string Plain(Uri address) => address.ToString().TrimEnd('/');

    private static Option<int> Port(string name, string description, int port) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => port,
    };
}
