using System.Globalization;
using Assay.Ledger.Money;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Requests;
using Assay.Server.Store;

namespace Assay.Server.Console.Me;

/// <summary>Reads one person's own figures.</summary>
internal sealed class MeReport(IUsageStore usage, OrgClock clock)
{
    private const int RulerDays = 28;
    private const int LatestMax = 8;

    public async Task<MeView> ReadAsync(UsageFilter filter, string? periodWord, CancellationToken ct)
    {
        var period = Period.Read(periodWord, PeriodKind.Days30, clock);
        var now = clock.Now;
        var today = clock.Today;
        var monthStart = new DateOnly(today.Year, today.Month, 1);
        var firstDay = Earliest(today.AddDays(-RulerDays), monthStart, period.FirstDay);

        var byDay = await usage.QueryAsync(
            new UsageQuery(clock.StartOf(firstDay), now, [UsageDimension.Day, UsageDimension.Model]) { Filter = filter }, ct);
        var byHour = period.ByHour
            ? await usage.QueryAsync(
                new UsageQuery(period.From, now, [UsageDimension.Hour, UsageDimension.Model]) { Filter = filter }, ct)
            : byDay;
        var yesterday = await usage.QueryAsync(
            new UsageQuery(clock.StartOf(today.AddDays(-1)), now.AddDays(-1), []) { Filter = filter }, ct);
        var byClient = await usage.QueryAsync(
            new UsageQuery(period.From, now, [UsageDimension.Client]) { Filter = filter }, ct);
        var sessions = await usage.SessionsAsync(new SessionQuery(period.From, now) { Filter = filter, Limit = 200 }, ct);
        var latest = await usage.RequestsAsync(new RequestQuery { Filter = filter, Limit = LatestMax }, ct);

        var todayKey = Key(today);
        var ofToday = Breakdown.Sum(byDay.Where(row => row.Group[0] == todayKey));
        var ofMonth = Breakdown.Sum(byDay.Where(row => string.CompareOrdinal(row.Group[0], Key(monthStart)) >= 0));
        var inPeriod = byDay.Where(row => string.CompareOrdinal(row.Group[0], Key(period.FirstDay)) >= 0).ToList();
        var sum = Breakdown.Sum(inPeriod);
        var byModel = Breakdown.By(inPeriod, 1);

        return new MeView(
            ofToday,
            TodayFinding(ofToday, Breakdown.Sum(yesterday)),
            RulerOf(byDay, today, ofToday.Cost),
            ofMonth,
            $"since {monthStart.ToString("d MMMM", CultureInfo.InvariantCulture)}",
            sum,
            period.InWords,
            PeriodChoices.For("/me", period, PeriodKind.Days30),
            Trend(byHour, period),
            TokensFinding(sum, period),
            Breakdown.Table(
                "by-model", "By model", "Model", Breakdown.Leader(byModel, Unnamed), byModel, 6,
                model => (Unnamed(model), null, RequestLinks.With("model", model, period))),
            ClientTable(byClient, period),
            SessionTable(sessions, sum.Cost, period),
            latest,
            latest.ToDictionary(call => call.Id, call => RequestTimes.Of(call.StartedAtMs, clock)),
            latest.Count == 0 && sum.Requests == 0 && ofMonth.Requests == 0);
    }

    private TimeChart Trend(IReadOnlyList<UsageRow> rows, Period period)
    {
        var slots = TimeSlots.Of(period, clock);
        var series = Breakdown.Series(rows, slots.Keys, Unnamed);
        return new TimeChart(
            "trend", period.ByHour ? "Spend by hour" : "Spend by day", Peak(series, slots, period),
            ChartUnit.NanoUsd, slots.Word, slots.Slots, series);
    }

    internal static string Peak(IReadOnlyList<ChartSeries> series, TimeSlots slots, Period period)
    {
        var sums = Enumerable.Range(0, slots.Keys.Count).Select(at => series.Sum(s => s.Values[at])).ToList();
        var sum = sums.Sum();
        if (sum == 0)
        {
            return $"Nothing was spent {period.InWords}.";
        }

        var peak = sums.IndexOf(sums.Max());
        var begun = slots.Slots.Count(slot => !slot.Future);
        return $"{Say.Usd(new NanoUsd(sum))} {period.InWords}, {Say.Usd(new NanoUsd(sum / begun))} "
            + $"{(period.ByHour ? "an hour" : "a day")} on average; the most was {Say.Usd(new NanoUsd(sums[peak]))} "
            + $"{(period.ByHour ? "at" : "on")} {slots.Slots[peak].FullLabel}.";
    }

