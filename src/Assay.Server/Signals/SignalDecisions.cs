using Assay.Judgments.Drafts;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Hosting;
using Assay.Server.Judgments;
using Assay.Server.Store;

namespace Assay.Server.Signals;

/// <summary>
/// What was decided about a signal: a draft begins with what was seen, goes to the log that somebody chose, and names the
/// signal, by which its page finds it again.
/// </summary>
internal sealed class SignalDecisions(JudgmentLibrary library, IStore store, AssayConfig config, TimeProvider clock)
{
    public const int TextLengthMax = 200;
    public const string Tag = "signal";

    /// <summary>An entry that names a signal.</summary>
    public sealed record Entry(Guid Id, string Title, string Status);

    /// <summary>The logs that somebody can write to.</summary>
    public async ValueTask<IReadOnlyList<string>> LogsAsync(Caller caller, CancellationToken ct) =>
        [.. (await library.ForAsync(caller.Rules, ct)).Select(log => log.Repository.Name).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>What names a signal, of what the viewer may read; the newest first.</summary>
    public async ValueTask<IReadOnlyList<Entry>> OfAsync(Caller caller, Signal signal, CancellationToken ct)
    {
        var page = SignalNotices.PageOf(signal);
        return
        [
            .. (await library.ForAsync(caller.Rules, ct))
                .SelectMany(log => log.Log.Entries)
                .Where(entry => entry.Judgment.Refs.Any(named => named.EndsWith(page, StringComparison.Ordinal)))
                .OrderByDescending(entry => entry.Judgment.DecidedAt)
                .Take(20)
                .Select(entry => new Entry(entry.Judgment.Id, entry.Judgment.Title, entry.Judgment.Status.ToString().ToLowerInvariant())),
        ];
    }

    /// <summary>Drafts a decision for whoever asks; they accept it on its own page, as any other.</summary>
    /// <returns>The draft's id, or why there is none.</returns>
    public async ValueTask<(Guid? Id, string? Fault)> DraftAsync(
        Caller caller, Signal signal, string? repository, string? decision, CancellationToken ct)
    {
        decision = decision?.Trim() ?? "";
        if (decision.Length is 0 or > TextLengthMax)
        {
            return (null, decision.Length == 0 ? "Say in a sentence what is decided." : $"The decision has {decision.Length} characters: use at most {TextLengthMax}.");
        }

        if (RequestText.FaultInReason(decision, isRequired: true) is { } fault)
        {
            return (null, $"The decision {fault}");
        }

        // What was seen is told without names and hours: a log has more readers than a signal.
        var draft = new AgentDraft(new DecisionText
        {
            Title = decision,
            Context = $"Assay saw a signal of the kind {signal.Kind}, worth ${new Ledger.Money.NanoUsd(signal.Cost)} beyond the usual."
                + (signal.Answer is { } answer ? $" It was answered: {SignalWords.Say(answer)}." : " It has not been answered yet."),
        })
        {
            Tool = "assay",
            Refs = [$"{config.PublicUrl.TrimEnd('/')}{SignalNotices.PageOf(signal)}"],
            Tags = [Tag],
        };
        var kept = await new ServerLog(caller, library, store, clock).DraftAsync(repository is { Length: > 0 } ? repository : null, draft, ct);
        return kept.Fault is null ? (kept.Id, null) : (null, kept.Fault);
    }
}
