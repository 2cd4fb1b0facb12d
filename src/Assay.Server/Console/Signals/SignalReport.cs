using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Api;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;
using Assay.Server.Store;
using Assay.Signals.Series;
using Assay.Signals.Sketches;

namespace Assay.Server.Console.Signals;

/// <summary>Reads signals for their pages, and draws the hours around one with the band that the detector expected.</summary>
internal sealed class SignalReport(SignalDesk desk, SignalPolicy policy, SignalDecisions decisions, IUsageStore usage, OrgClock clock)
{
    private const int PageSize = 30;
    private const int ShownHours = 7 * 24;
    private const int LearnedDays = 28;

    public async Task<SignalListView> ListAsync(Caller caller, IQueryCollection query, CancellationToken ct)
    {
        var onlyOpen = query["show"] == "open";
        var before = query["cursor"].ToString() is { Length: > 0 and < 80 } cursor ? cursor : null;
        var (signals, next) = await desk.ListAsync(caller.Viewer, onlyOpen ? true : null, before, PageSize, ct);
        return new SignalListView(
            [.. signals.Select(signal => Line(caller, signal))],
            onlyOpen,
            next is null ? null : $"/signals?{(onlyOpen ? "show=open&" : "")}cursor={next}");
    }

    public async Task<SignalPageView> ShowAsync(Caller caller, Signal signal, string? chosen, string text, string? fault, CancellationToken ct)
    {
        var evidence = signal.Evidence;
        return new SignalPageView
        {
            Line = Line(caller, signal),
            Seen = evidence.Seen,
            Explanations = evidence.Explanations,
            Parts =
            [
                .. evidence.Parts.Select(part => new PartLine(
                    Kind(part.Kind), part.Name, $"{part.Share * 100:0} %", Usd(part.CostUsd), (int)Math.Round(part.Share * 100))),
            ],
            Days = evidence.Days.Count > 0 ? Days(evidence.Days) : null,
            Alike = evidence.Alike.Count > 1 && caller.Rules.CanSeeUsageOfPerson(signal.PersonId) ? Alike(evidence.Alike) : null,
            Hours = evidence.Days.Count > 0 ? null : await HoursAsync(caller, signal, ct),
            Agents = evidence.AlwaysOnAgents is { } agents and >= 0.01
                ? $"The busiest day took as many tokens as {agents.ToString("0.##", CultureInfo.InvariantCulture)} agents that never pause."
                : null,
            Told = Told(caller, signal),
            Answered = signal.Answer is { } answer
                ? $"{SignalWords.Say(answer)}. {signal.AnswerText} ({Name(caller, signal.AnsweredBy)}, {When(signal.AnsweredMs!.Value)})"
                : null,
            Felt = Felt(caller, signal),
            Logs = await decisions.LogsAsync(caller, ct),
            Decisions =
            [
                .. (await decisions.OfAsync(caller, signal, ct)).Select(entry => new DecisionLine($"/log/{entry.Id:D}", entry.Title, entry.Status)),
            ],
            MayAnswer = signal.IsOpen && desk.MayAnswer(caller.Viewer, signal),
            Choices = SignalPageView.ChoicesWith(chosen),
            Text = text,
            Fault = fault,
        };
    }

    private FeltLine? Felt(Caller caller, Signal signal)
    {
        if (signal.ActionUntilMs is not { } untilMs)
        {
            return null;
        }

        var what = SignalActions.Say(signal, policy.Config);
        if (!signal.IsFeltAt(clock.Now.ToUnixTimeMilliseconds()))
        {
            var ended = signal.LiftedMs is { } lifted ? $"{Name(caller, signal.LiftedBy)} ended it, {When(lifted)}" : $"It ended by itself, {When(untilMs)}";
            return new FeltLine($"{what}. {ended}.", null, false, "");
        }

        var mayLift = desk.MayLift(caller.Viewer, signal);
        var isOwn = signal.PersonId == caller.Viewer.PersonId;
        return new FeltLine(
            $"{what}. It ends by itself, {When(untilMs)}.",
            isOwn && signal.IsOpen ? "It ends at once when you answer that it is planned, or as it should be."
                : isOwn ? "Those who answer for your team can end it before."
                : null,
            mayLift,
            $"{SignalNotices.PageOf(signal)}/lift");
    }

    private SignalLine Line(Caller caller, Signal signal) => new(
        SignalNotices.PageOf(signal),
        signal.Subject,
        signal.PersonId.Length > 0
            ? signal.PersonId == caller.Viewer.PersonId ? "You" : Name(caller, signal.PersonId)
            : caller.Directory.Teams.Find(signal.TeamId)?.Name ?? signal.TeamId,
        When(signal.AtMs),
        Rfc3339.FormatMs(signal.AtMs),
        Say.Usd(new NanoUsd(signal.Cost)),
        signal.Answer is { } answer ? SignalWords.Say(answer) : "Open",
        signal.IsOpen);

    private static string Told(Caller caller, Signal signal) =>
        signal.PersonId.Length == 0 ? "It concerns no single person. Those who answer for it were told."
        : signal.OwnersMs is not null ? "The person was asked first. Those who answer for the team know of it too."
        : signal.PersonId == caller.Viewer.PersonId ? "Only you know of it. Those who answer for your team learn of it if it stays unanswered for 24 hours, or if you say that something went wrong."
        : "";