    internal static string TokensFinding(Totals sum, Period period) => sum.Tokens == 0
        ? $"No tokens were used {period.InWords}."
        : $"{Say.Brief(sum.Tokens)} tokens {period.InWords}; "
            + (sum.CacheReadTokens == 0
                ? "nothing was read from a prompt cache."
                : $"{Say.Share(sum.CacheReadTokens, sum.AllInputTokens)} of the input came from prompt caches, at a fraction of the price.");

    private static string TodayFinding(Totals today, Totals yesterday) => (today.Requests, yesterday.Requests) switch
    {
        (0, 0) => "No calls yet today, and none by this time yesterday.",
        (0, _) => $"No calls yet today. Yesterday by this time it was {Say.Usd(yesterday.Cost)}.",
        (_, 0) => $"{Say.Many(today.Requests, "call", "calls")}, {Say.Brief(today.Tokens)} tokens. Nothing by this time yesterday.",
        _ => $"{Say.Many(today.Requests, "call", "calls")}, {Say.Brief(today.Tokens)} tokens. "
            + $"Yesterday by this time it was {Say.Usd(yesterday.Cost)}.",
    };

    private static Ruler RulerOf(IReadOnlyList<UsageRow> byDay, DateOnly today, NanoUsd now)
    {
        var costs = Breakdown.By(byDay, 0).ToDictionary(entry => entry.Key, entry => entry.Totals.Cost, StringComparer.Ordinal);
        var earlier = Enumerable.Range(1, RulerDays)
            .Select(back => today.AddDays(-back))
            .Select(day => (Label: day.ToString("ddd, d MMM", CultureInfo.InvariantCulture), Value: costs.GetValueOrDefault(Key(day))))
            .Where(day => day.Value > NanoUsd.Zero)
            .ToList();
        var below = earlier.Count(day => day.Value < now);
        var finding = earlier.Count switch
        {
            0 => "Days with spend will appear here as strokes, to compare today with.",
            _ when below == earlier.Count => $"More than on any of the {Say.Many(earlier.Count, "day", "days")} with spend in the last four weeks.",
            _ => $"So far more than on {below} of the {Say.Many(earlier.Count, "day", "days")} with spend in the last four weeks.",
        };
        return new Ruler("days", "Today among the last four weeks", finding, now, "Today so far", earlier);
    }

    private static ShareTable ClientTable(IReadOnlyList<UsageRow> rows, Period period)
    {
        var entries = Breakdown.By(rows, 0);
        return Breakdown.Table(
            "by-client", "By tool", "Tool", Breakdown.Leader(entries, UnknownTool), entries, 6,
            client => (UnknownTool(client), null, RequestLinks.With("client", client, period)));
    }

    private ShareTable SessionTable(IReadOnlyList<SessionRow> sessions, NanoUsd whole, Period period)
    {
        const int rowsMax = 6;
        var named = sessions.Where(session => session.Session.Length > 0).OrderByDescending(session => session.Cost).ToList();
        var finding = named.Count == 0
            ? "None of your tools named a session."
            : $"{Say.Many(named.Count, "session", "sessions")} {period.InWords}; the costliest took {Say.Usd(named[0].Cost)}.";
        var rows = named.Take(rowsMax).Select(session => new ShareRow(
            Shortened(session.Session),
            $"{UnknownTool(session.Client)}, {RequestTimes.Of(session.FirstAtMs, clock)}",
            RequestLinks.With("session", session.Session, period),
            new Totals(
                session.Requests,
                session.Counts.UncachedInputTokens,
                session.Counts.CacheReadTokens,
                session.Counts.CacheWriteTokens,
                session.Counts.TotalOutputTokens,
                session.Counts[Ledger.Usage.UsageClass.Reasoning],
                session.Cost,
                NanoUsd.Zero,
                0,
                0)));
        return new ShareTable("by-session", "By session", finding, "Session", whole, [.. rows], Math.Max(0, named.Count - rowsMax));
    }

    private static string Shortened(string session) => session.Length <= 20 ? session : session[..8] + "…" + session[^6..];

    private static string Unnamed(string model) => model.Length == 0 ? "unnamed model" : model;

    private static string UnknownTool(string client) => client.Length == 0 ? "unknown tool" : client;

    private static string Key(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Earliest(params ReadOnlySpan<DateOnly> days)
    {
        var earliest = days[0];
        foreach (var day in days)
        {
            earliest = day < earliest ? day : earliest;
        }

        return earliest;
    }
}
