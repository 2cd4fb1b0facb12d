using System.CommandLine;
using Assay.Sim;

namespace Assay.EndToEnd.Tests.Sim;

public sealed class SimCommandTests
{
    [Fact]
    public async Task It_prints_its_addresses_and_a_configuration_and_stops_when_asked()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new SignallingWriter("Ctrl-C stops.", stop);
        var code = await SimCommand.Create()
            .Parse(["--openai-port", "0", "--anthropic-port", "0", "--gemini-port", "0", "--seed", "5"])
            .InvokeAsync(new InvocationConfiguration { Output = output }, stop.Token);

        code.ShouldBe(0);
        var text = output.ToString();
        text.ShouldContain("\"format\": \"gemini\"");
        text.ShouldContain("No calls came.");
    }

    [Fact]
    public async Task Instructions_that_cannot_be_read_are_refused()
    {
        await using var error = new StringWriter();
        var code = await SimCommand.Create().Parse(["--instructions", "colour=red"])
            .InvokeAsync(new InvocationConfiguration { Error = error }, TestContext.Current.CancellationToken);

        code.ShouldBe(2);
        error.ToString().ShouldContain("colour=red");
    }

    /// <summary>Cancels once a text was written: the command is up then.</summary>
    private sealed class SignallingWriter(string text, CancellationTokenSource signal) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) ?? false)
            {
                signal.Cancel();
            }
        }
    }
}
