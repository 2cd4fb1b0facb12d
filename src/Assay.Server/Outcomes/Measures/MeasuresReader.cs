using Assay.Outcomes.Attribution;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Measures;

/// <summary>What all measures are computed from, read once.</summary>
internal sealed record MeasureFacts
{
    public required long FromMs { get; init; }

    public required long ToMs { get; init; }

    public required long NowMs { get; init; }

    public required WorthScope Scope { get; init; }

    public required DirectorySnapshot Directory { get; init; }

    /// <summary>People (and agents) by day on which they made calls.</summary>
    public required IReadOnlyList<(string Person, string Agent, DateOnly Day)> Active { get; init; }

    /// <summary>Agents that made calls in the 90 days before.</summary>
    public required IReadOnlySet<string> AgentsBefore { get; init; }

    public required long Requests { get; init; }

    /// <summary>Outcomes accepted, given up or offered in the period, of the scope.</summary>
    public required IReadOnlyList<Outcome> Outcomes { get; init; }

    /// <summary>Those of them that spend is proved or declared for.</summary>
    public required int AcceptedWithEvidence { get; init; }

    /// <summary>Changes accepted in the 60 days before the end, for how long their lines last.</summary>
    public required IReadOnlyList<Outcome> Lasting { get; init; }

    public required IReadOnlyList<Deployment> Deployments { get; init; }

    /// <summary>Sums of telemetry by metric and detail.</summary>
    public required IReadOnlyList<TelemetryTotal> Telemetry { get; init; }

    /// <summary>Accepted judgments of the period in which an AI had proposed something: how many, and of these overruled or changed.</summary>
    public required (int Proposed, int Overrode, int Modified) Judgments { get; init; }
}

/// <summary>Reads the facts and makes the table.</summary>
internal sealed class MeasuresReader(IStore store, WorthReader worth, JudgmentLibrary library, TimeProvider clock)
{
    /// <summary>How many days a table may span.</summary>
    public const int DaysMax = 120;

    private const long DayMs = 24L * 60 * 60 * 1000;
    private const int BeforeDays = 90;
    private const int LastingDays = 60;

    private readonly StandingAnswers<(long From, long To, string Scope), MeasureTable> _tables = new(clock, TimeSpan.Zero);

    /// <summary>The table of all that somebody sees; of a company so large that it takes long it stands for some minutes.</summary>
    public ValueTask<Standing<MeasureTable>> ReadAsync(long fromMs, long toMs, AccessRules rules, DirectorySnapshot directory, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromMs, toMs);
        if (toMs - fromMs > DaysMax * DayMs)
        {
            throw new ArgumentOutOfRangeException(nameof(toMs), toMs, $"Measures span at most {DaysMax} days.");
        }

