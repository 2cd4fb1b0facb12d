using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Outcomes.Otlp;
using Assay.Server.Store;
using Assay.Server.Tests.Directory;
using Assay.Server.Tests.Store;
using Assay.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using static Assay.Server.Tests.Outcomes.Otlp.OtlpMessage;

namespace Assay.Server.Tests.Outcomes.Otlp;

/// <summary>Who is let in, what is answered, and that what was answered is kept.</summary>
public sealed class OtlpReceiverTests : IAsyncLifetime
{
    private const long NowNs = SampleOrg.NowMs * 1_000_000;
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    private readonly SqliteHarness _database = new();
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(SampleOrg.NowMs));
    private IStore _store = null!;
    private DirectorySnapshots _directory = null!;
    private OtlpReceiver _receiver = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _database.OpenAsync();
        _directory = new DirectorySnapshots(new ManualDirectory(SampleOrg.Data()), [], _time, NullLogger<DirectorySnapshots>.Instance);
        await _directory.RefreshAsync(Ct);
        _receiver = Receiver(_store.Telemetry);
    }

    public async ValueTask DisposeAsync()
    {
        _directory.Dispose();
        await _store.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_is_answered_is_kept_and_a_retry_counts_once(bool isJson, bool isPacked)
    {
        var metrics = Metrics([new("claude_code.token.usage", NowNs, 120, Attributes: [("type", "input"), ("session.id", "s1")])], isJson);
        var logs = Logs([new("", NowNs, Body: "claude_code.api_request")], isJson);
        for (var i = 0; i < 3; i++)
        {
            foreach (var (path, body) in new[] { ("/v1/metrics", metrics), ("/v1/logs", logs) })
            {
                var (status, answer) = await SendAsync(path, isPacked ? Pack(body) : body, isJson ? Json : Protobuf, isPacked ? "gzip" : null);
                status.ShouldBe(200);
                answer.ShouldBe(isJson ? "{}" : "");
            }
        }

        (await _store.Telemetry.SumsAsync(0, long.MaxValue, Ct)).Select(s => (s.Key.PersonId, s.Key.Metric, s.Value))
            .ShouldBe([("p_ada", "claude_code.token.usage", 120), ("p_ada", "event/claude_code.api_request", 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task What_was_refused_of_a_request_is_told_in_its_own_format()
    {
        Item[] items = [new("codex.tool.call", NowNs, 1), new("codex.tool.call", 0, 1)];

        var (status, answer) = await SendAsync("/v1/metrics", Metrics(items, true), Json);
        status.ShouldBe(200);
        var partial = JsonSerializer.Deserialize<JsonElement>(answer).GetProperty("partialSuccess");
        partial.GetProperty("rejectedDataPoints").GetString().ShouldBe("1");
        partial.GetProperty("errorMessage").GetString().ShouldStartWith("A time is missing");

        (status, answer) = await SendAsync("/v1/metrics", Metrics(items), Protobuf);
        status.ShouldBe(200);
        answer.ShouldStartWith("\n"); // field 1, a message
        answer.ShouldContain("A time is missing");
        answer[2..4].ShouldBe("\b\u0001"); // field 1, the number 1
    }

    [Fact]
    public async Task Who_has_no_key_or_sends_no_telemetry_is_told_so()
    {
        var good = Metrics([new("codex.tool.call", NowNs, 1)]);
        (await SendAsync("/v1/metrics", good, Protobuf, key: null)).Status.ShouldBe(401);
        (await SendAsync("/v1/metrics", good, Protobuf, key: "stranger")).Status.ShouldBe(401);
        (await SendAsync("/v1/metrics", good, "text/plain")).Status.ShouldBe(415);
        (await SendAsync("/v1/metrics", good, Protobuf, "br")).Status.ShouldBe(415);
        (await SendAsync("/v1/metrics", good, Protobuf, method: "GET")).Status.ShouldBe(405);
        (await SendAsync("/v1/metrics", [0xff], Protobuf)).Status.ShouldBe(400);
        (await SendAsync("/v1/metrics", good, Protobuf, "gzip")).Status.ShouldBe(400);
        (await SendAsync("/v1/metrics", new byte[2_000_000], Protobuf)).Status.ShouldBe(413);
        (await SendAsync("/v1/metrics", Pack(new byte[2_000_000]), Protobuf, "gzip")).Status.ShouldBe(413);
        var (status, answer) = await SendAsync("/v1/metrics", "{"u8.ToArray(), Json);
        status.ShouldBe(400);
        JsonSerializer.Deserialize<JsonElement>(answer).GetProperty("code").GetInt32().ShouldBe(3);
        (await _store.Telemetry.SumsAsync(0, long.MaxValue, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_is_down_keeps_nothing_and_nobody_is_told_otherwise()
    {
        var store = new GatedStore(_store.Telemetry);
        _receiver = Receiver(store);
        var good = Metrics([new("codex.tool.call", NowNs, 1)]);

        store.Fault = new IOException("disk full");
        (await SendAsync("/v1/metrics", good, Protobuf)).Status.ShouldBe(503);
        store.Fault = null;
        (await SendAsync("/v1/metrics", good, Protobuf)).Status.ShouldBe(200);
        (await _store.Telemetry.SumsAsync(0, long.MaxValue, Ct)).Single().Value.ShouldBe(1);
    }

    [Fact]
    public async Task Requests_that_come_during_a_commit_share_the_next_one()
    {
        var store = new GatedStore(_store.Telemetry) { Gate = new TaskCompletionSource() };
        _receiver = Receiver(store);
        var first = SendAsync("/v1/metrics", Point(0), Protobuf);
        await store.Entered.Task.WaitAsync(Ct);
        var others = Enumerable.Range(1, 20).Select(i => SendAsync("/v1/metrics", Point(i), Protobuf)).ToList();
        first.IsCompleted.ShouldBeFalse();
        store.Gate.SetResult();

        await first;
        (await Task.WhenAll(others)).ShouldAllBe(a => a.Status == 200);
        (await _store.Telemetry.SumsAsync(0, long.MaxValue, Ct)).Single().Value.ShouldBe(21);
        store.Commits.ShouldBe(2);

        static byte[] Point(int i) => Metrics([new("codex.tool.call", NowNs, 1, Attributes: [("conversation.id", $"c{i}")])]);
    }

    private OtlpReceiver Receiver(ITelemetryStore store) => new(
        new AssayConfig { Limits = new LimitsConfig { BodyBytesMax = 1_000_000 } }, _directory, new TelemetryKeeper(store, _time), _time,
        NullLogger<OtlpReceiver>.Instance);

    private async Task<(int Status, string Answer)> SendAsync(
        string path, byte[] body, string type, string? encoding = null, string? key = "ada", string method = "POST")
    {
        using var sent = new MemoryStream(body);
        using var answer = new MemoryStream();
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.Path = path;
        http.Request.ContentType = type;
        http.Request.Body = sent;
        http.Response.Body = answer;
        if (key is not null)
        {
            http.Request.Headers.Authorization = "Bearer " + SampleOrg.SecretOf(key);
        }

        if (encoding is not null)
        {
            http.Request.Headers.ContentEncoding = encoding;
        }

        await _receiver.RunAsync(http, OtlpReceiver.Match(path)!.Value);
        http.Response.ContentType.ShouldBe(type == Json ? Json : Protobuf);
        return (http.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private sealed class GatedStore(ITelemetryStore inner) : ITelemetryStore
    {
        public Exception? Fault { get; set; }

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Commits { get; private set; }

        public async ValueTask AddAsync(IReadOnlyList<TelemetryBatch> batches, long nowMs, CancellationToken ct = default)
        {
            Commits++;
            Entered.TrySetResult();
            if (Gate is { } gate)
            {
                await gate.Task;
            }

            if (Fault is { } fault)
            {
                throw fault;
            }

            await inner.AddAsync(batches, nowMs, ct);
        }

        public ValueTask<IReadOnlyList<TelemetrySum>> SumsAsync(long fromMs, long toMs, CancellationToken ct = default) =>
            inner.SumsAsync(fromMs, toMs, ct);

        public ValueTask<IReadOnlyList<TelemetryTotal>> TotalsAsync(
            long fromMs, long toMs, string? personId, IReadOnlyList<string>? teamIds, CancellationToken ct = default) =>
            inner.TotalsAsync(fromMs, toMs, personId, teamIds, ct);

        public ValueTask ForgetAsync(long requestsBeforeMs, long seriesBeforeMs, CancellationToken ct = default) =>
            inner.ForgetAsync(requestsBeforeMs, seriesBeforeMs, ct);
    }
}
