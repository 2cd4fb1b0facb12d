using System.Globalization;
using System.Text.Json;
using Assay.Judgments.Git;
using Assay.Judgments.Nudges;
using Assay.Judgments.Seals;
using Assay.Judgments.Settings;

namespace Assay.Judge;

/// <summary>Gathers what nudges look at beside the diff. A server that does not answer at once is left out: a hook waits for nobody.</summary>
internal static class NudgeSources
{
    private const string Branch = "branch:";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static async Task<NudgeFacts> GatherAsync(
        JudgeSite site, GitRepository repository, ChangedRange range, LogSettings settings, bool isBranch, CancellationToken cancellation)
    {
        var overridden = await AiEditLog.OverriddenAsync(
            repository, range.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal), isBranch, cancellation);
        if (settings.SpendAbove is not { } limit || range.Files.Count == 0)
        {
            return new NudgeFacts(overridden, null, []);
        }

        var around = await Surroundings.FindAsync(site, repository.Root, cancellation);
        return new NudgeFacts(overridden, await SpendAsync(site, repository.Root, around.Refs(), around.Session, limit, cancellation), around.Refs());
    }

    private static async Task<string?> SpendAsync(
        JudgeSite site, string root, IReadOnlyList<string> work, string? session, int limit, CancellationToken cancellation)
    {
        if (work.Count == 0 && session is null)
        {
            return null;
        }

        try
        {
            using var server = await LogServer.FindAsync(site, root, null, s_patience, cancellation);
            if (server is null)
            {
                return null;
            }

            var query = string.Join('&', work.Select(w => w.StartsWith(Branch, StringComparison.Ordinal)
                    ? $"work={Uri.EscapeDataString(w[Branch.Length..])}"
                    : $"ticket={Uri.EscapeDataString(w)}")
                .Concat(session is null ? [] : [$"session={Uri.EscapeDataString(session)}"]));
            var spend = await server.GetAsync("judgments/spend?" + query, cancellation);
            return decimal.TryParse(spend.GetProperty("costUsd").GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var usd) && usd > limit
                ? string.Create(CultureInfo.InvariantCulture, $"{usd:0.00} USD")
                : null;
        }
        catch (Exception fault) when (fault is JudgeException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await site.Error.WriteLineAsync($"assay judge: what this branch cost is not known: {fault.Message}");
            return null;
        }
    }
}
