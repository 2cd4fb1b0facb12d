using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Assay.Ledger.Usage;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>WebSocket sessions of Gemini's Live API.</summary>
public sealed class LiveTests
{
    private const string Turn = """{"clientContent":{"turns":[{"role":"user","parts":[{"text":"Hello"}]}],"turnComplete":true}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1beta", true)]
    [InlineData("v1alpha", false)]
    public async Task A_session_passes_as_it_is_and_every_turn_is_metered_exactly(string version, bool keyInQuery)
    {
        await using var gateway = await RunningGateway.StartAsync(config =>
            config.Models["voice"] = new() { Targets = ["gemini/gemini-live-2.5-flash"] });
        using (var socket = await ConnectAsync(gateway, version, keyInQuery))
        {
            await SayAsync(socket, """{"setup":{"model":"models/voice","generationConfig":{"responseModalities":["AUDIO"]}}}""");
            (await HearAsync(socket)).ShouldBe("""{"setupComplete":{}}""");
            for (var i = 0; i < 3; i++)
            {
                await SayAsync(socket, Turn);
                (await HearAsync(socket)).ShouldNotBeNull().ShouldContain("modelTurn");
                (await HearAsync(socket)).ShouldNotBeNull().ShouldContain("generationComplete");
                (await HearAsync(socket)).ShouldNotBeNull().ShouldContain("turnComplete");
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        }

        var row = await gateway.OnlyRequestAsync();
        await gateway.Sim.Tally.QuietAsync(Cancel);
        var (counts, cost) = RunningGateway.TruthOf(gateway.Sim.Tally.Calls);
        counts[UsageClass.AudioInput].ShouldBe(60 + 160 + 260);
        counts[UsageClass.Request] = row.Counts[UsageClass.Request];
        row.Counts.ShouldBe(counts);
        (row.Operation, row.Outcome, row.Resolution, row.RequestedModel, row.Model)
            .ShouldBe(("gemini/live", CallOutcome.Completed, Resolution.Posted, "voice", "gemini-live-2.5-flash"));
        row.Cost.ShouldBe(cost);
        row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_is_not_let_in_is_told_by_the_close_and_a_budget_that_is_used_up_ends_the_session()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await Should.ThrowAsync<WebSocketException>(() => ConnectAsync(gateway, "v1beta", keyInQuery: true, key: "ask_wrong"));
        (await ClosedAsync(gateway, """{"setup":{"model":"models/nobody-knows"}}""")).ShouldBe((WebSocketCloseStatus.PolicyViolation, "unknown_model"));
        (await ClosedAsync(gateway, """{"setup":{"model":"models/gpt-realtime"}}""")).ShouldBe((WebSocketCloseStatus.PolicyViolation, "format_mismatch"));
        (await ClosedAsync(gateway, Turn)).ShouldBe((WebSocketCloseStatus.InvalidPayloadData, "body_malformed"));
        (await gateway.RequestsAsync()).ShouldBeEmpty();

        using (var made = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/budgets", new { scope = "person:ada@example.com", window = "day", unit = "usd", limit = "0.20" }, Cancel))
        {
            made.EnsureSuccessStatusCode();
        }

        using var socket = await ConnectAsync(gateway, "v1beta", keyInQuery: true);
        await SayAsync(socket, """{"setup":{"model":"models/gemini-live-2.5-flash"}}""");
        (await HearAsync(socket)).ShouldNotBeNull();
        var turns = 0;
        for (var open = true; open && turns < 500; turns++)
        {
            await SayAsync(socket, Turn);
            string? heard;
            while ((heard = await HearAsync(socket)) is not null && !heard.Contains("turnComplete", StringComparison.Ordinal))
            {
            }

            open = heard is not null;
        }

        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
        turns.ShouldBeInRange(2, 200);
        var row = await gateway.OnlyRequestAsync();
        row.Outcome.ShouldBe(CallOutcome.BudgetExhausted);
        row.Cost.Nanos.ShouldBeLessThanOrEqualTo(200_000_000);
    }

    private static async Task<(WebSocketCloseStatus?, string?)> ClosedAsync(RunningGateway gateway, string first)
    {
        using var socket = await ConnectAsync(gateway, "v1beta", keyInQuery: false);
        await SayAsync(socket, first);
        (await HearAsync(socket)).ShouldBeNull();
        return (socket.CloseStatus, socket.CloseStatusDescription?.Split(':')[0]);
    }

    private static async Task<ClientWebSocket> ConnectAsync(RunningGateway gateway, string version, bool keyInQuery, string? key = null)
    {
        var socket = new ClientWebSocket();
        var address = $"ws://127.0.0.1:{gateway.Address.Port}/ws/google.ai.generativelanguage.{version}.GenerativeService.BidiGenerateContent";
        if (!keyInQuery)
        {
            socket.Options.SetRequestHeader("x-goog-api-key", key ?? gateway.Key);
        }

        await socket.ConnectAsync(new Uri(keyInQuery ? $"{address}?key={key ?? gateway.Key}" : address), Cancel);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel);

    /// <summary>A message of the server, which sends its JSON as binary; null at the close.</summary>
    private static async Task<string?> HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
        if (read.MessageType == WebSocketMessageType.Close)
        {
            return null;
        }

        read.MessageType.ShouldBe(WebSocketMessageType.Binary);
        return Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