    /// <summary>The spend of the days on which a pattern was seen, and the days between; a pattern has no band.</summary>
    private static TimeChart Days(IReadOnlyList<SignalDay> days)
    {
        var costs = days.GroupBy(day => day.Day).ToDictionary(day => Date(day.Key), day => Nanos(day.Sum(d => d.CostUsd)));
        var (first, last) = (costs.Keys.Min(), costs.Keys.Max());
        var all = Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).ToList();
        return new TimeChart(
            "signal-days",
            "What the calls in question cost, by day",
            $"Seen on {Say.Many(costs.Count, "day", "days")}, {Say.Usd(new NanoUsd(costs.Values.Sum()))} together.",
            ChartUnit.NanoUsd,
            "Day",
            [.. all.Select((day, at) => new ChartSlot(ShortDay(day), day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), at % ((all.Count / 8) + 1) == 0, false))],
            [new ChartSeries("Cost", 0, [.. all.Select(day => costs.GetValueOrDefault(day))])]);
    }

    /// <summary>Each text of the last day as a dot: when it came, and how alike it was to those before it.</summary>
    private LikenessChart Alike(IReadOnlyList<SignalLikeness> alike)
    {
        const int ticks = 5;
        var (from, to) = (alike[0].AtMs, Math.Max(alike[^1].AtMs, alike[0].AtMs + 1));
        var near = Math.Round(Math.Cos(Math.PI * TextSketch.NearBits / 64), 2);
        return new LikenessChart(
            "signal-alike",
            "How alike each text was to those before it",
            $"{alike.Count(each => each.Similarity >= near)} of {alike.Count} were nearly the same as an earlier one: {near * 100:0} % alike or more. Only this was kept of them.",
            near,
            [.. alike.Select(each => new LikenessDot(Clock(each.AtMs), (double)(each.AtMs - from) / (to - from), each.Similarity))],
            [.. Enumerable.Range(0, ticks).Select(at => (Clock(from + ((to - from) * at / (ticks - 1)))[..5], (double)at / (ticks - 1)))]);

        string Clock(long ms) => clock.At(ms).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private async Task<BandChart?> HoursAsync(Caller caller, Signal signal, CancellationToken ct)
    {
        if (FilterOf(caller, signal) is not { } filter)
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(signal.AtMs);
        var to = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero).AddHours(at.UtcDateTime.Hour + 1);
        var from = to.AddDays(-LearnedDays);
        var rows = await usage.QueryAllAsync(new UsageQuery(from, to, [UsageDimension.Hour]) { Filter = filter }, ct);
        var spent = new Dictionary<long, long>();
        foreach (var row in rows)
        {
            var hour = DateTimeOffset.Parse(row.Group[0], CultureInfo.InvariantCulture).ToUnixTimeSeconds() / 3600;
            spent[hour] = spent.GetValueOrDefault(hour) + row.Cost.Nanos;
        }

        var (state, slots) = (default(SeriesState), new List<BandSlot>());
        var first = spent.Count == 0 ? to.ToUnixTimeSeconds() / 3600 : spent.Keys.Min();
        for (var hour = first; hour < to.ToUnixTimeSeconds() / 3600; hour++)
        {
            var value = spent.GetValueOrDefault(hour);
            var local = clock.At(hour * 3_600_000);
            var reading = SeriesDetector.Observe(
                ref state, (hour * 3600) + (long)local.Offset.TotalSeconds, (double)value / NanoUsd.PerDollar, SeriesSettings.Standard);
            slots.Add(new BandSlot(
                local.ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture),
                local.Hour == 0 ? ShortDay(DateOnly.FromDateTime(local.Date)) : null,
                value,
                Nanos(reading.Expected),
                Nanos(reading.High),
                hour == at.ToUnixTimeSeconds() / 3600));
        }

        return slots.Count == 0 ? null : new BandChart(
            "signal-hours",
            "Spend by hour, against what was to be expected",
            $"{Say.Usd(new NanoUsd(slots[^1].Spent))} in the hour of the signal; the usual range ended at {Say.Usd(new NanoUsd(slots[^1].High))}.",
            "Hour",
            [.. slots.TakeLast(ShownHours)]);
    }

    /// <summary>What the series is of, if the viewer may see it: who manages a team does not see one person's hours.</summary>
    private static UsageFilter? FilterOf(Caller caller, Signal signal)
    {
        var at = signal.Cause.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = (signal.Cause[..at], signal.Cause[(at + 1)..]);
        var isPersonal = kind is "person" or "key" or "agent";
        if (isPersonal ? !caller.Rules.CanSeeUsageOfPerson(signal.PersonId)
            : kind == "team" ? !caller.Rules.CanSeeUsageOfTeam(name) : !caller.Rules.SeesCompany)
        {
            return null;
        }

        return kind switch
        {
            "person" => new UsageFilter { PersonId = name },
            "key" => new UsageFilter { KeyId = name },
            "agent" => new UsageFilter { AgentId = name },
            "team" => new UsageFilter { TeamId = name, WithSubteams = true },
            "use" => new UsageFilter { UseCase = name },
            "model" => new UsageFilter { Model = name },
            _ => UsageFilter.None,
        };
    }

    private static DateOnly Date(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string ShortDay(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);

    private static string Kind(string word) => word switch
    {
        "use" => "Use case",
        _ => char.ToUpperInvariant(word[0]) + word[1..],
    };

    private static string Name(Caller caller, string? person) => caller.Directory.FindPerson(person ?? "")?.Name ?? "Somebody";

    private string When(long ms) => clock.At(ms).ToString("ddd d MMM, HH:mm", CultureInfo.InvariantCulture);

    private static long Nanos(double usd) => (long)(Math.Max(0, usd) * NanoUsd.PerDollar);

    private static string Usd(double usd) => Say.Usd(new NanoUsd(Nanos(usd)));
}
