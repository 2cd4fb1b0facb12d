using System.CommandLine;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Sim;
using Assay.Sim.Workforce;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary><c>assay sim workforce drive</c>: a simulated company calls a real gateway.</summary>
public sealed class WorkforceDriveTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_company_calls_a_gateway_and_every_token_and_cent_arrives()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var output = new StringWriter();

        var code = await SimCommand.Create()
            .Parse(["workforce", "drive", "--people", "50", "--days", "1", "--seed", "3", "--gateway", gateway.Address.ToString(), "--key", gateway.Key, "--rate", "1000", "--calls", "80"])
            .InvokeAsync(new InvocationConfiguration { Output = output }, Cancel);

        code.ShouldBe(0, output.ToString());
        output.ToString().ShouldContain("Answers: 200: 80.");
        var sent = new WorkCompany(new WorkforceOptions { Seed = 3, People = 50, Days = 1 }).Play().Single().Calls.Take(80).ToList();
        var arrived = await gateway.RequestsAsync();
        arrived.Count.ShouldBe(80);
        arrived.Sum(row => row.Counts.TotalTokens).ShouldBe(sent.Sum(call => call.Tokens));
        arrived.Select(row => row.Session).Distinct().Count().ShouldBe(sent.Select(call => call.Session).Distinct().Count());
        arrived.Select(row => row.UseCase).Distinct().Order().ShouldBe(sent.Select(call => WorkCompany.UseCases[call.UseCase]).Distinct().Order());
        arrived.Count(row => row.WorkRef.Length > 0).ShouldBe(sent.Count(call => call.Work != 0));
    }

    [Theory]
    [InlineData("ftp://here", "--key", "x", "write --gateway as")]
    [InlineData("http://127.0.0.1:1", "--rate", "20", "give --key or --keys")]
    [InlineData("http://127.0.0.1:1", "--keys", "/nowhere/keys", "/nowhere")]
    public async Task What_cannot_be_is_refused_with_what_to_write(string address, string option, string value, string fault)
    {
        await using var error = new StringWriter();
        var code = await SimCommand.Create().Parse(["workforce", "drive", "--people", "50", "--gateway", address, option, value])
            .InvokeAsync(new InvocationConfiguration { Error = error }, Cancel);
        code.ShouldBe(2);
        error.ToString().ShouldContain(fault);
    }
}
