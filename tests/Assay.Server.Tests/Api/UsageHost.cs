using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Store;
using Assay.Server.Tests.Directory;

namespace Assay.Server.Tests.Api;

/// <summary>
/// Everybody in <see cref="SampleOrg"/> has made one call that cost as many nano-dollars as a power of two, so that
/// every sum tells exactly whose calls are in it.
/// </summary>
public sealed class UsageHost : IAsyncLifetime
{
    internal static readonly string[] Names = [.. SampleOrg.People.Select(p => p.Id[2..]).Append("ci")];

    public ApiHost Api { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Api.InitializeAsync();
        var events = Names.Select((name, i) =>
        {
            var person = SampleOrg.People.FirstOrDefault(p => p.Id == "p_" + name);
            return new UsageEvent
            {
                Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(SampleOrg.NowMs + i)),
                RequestId = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(SampleOrg.NowMs + i)),
                StartedAtMs = SampleOrg.NowMs + i,
                KeyId = "k_" + name,
                PersonId = person?.Id ?? "p_root",
                AgentId = person is null ? name : "",
                TeamId = person?.TeamId ?? "infra",
                UseCase = "coding",
                Session = "s-" + name,
                Client = i == 0 ? "=cmd|evil" : "claude-code",
                Operation = "openai/chat.completions",
                RequestedModel = "code",
                Provider = "openai",
                Model = i % 2 == 0 ? "gpt-5" : "gpt-5-mini",
                Status = 200,
                Counts = new UsageCounts { [UsageClass.Input] = 10, [UsageClass.Output] = 5, [UsageClass.Reasoning] = 2 },
                Cost = new NanoUsd(1L << i),
                Marks = i == 0 ? UsageMarks.Estimated | UsageMarks.Streamed : UsageMarks.None,
            };
        }).ToList();
        await Api.Store.Usage.ApplyAsync("node", 0, 1, events, ApiHost.Ct);
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
