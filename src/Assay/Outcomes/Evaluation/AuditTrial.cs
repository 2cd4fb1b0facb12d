using Assay.Outcomes.Goodhart;
using Assay.Outcomes.Statistics;
using Assay.Sim.Workforce.Deliveries;

namespace Assay.Outcomes.Evaluation;

/// <summary>Asks the audit once a week after the target date, with what is known then.</summary>
internal static class AuditTrial
{
    private const int SampledAWeek = 20;

    /// <summary>When an audit first alarmed, in days after the target; null for never.</summary>
    public sealed record Fired(int? Days, AuditQuestion? First);

    public static Fired Tokens(CompanyTrial trial, int lastLook)
    {
        var days = new Dictionary<(int Person, int Day), (double Tokens, double Tickets)>();
        foreach (var served in trial.Served)
        {
            var place = (served.Call.Person, trial.Day(served.Call.AtMs));
            var sum = days.GetValueOrDefault(place);
            days[place] = (sum.Tokens + served.Call.Tokens, sum.Tickets);
        }

        foreach (var (change, done) in Accepted(trial))
        {
            var place = (change.Person, trial.Day(change.AcceptedMs!.Value));
            var sum = days.GetValueOrDefault(place);
            days[place] = (sum.Tokens, sum.Tickets + done);
        }

        return Look(
            lastLook,
            [.. days.Select(d => new MetricDay(trial.Names[d.Key.Person], d.Key.Day, d.Value.Tokens, d.Value.Tickets))],
            [],
            []);
    }

    public static Fired Changes(CompanyTrial trial, int seed, int lastLook)
    {
        var days = new Dictionary<(int Person, int Day), (double Changes, double Tickets)>();
        var items = new List<ItemSeen>();
        var accepted = Accepted(trial);
        foreach (var (change, done) in accepted)
        {
            var place = (change.Person, trial.Day(change.AcceptedMs!.Value));
            var sum = days.GetValueOrDefault(place);
            days[place] = (sum.Changes + 1, sum.Tickets + done);
            items.Add(new ItemSeen(trial.Names[change.Person], place.Item2, change.Lines));
        }

        return Look(
            lastLook,
            [.. days.Select(d => new MetricDay(trial.Names[d.Key.Person], d.Key.Day, d.Value.Changes, d.Value.Tickets))],
            items,
            Ratings(trial, accepted.ConvertAll(a => a.Change), seed));
    }

    // The gold of both: tickets done. However many changes it takes, a ticket is done once; what nobody asked for is none.
    private static List<(WorkChange Change, int Done)> Accepted(CompanyTrial trial)
    {
        var closed = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. trial.Changes.Where(c => c.AcceptedMs is not null).OrderBy(c => c.AcceptedMs)
                .Select(c => (c, c.Ticket.Length > 0 && closed.Add(c.Ticket) ? 1 : 0)),
        ];
    }

    private static Fired Look(int lastLook, IReadOnlyList<MetricDay> days, IReadOnlyList<ItemSeen> items, IReadOnlyList<RatingSeen> ratings)
    {
        for (var after = 7; after <= lastLook; after += 7)
        {
            var report = GoodhartAudit.Look(new AuditInput
            {
                TargetDay = CompanyTrial.TargetDay,
                LastDay = CompanyTrial.TargetDay + after - 1,
                Days = days,
                Items = items,
                Ratings = ratings,
            });
            if (report.IsAlarm)
            {
                return new Fired(after, report.Findings.OrderBy(f => f.Adjusted).First().Question);
            }
        }

        return new Fired(null, null);
    }

    // Some accepted changes of each week, rated from 1 to 5 by people who see how much they are worth, not exactly.
    private static List<RatingSeen> Ratings(CompanyTrial trial, List<WorkChange> accepted, int seed)
    {
        var draws = new Draws((ulong)seed);
        var ratings = new List<RatingSeen>();
        foreach (var week in accepted.GroupBy(c => trial.Day(c.AcceptedMs!.Value) / 7))
        {
            var left = week.ToList();
            for (var i = 0; i < SampledAWeek && left.Count > 0; i++)
            {
                var at = draws.Below(left.Count);
                var noise = (draws.Below(1000) - 500) / 400.0;
                ratings.Add(new RatingSeen(trial.Day(left[at].AcceptedMs!.Value), Math.Clamp(Math.Round(3 + (1.3 * Math.Log(left[at].Value + 0.05)) + noise), 1, 5)));
                left.RemoveAt(at);
            }
        }

        return ratings;
    }
}
