using System.Globalization;
using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Outcomes.Worth;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Judgments;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;

namespace Assay.Server.Console.Worth;

/// <summary>One outcome: its fate, the sessions and the spend that led to it, and the decisions that name the same work.</summary>
internal sealed class OutcomePageReport(OutcomeDesk desk, IOutcomeStore store, WorthReader reader, JudgmentLibrary library, OrgClock clock)
{
    public const int PageSize = 50;
    private const int IdLengthMax = 64;
    private const int SessionsMax = 50;
    private const int DecisionsMax = 20;
    private const int CommitsMax = 20;
    private const long DayMs = 24L * 60 * 60 * 1000;

    /// <summary>Outcomes that the caller may see, newest first.</summary>
    public async Task<(IReadOnlyList<Outcome> Outcomes, string? Next)> ListAsync(Caller caller, string? cursor, CancellationToken ct)
    {
        var (outcomes, last) = await desk.ListAsync(caller.Viewer, new OutcomeQuery { Before = Cursor(cursor), Limit = PageSize }, ct);
        return (outcomes, last is null ? null : string.Create(CultureInfo.InvariantCulture, $"/worth/outcomes?cursor={last.AtMs}.{last.Id}"));
    }

    /// <summary>The page of one; null where there is none, or it is not the caller's to see.</summary>
    public async Task<OutcomeView?> FindAsync(Caller caller, string id, CancellationToken ct)
    {
        if (id.Length > IdLengthMax || await desk.FindAsync(caller.Viewer, id, ct) is not { } outcome)
        {
            return null;
        }

        var commits = (await store.CommitsAsync([id], ct))[id].ToList();
        var steps = await store.StepsAsync(id, ct);
        var now = clock.Now.ToUnixTimeMilliseconds();
        var rung = outcome.State.Rung(now);
        var spend = desk.MaySeeSessions(caller.Viewer, outcome) ? await SpendAsync(outcome, ct) : null;
        return new OutcomeView
        {
            Title = outcome.Title.Length > 0 ? outcome.Title : outcome.Ref,
            Ref = outcome.Ref,
            Url = outcome.Url.StartsWith("https://", StringComparison.Ordinal) ? outcome.Url : "",
            Kind = outcome.Kind,
            Rung = OutcomeWords.Word(rung),
            IsLive = WorthBook.FateOf(outcome, now) is Fate.Settled or Fate.Provisional,
            Fate = FateInWords(outcome, rung, now),
            Sure = spend is null ? null : Say.Usd(new NanoUsd(spend.Value.Spend.SureNanos)),
            SureNote = spend is null ? "" : Range(spend.Value.Spend.SureOverRules),
            UpTo = spend is null ? null : Say.Usd(new NanoUsd(spend.Value.Spend.UpToNanos)),
            UpToNote = spend is null ? "" : Range(spend.Value.Spend.UpToOverRules),
            Steps =
            [
                .. steps.Select(step => new StepLine(
                    WorthWords.Capital(OutcomeWords.Word(step.What).Replace('-', ' ')), When(step.AtMs), Rfc3339.FormatMs(step.AtMs))),
            ],
            Sessions = spend is null ? [] : Sessions(caller, spend.Value.Parts),
            Decisions = await DecisionsAsync(caller, outcome, commits, ct),
            Facts =
            [
                ("Kind", outcome.Kind),
                ("Whose", WorthReport.Who(caller, outcome)),
                ("Team", caller.Directory.Teams.Find(outcome.TeamId)?.Name ?? "not known"),
                ("Use case", outcome.UseCase.Length > 0 ? outcome.UseCase : "not stated"),
                ("Told by", outcome.Source),
                ("Settles", string.Create(CultureInfo.InvariantCulture, $"after {outcome.SettleDays} days without revert, reopening or incident")),
            ],
            Code =
            [
                ("Repository", outcome.Repo.Length > 0 ? outcome.Repo : "–"),
                ("Branch", outcome.Branch.Length > 0 ? $"{outcome.Branch} → {outcome.BaseBranch}" : "–"),
                ("Lines", outcome.LinesAdded is { } added ? string.Create(CultureInfo.InvariantCulture, $"+{added:#,##0} −{outcome.LinesRemoved ?? 0:#,##0}") : "–"),
                ("Still there", StillThere(outcome.CountedLines)),
                ("Names", outcome.WorkRefs.Count > 0 ? string.Join(", ", outcome.WorkRefs) : "–"),
                ("Commits", commits.Count == 0 ? "–" : string.Join(' ', commits.Take(CommitsMax).Select(c => c.Sha[..Math.Min(9, c.Sha.Length)]))),
            ],
        };
    }

