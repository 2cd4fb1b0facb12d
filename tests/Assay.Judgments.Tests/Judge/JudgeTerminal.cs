using System.CommandLine;
using Assay.Judge;
using Assay.Judgments.Tests.Seals;
using Assay.Testing;

namespace Assay.Judgments.Tests.Judge;

/// <summary>Runs <c>assay judge</c> in this process, in a sandbox, with an environment of its own.</summary>
internal sealed class JudgeTerminal(GitSandbox git)
{
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public HttpMessageHandler? Network { get; init; }

    public string Input { get; set; } = "";

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var site = new JudgeSite(
            git.Root, name => Environment.GetValueOrDefault(name), output, error, IsTerminal: false, new ManualTime(EntrySample.Noon))
        {
            Network = Network,
            Input = new StringReader(Input),
        };
        var code = await new RootCommand { JudgeCommand.Create(site) }.Parse(["judge", .. arguments]).InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error },
            TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    public async Task<string> OkAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        code.ShouldBe(0, output + error);
        return output;
    }
}
