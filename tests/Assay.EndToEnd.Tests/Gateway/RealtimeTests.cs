using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Assay.Ledger.Usage;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>WebSocket sessions of OpenAI's Realtime API.</summary>
public sealed class RealtimeTests
{
    private const string Model = "gpt-realtime";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_passes_as_it_is_and_is_metered_exactly(bool asBrowser)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using (var socket = await ConnectAsync(gateway, asBrowser))
        {
            (await HearAsync(socket)).ShouldContain("session.created");
            for (var i = 0; i < 3; i++)
            {
                await SayAsync(socket, """{"type":"response.create"}""");
                (await HearAsync(socket)).ShouldContain("response.created");
                (await HearAsync(socket)).ShouldContain("Hello");
                (await HearAsync(socket)).ShouldContain("response.done");
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        }

        var row = await gateway.OnlyRequestAsync();
        await gateway.Sim.Tally.QuietAsync(Cancel);
        var (counts, cost) = RunningGateway.TruthOf(gateway.Sim.Tally.Calls);
        var metered = row.Counts;
        metered[UsageClass.Request] = counts[UsageClass.Request];
        metered.ShouldBe(counts);
        (row.Operation, row.Outcome, row.Resolution).ShouldBe(("openai/realtime", CallOutcome.Completed, Resolution.Posted));
        row.Cost.ShouldBe(cost);
        row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
    }

    [Fact]
    public async Task A_hard_budget_that_has_nothing_left_closes_the_session_and_strangers_are_refused()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using (var made = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/budgets", new { scope = "person:ada@example.com", window = "day", unit = "usd", limit = "0.20" }, Cancel))
        {
            made.EnsureSuccessStatusCode();
        }

        using var socket = await ConnectAsync(gateway, asBrowser: false);
        await HearAsync(socket);
        var answers = 0;
        while (answers < 2000)
        {
            await SayAsync(socket, """{"type":"response.create"}""");
            string? heard;
            while ((heard = await HearOrCloseAsync(socket)) is not null && !heard.Contains("response.done", StringComparison.Ordinal))
            {
            }

            if (heard is null)
            {
                break;
            }

            answers++;
        }

        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
        answers.ShouldBeInRange(1, 200);
        var row = await gateway.OnlyRequestAsync();
        row.Outcome.ShouldBe(CallOutcome.BudgetExhausted);
        using var stranger = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(() => stranger.ConnectAsync(Address(gateway), Cancel));
    }

    private static async Task<ClientWebSocket> ConnectAsync(RunningGateway gateway, bool asBrowser)
    {
        var socket = new ClientWebSocket();
        if (asBrowser)
        {
            socket.Options.AddSubProtocol("realtime");
            socket.Options.AddSubProtocol("openai-insecure-api-key." + gateway.Key);
        }
        else
        {
            socket.Options.SetRequestHeader("Authorization", "Bearer " + gateway.Key);
        }

        await socket.ConnectAsync(Address(gateway), Cancel);
        return socket;
    }

    private static Uri Address(RunningGateway gateway) => new($"ws://127.0.0.1:{gateway.Address.Port}/v1/realtime?model={Model}");

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel);

    private static async Task<string> HearAsync(ClientWebSocket socket) => (await HearOrCloseAsync(socket)).ShouldNotBeNull();

    private static async Task<string?> HearOrCloseAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
        return read.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
