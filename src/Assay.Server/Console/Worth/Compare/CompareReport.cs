using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Console.Worth.Compare;

/// <summary>What is asked: two models or routes, and how small a difference is still worth finding.</summary>
public sealed record CompareQuestion(string By, string First, string Second, string Gap);

/// <summary>One of the two that are compared.</summary>
public sealed record CompareSide(string Name, string Outcomes);

/// <summary>The answer, or what is missing for one.</summary>
/// <param name="Effect">The difference in points; null where there is none to show.</param>
public sealed record CompareCard(
    string Finding, string? Effect, string EffectNote, IReadOnlyList<CompareSide> Sides, string Needed, string Strata, string Unmatched);

/// <summary>The page.</summary>
public sealed record CompareView(
    string Scope,
    string PeriodInWords,
    IReadOnlyList<Choice> Kinds,
    CompareQuestion Question,
    IReadOnlyList<(string Name, string Label)> Comparable,
    IReadOnlyList<(string Value, string Label)> Gaps,
    string? Nothing,
    CompareCard? Card);

/// <summary>Two models or routes side by side, like compared with like.</summary>
internal sealed class CompareReport(WorthReader reader, OrgClock clock)
{
    private const string PeriodWord = "90d";

    public async Task<CompareView> ReadAsync(Caller caller, string? by, string? first, string? second, string? gap, CancellationToken ct)
    {
        var period = WorthPeriod.Read(PeriodWord, clock.Today);
        var cut = CompareEndpoints.By.GetValueOrDefault(by ?? "", WorthCutBy.Model);
        var word = cut == WorthCutBy.Route ? "route" : "model";
        var book = await reader.ReadAsync(clock.StartOf(period.First).ToUnixTimeMilliseconds(), clock.StartOf(period.Last.AddDays(1)).ToUnixTimeMilliseconds(), ct);
        var scope = new WorthScope(caller.Rules);
        var arms = book.Arms(scope, cut);
        var names = arms.Select(arm => arm.Name).ToHashSet(StringComparer.Ordinal);
        var points = gap is not null && CompareEndpoints.Gaps.ContainsKey(gap) ? gap : "10";
        var (a, b) = (names.Contains(first ?? "") ? first! : "", names.Contains(second ?? "") ? second! : "");
        return new CompareView(
            scope.InWords,
            period.InWords,
            [new Choice("Models", "/worth/compare", word == "model"), new Choice("Routes", "/worth/compare?by=route", word == "route")],
            new CompareQuestion(word, a, b, points),
            [.. arms.Select(arm => (arm.Name, $"{arm.Name} ({Say.Many(arm.Finished, "outcome", "outcomes")})"))],
            [.. CompareEndpoints.Gaps.Keys.Select(key => (key, $"{key} points"))],
            arms.Count < 2 ? $"There are no two {word}s with finished outcomes in {scope.InWords} from {period.InWords}." : null,
            a.Length > 0 && b.Length > 0 && a != b
                ? Card(book.Compare(scope, cut, a, b, int.Parse(points, CultureInfo.InvariantCulture) / 100.0), a, b, points)
                : null);
    }

    private static CompareCard Card(WorthCompared compared, string first, string second, string points)
    {
        var found = compared.Found;
        if (compared.IsWithheld)
        {
            return new CompareCard("Withheld: fewer people are behind one of them than may be shown as a group.", null, "", [], "", "", "");
        }

        var sides = new[] { new CompareSide(first, Say.Count(found.First)), new CompareSide(second, Say.Count(found.Second)) };
        var strata = Say.Many(compared.Strata, "repository and size", "repositories and sizes");
        if (!found.IsEnough)
        {
            return new CompareCard(
                $"Not enough data: to find {points} points, each needs {Say.Count(found.Needed)} outcomes that the other has the like of. There are {Say.Count(found.First)} and {Say.Count(found.Second)}.",
                null, "", sides, Say.Count(found.Needed), strata, Say.Count(found.Unmatched));
        }

        var (difference, likely) = (found.Difference!.Value, found.Interval!.Value);
        return new CompareCard(
            likely.Low > 0 ? $"Outcomes of {second} settle more often than the like of {first}."
                : likely.High < 0 ? $"Outcomes of {second} settle less often than the like of {first}."
                : "No difference can be told apart from chance.",
            Points(difference),
            $"{Points(likely.Low)} to {Points(likely.High)} with 90 % confidence",
            sides,
            Say.Count(found.Needed),
            strata,
            Say.Count(found.Unmatched));
    }

    private static string Points(double share) =>
        (share < 0 ? "−" : "+") + (Math.Abs(share) * 100).ToString("0.0", CultureInfo.InvariantCulture) + " points";
}
