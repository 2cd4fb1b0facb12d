using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Prompts, answers and secrets are nowhere: not in a file, not in a log, not in a metric.</summary>
public sealed class PrivacyTests
{
    private const string Canary = "zanzibar-canary-4711";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_people_write_is_in_no_file_and_no_log()
    {
        var data = System.IO.Directory.CreateTempSubdirectory("assay-privacy-").FullName;
        var log = new CollectingLog();
        string key;
        string metrics;
        try
        {
            await using (var gateway = await RunningGateway.StartAsync(data: data, log: log))
            {
                key = gateway.Key;
                using var client = gateway.Client();
                foreach (var (path, body) in Calls())
                {
                    foreach (var instructions in (string[])["", "status=500", "fault=malformed-json", "fault=cut;delay=5ms"])
                    {
                        await SendAsync(client, path, body, instructions);
                    }
                }

                await gateway.AppliedAsync();
                metrics = await gateway.Admin.GetStringAsync("/metrics", Cancel);
            }

            var secrets = new[] { Canary, key, RunningGateway.AdminKey, "sk-company", "sk-ant-company", "AIza-company" };
            var everything = System.IO.Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
                .Select(f => (Name: f, Text: Encoding.Latin1.GetString(File.ReadAllBytes(f))))
                .Append((Name: "the log", Text: string.Join('\n', log.Lines)))
                .Append((Name: "the metrics", Text: metrics))
                .ToList();
            everything.Count.ShouldBeGreaterThan(4);
            log.Lines.ShouldNotBeEmpty();
            foreach (var (name, text) in everything)
            {
                foreach (var secret in secrets)
                {
                    text.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"'{secret}' in {name}");
                }
            }
        }
        finally
        {
            System.IO.Directory.Delete(data, recursive: true);
        }
    }

    private static IEnumerable<(string Path, string Body)> Calls() =>
    [
        ("/v1/chat/completions", $$$"""{"model":"gpt-5.5","messages":[{"role":"user","content":"{{{Canary}}}"}],"tools":[{"type":"function","function":{"name":"f","description":"{{{Canary}}}"}}]}"""),
        ("/v1/chat/completions", $$"""{"model":"gpt-5.5","stream":true,"messages":[{"role":"system","content":"{{Canary}}"}]}"""),
        ("/v1/responses", $$"""{"model":"gpt-5.5","stream":true,"input":"{{Canary}}","instructions":"{{Canary}}"}"""),
        ("/v1/completions", $$"""{"model":"gpt-5.5","prompt":"{{Canary}}"}"""),
        ("/v1/embeddings", $$"""{"model":"text-embedding-3-small","input":["{{Canary}}"]}"""),
        ("/v1/messages", $$"""{"model":"claude-sonnet-5","max_tokens":20,"stream":true,"system":"{{Canary}}","messages":[{"role":"user","content":"{{Canary}}"}]}"""),
        ("/v1/messages/count_tokens", $$"""{"model":"claude-sonnet-5","messages":[{"role":"user","content":"{{Canary}}"}]}"""),
        ("/v1beta/models/gemini-2.5-pro:generateContent", "{\"contents\":[{\"parts\":[{\"text\":\"" + Canary + "\"}]}]}"),
        ("/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse", "{\"contents\":[{\"parts\":[{\"text\":\"" + Canary + "\"}]}]}"),
        ("/providers/openai/v1/moderations", $$"""{"input":"{{Canary}}"}"""),
        ("/v1/chat/completions", $$"""{"model":"gpt-5.5","messages":"{{Canary}}" """),
    ];

    private static async Task SendAsync(HttpClient client, string path, string body, string instructions)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        if (instructions.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("x-sim", instructions);
        }

        // Some of these break off on purpose; what counts is what they leave behind.
        await Record.ExceptionAsync(() => client.SendAsync(request, Cancel));
    }

    private sealed class CollectingLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