    private static string StillThere(CountedLines? lines) => lines switch
    {
        null => "–",
        { Alive14: null } => $"{Say.Count(lines.Value.Added)} lines counted, too young to say",
        { Alive30: null } => $"{Say.Count(lines.Value.Alive14.Value)} of {Say.Count(lines.Value.Added)} lines after 14 days",
        _ => $"{Say.Count(lines.Value.Alive14.Value)} of {Say.Count(lines.Value.Added)} lines after 14 days, {Say.Count(lines.Value.Alive30.Value)} after 30",
    };

    private async Task<(OutcomeSpend Spend, IReadOnlyList<(SpendSlice Slice, SpendPart Part)> Parts)?> SpendAsync(Outcome outcome, CancellationToken ct)
    {
        // Whole days, as the company's books have.
        var first = DateOnly.FromDateTime(clock.At(outcome.AtMs - WorthReader.BeforeMs).DateTime);
        var last = DateOnly.FromDateTime(clock.At(outcome.AtMs + WorthReader.AfterMs + DayMs).DateTime);
        var book = await reader.MakeOfAsync(outcome, clock.StartOf(first).ToUnixTimeMilliseconds(), clock.StartOf(last).ToUnixTimeMilliseconds(), ct);
        return book.Of(outcome.Id);
    }

    private static IReadOnlyList<SessionLine> Sessions(Caller caller, IReadOnlyList<(SpendSlice Slice, SpendPart Part)> parts) =>
    [
        .. parts.GroupBy(p => (p.Slice.Session, p.Slice.PersonId, p.Slice.Model, p.Part.Tier))
            .Select(group => (group.Key, Nanos: group.Sum(p => p.Part.Nanos)))
            .OrderBy(row => row.Key.Tier).ThenByDescending(row => row.Nanos)
            .Take(SessionsMax)
            .Select(row => new SessionLine(
                row.Key.Session.Length > 0 ? row.Key.Session : "no session",
                row.Key.Session.Length > 0 ? $"/requests?session={Uri.EscapeDataString(row.Key.Session)}{(caller.Rules.SeesCompany ? "&who=all" : "")}" : null,
                caller.Directory.FindPerson(row.Key.PersonId)?.Name ?? row.Key.PersonId,
                row.Key.Model,
                row.Key.Tier.Name(),
                Say.Usd(new NanoUsd(row.Nanos)))),
    ];

    private async Task<IReadOnlyList<DecisionLine>> DecisionsAsync(
        Caller caller, Outcome outcome, IReadOnlyList<(string Repo, string Sha)> commits, CancellationToken ct)
    {
        HashSet<string> names = new([outcome.Ref, .. outcome.WorkRefs], StringComparer.OrdinalIgnoreCase);
        if (outcome.Branch.Length > 0)
        {
            names.Add(outcome.Branch);
        }

        var shas = commits.Select(c => c.Sha).ToList();
        return
        [
            .. (await library.ForAsync(caller.Rules, ct)).SelectMany(log => log.Log.Entries)
                .Where(found => SpendJoin.WorkOf(found.Judgment).Any(names.Contains)
                    || found.Judgment.Refs.Any(r => r.StartsWith("commit:", StringComparison.Ordinal) && r.Length >= 14
                        && shas.Exists(sha => sha.StartsWith(r["commit:".Length..], StringComparison.Ordinal))))
                .Take(DecisionsMax)
                .Select(found => new DecisionLine(
                    $"/log/{found.Judgment.Id}", found.Judgment.Title, $"{found.Judgment.Owner}, {clock.At(found.Judgment.DecidedAt.ToUnixTimeMilliseconds()).ToString("d MMM yyyy", CultureInfo.InvariantCulture)}")),
        ];
    }

    private string FateInWords(Outcome outcome, OutcomeRung rung, long nowMs) =>
        WorthWords.Capital(OutcomeStanding.Say(outcome.State, nowMs, Day)) + rung switch
        {
            OutcomeRung.Accepted or OutcomeRung.Deployed => ". Until then nobody can know whether it lasts.",
            OutcomeRung.Settled => ": it lasted through its window.",
            OutcomeRung.Abandoned => ". What it cost counts all the same.",
            OutcomeRung.Reverted when outcome.RevertRule is { } rule => $"; seen by {OutcomeWords.Word(rule)}.",
            _ => ".",
        };

    private static string Range(NanosRange range) => range.Low == range.High
        ? "whatever the rule of division"
        : $"{Say.Usd(new NanoUsd(range.Low))} to {Say.Usd(new NanoUsd(range.High))}, by the rule of division";

    private string Day(long ms) => clock.At(ms).ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    private string When(long ms) => clock.At(ms).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    private static (long AtMs, string Id)? Cursor(string? cursor) =>
        cursor is { Length: < 100 } && cursor.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
        && long.TryParse(cursor.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (at, cursor[(dot + 1)..])
            : null;
}
