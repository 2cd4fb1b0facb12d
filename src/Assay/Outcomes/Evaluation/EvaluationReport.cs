using System.Globalization;
using System.Text.Json;
using Assay.Outcomes.Goodhart;

namespace Assay.Outcomes.Evaluation;

/// <summary>Plays each company twice, once with targets that people game and once without, and scores what Assay says of it.</summary>
internal sealed class EvaluationReport(int people, int days)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
    private readonly AttributionScores _attribution = new();
    private readonly IntervalScores _intervals = new();
    private readonly List<AuditTrial.Fired>[] _fired = [[], [], [], []];
    private int _companies;

    private int LastLook => (days - CompanyTrial.TargetDay) / 7 * 7;

    public void Add(int seed)
    {
        _companies++;
        var quiet = new CompanyTrial(seed, people, days, isPressed: false);
        var result = quiet.Attribute();
        _attribution.Add(quiet, result);
        _intervals.Add(quiet, result);
        var pressed = new CompanyTrial(seed, people, days, isPressed: true);
        _fired[0].Add(AuditTrial.Tokens(pressed, LastLook));
        _fired[1].Add(AuditTrial.Changes(pressed, seed, LastLook));
        _fired[2].Add(AuditTrial.Tokens(quiet, LastLook));
        _fired[3].Add(AuditTrial.Changes(quiet, seed, LastLook));
    }

    public void Print(TextWriter output)
    {
        output.WriteLine(Inv($"{_companies} companies of {people} people over {days} days, each played twice: with targets that people game from day {CompanyTrial.TargetDay}, and without."));
        output.WriteLine();
        output.WriteLine("| tier | part of spend | precision | recall |");
        output.WriteLine("|---|---|---|---|");
        foreach (var (tier, share, precision, recall) in _attribution.Rows())
        {
            output.WriteLine($"| {tier} | {Part(share)} | {Part(precision)} | {Part(recall)} |");
        }

        output.WriteLine($"| proved and declared | | | {Part(_attribution.SureRecall)} |");
        output.WriteLine($"| all | | | {Part(_attribution.Recall)} |");
        output.WriteLine();
        output.WriteLine($"Unattributed: {Part(_attribution.Unattributed)} of spend, {Part(_attribution.RightlyUnattributed)} of that rightly; {Part(_attribution.UnservedKept)} of what served nothing was left so.");
        output.WriteLine("Reasons: " + string.Join(", ", _attribution.Reasons().Select(r => $"{r.Reason} {Part(r.Share)}")) + ".");
        output.WriteLine($"The true cost of an outcome lies within its range for {Part(_attribution.WithinRange)} of outcomes.");
        output.WriteLine();
        output.WriteLine("| 90 % interval of | intervals | contain the truth |");
        output.WriteLine("|---|---|---|");
        foreach (var (figure, count, contain) in _intervals.Rows())
        {
            output.WriteLine($"| {figure} | {count} | {Part(contain)} |");
        }

        output.WriteLine(Inv($"\nThe truth: ${_intervals.Truth.Cost:0.00} a settled outcome, {_intervals.Truth.Rate:0.000} of outcomes settle.\n"));
        output.WriteLine("| Goodhart audit of | alarmed within 14 days | alarmed at all | median days | asked first | false alarms in quiet companies |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (metric, pressed, quiet) in new[] { ("tokens", 0, 2), ("accepted changes", 1, 3) })
        {
            output.WriteLine($"| {metric} | {Part(Share(pressed, 14))} | {Part(Share(pressed, int.MaxValue))} | {Median(pressed)} | {Firsts(pressed)} | {Part(Share(quiet, int.MaxValue))} {Firsts(quiet)} |");
        }

        output.WriteLine(Inv($"\nAsked once a week, {LastLook / 7} times."));
    }

    public void PrintJson(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            companies = _companies,
            tiers = _attribution.Rows().Select(r => new { tier = r.Tier, share = Round(r.Share), precision = Round(r.Precision), recall = Round(r.Recall) }),
            sureRecall = Round(_attribution.SureRecall),
            recall = Round(_attribution.Recall),
            unattributed = Round(_attribution.Unattributed),
            withinRange = Round(_attribution.WithinRange),
            intervals = _intervals.Rows().Select(r => new { figure = r.Figure, count = r.Count, contain = Round(r.Contain) }),
            audits = new[] { ("tokens", 0, 2), ("accepted changes", 1, 3) }.Select(a => new
            {
                metric = a.Item1,
                within14Days = Round(Share(a.Item2, 14)),
                medianDays = Median(a.Item2),
                falseAlarms = Round(Share(a.Item3, int.MaxValue)),
            }),
        },
        s_indented));

    private double Share(int list, int within) => _fired[list].Count(f => f.Days <= within) / (double)_fired[list].Count;

    private string Median(int list)
    {
        var fired = _fired[list].Select(f => f.Days).OfType<int>().Order().ToList();
        return fired.Count == 0 ? "–" : fired[fired.Count / 2].ToString(CultureInfo.InvariantCulture);
    }

    private string Firsts(int list) => string.Join(
        ", ",
        _fired[list].Where(f => f.First is not null).GroupBy(f => f.First!.Value).OrderByDescending(g => g.Count()).Select(g => $"{Word(g.Key)} {g.Count()}"));

    private static string Word(AuditQuestion question) => question switch
    {
        AuditQuestion.Decoupling => "decoupling",
        AuditQuestion.Correlation => "correlation",
        AuditQuestion.SizeShift => "sizes",
        AuditQuestion.Extremes => "extremes",
        AuditQuestion.Ratings => "ratings",
        _ => "bunching",
    };

    private static double? Round(double value) => double.IsFinite(value) ? Math.Round(value, 4) : null;

    private static string Part(double part) => double.IsFinite(part) ? (100 * part).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "–";

    private static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