        return _tables.AskAsync(
            (fromMs, toMs, $"{new WorthScope(rules).Key}/{rules.Viewer.AgentId}"),
            async stop => await MakeAsync(fromMs, toMs, rules, directory, stop),
            ct);
    }

    private async Task<MeasureTable> MakeAsync(long fromMs, long toMs, AccessRules rules, DirectorySnapshot directory, CancellationToken ct)
    {
        var scope = new WorthScope(rules);
        var filter = scope.Reach switch
        {
            UsageReach.Company => UsageFilter.None,
            UsageReach.Team => new UsageFilter { TeamId = rules.ManagedTeamId, WithSubteams = true },
            _ => rules.OwnUsage,
        };
        var (from, to) = (At(fromMs), At(toMs));
        var days = await store.Usage.QueryAllAsync(new UsageQuery(from, to, [UsageDimension.Person, UsageDimension.Agent, UsageDimension.Day]) { Filter = filter }, ct);
        var before = await store.Usage.QueryAllAsync(new UsageQuery(from.AddDays(-BeforeDays), from, [UsageDimension.Agent]) { Filter = filter }, ct);
        var book = await worth.ReadAsync(fromMs, toMs, ct);
        var outcomes = book.Outcomes.Where(o => scope.Has(o) && o.AtMs >= fromMs && o.AtMs < toMs).ToList();
        var facts = new MeasureFacts
        {
            FromMs = fromMs,
            ToMs = toMs,
            NowMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Scope = scope,
            Directory = directory,
            Active = [.. days.Where(row => row.Requests > 0).Select(row => (row.Group[0], row.Group[1], DateOnly.Parse(row.Group[2], System.Globalization.CultureInfo.InvariantCulture)))],
            AgentsBefore = before.Where(row => row.Requests > 0).Select(row => row.Group[0]).ToHashSet(StringComparer.Ordinal),
            Requests = days.Sum(row => row.Requests),
            Outcomes = outcomes,
            AcceptedWithEvidence = WithEvidence(book, scope),
            Lasting = await LastingAsync(scope, toMs, ct),
            Deployments = await DeploymentsAsync(scope, outcomes, fromMs, toMs, ct),
            Telemetry = await store.Telemetry.TotalsAsync(fromMs, toMs, scope.IsOwn ? rules.Viewer.PersonId : null, Teams(scope, directory), ct),
            Judgments = await JudgmentsAsync(rules, fromMs, toMs, ct),
        };
        return new MeasureTable(
            fromMs,
            toMs,
            scope.Reach switch { UsageReach.Company => "company", UsageReach.Team => "teams", _ => "own" },
            [.. ActivityMeasures.Of(facts), .. AdoptionMeasures.Of(facts), .. ProductMeasures.Of(facts), .. DeliveryMeasures.Of(facts)]);
    }

    private static int WithEvidence(WorthBook book, WorthScope scope)
    {
        var sure = new bool[book.Outcomes.Count];
        foreach (var part in book.Attribution.Parts)
        {
            if (part.Outcome >= 0 && part.Tier is EvidenceTier.Proved or EvidenceTier.Declared)
            {
                sure[part.Outcome] = true;
            }
        }

        return book.Outcomes.Index().Count(o =>
            sure[o.Index] && scope.Has(o.Item) && o.Item.State.AcceptedMs is { } at && at >= book.FromMs && at < book.ToMs);
    }

    // Telemetry names the team of its person: which teams count is known here.
    private static IReadOnlyList<string>? Teams(WorthScope scope, DirectorySnapshot directory) =>
        scope.Reach == UsageReach.Team ? directory.Teams.Within(scope.Rules.ManagedTeamId!) : null;

    private async Task<IReadOnlyList<Outcome>> LastingAsync(WorthScope scope, long toMs, CancellationToken ct)
    {
        var found = new List<Outcome>();
        var query = new OutcomeQuery { FromMs = toMs - (LastingDays * DayMs), ToMs = toMs, NowMs = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        await foreach (var outcome in store.Outcomes.AllAsync(query, ct))
        {
            if (scope.Has(outcome) && outcome is { State.AcceptedMs: not null } && (outcome.CountedLines is not null || outcome.LinesAdded > 0))
            {
                found.Add(outcome);
            }
        }

        return found;
    }

    // Deployments are an application's: those of the repositories that the scope has changes in.
    private async Task<IReadOnlyList<Deployment>> DeploymentsAsync(WorthScope scope, List<Outcome> outcomes, long fromMs, long toMs, CancellationToken ct)
    {
        var all = (await store.Outcomes.DeploymentsAsync(fromMs, toMs, ct)).Where(d => d.IsProduction);
        var own = outcomes.Select(o => o.Repo).ToHashSet(StringComparer.Ordinal);
        return [.. scope.Reach == UsageReach.Company ? all : all.Where(d => own.Contains(d.Repo))];
    }

    private async Task<(int Proposed, int Overrode, int Modified)> JudgmentsAsync(AccessRules rules, long fromMs, long toMs, CancellationToken ct)
    {
        var judged = (await library.ForAsync(rules, ct)).SelectMany(log => log.Log.Entries).Select(entry => entry.Judgment)
            .Where(j => j is { Status: Assay.Judgments.Entries.JudgmentStatus.Accepted, IsReview: false }
                && j.Ai.Relation != Assay.Judgments.Entries.AiRelation.None
                && j.DecidedAt.ToUnixTimeMilliseconds() is var at && at >= fromMs && at < toMs)
            .ToList();
        return (judged.Count,
            judged.Count(j => j.Ai.Relation == Assay.Judgments.Entries.AiRelation.Overrode),
            judged.Count(j => j.Ai.Relation == Assay.Judgments.Entries.AiRelation.Modified));
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
