using Assay.Outcomes.Worth;

namespace Assay.Server.Outcomes.Worth;

/// <summary>Something that outcomes can be compared by, with how many of those in sight are finished.</summary>
internal sealed record WorthArm(string Name, int Finished);

/// <summary>Two models or routes, like compared with like.</summary>
/// <param name="Found">What the comparison says.</param>
/// <param name="IsWithheld">Whether fewer people are behind an arm than may be shown as a group.</param>
/// <param name="Strata">Repository × size bands in which both have outcomes.</param>
internal sealed record WorthCompared(WorthComparison Found, bool IsWithheld, int Strata);

/// <summary>
/// Compares models or routes on the outcomes that most was spent on with them: within repository × size band, for work
/// outside code within kind × use case.
/// </summary>
internal static class WorthCompare
{
    /// <summary>What can be compared, by name; never by figure.</summary>
    public static IReadOnlyList<WorthArm> Arms(this WorthBook book, WorthScope scope, WorthCutBy by) => book.Kept(
        $"arms:{scope.Key}:{by}",
        () => Rows(book, scope, by).GroupBy(row => row.Arm, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new WorthArm(group.Key, group.Count())).ToList());

    /// <summary>The settled rate of the second less that of the first.</summary>
    /// <param name="gap">The difference of rates worth finding; it decides how many are needed.</param>
    public static WorthCompared Compare(this WorthBook book, WorthScope scope, WorthCutBy by, string first, string second, double gap)
    {
        var rows = Rows(book, scope, by).Where(row => row.Arm == first || row.Arm == second).ToList();
        var people = scope.Settings.PeopleMin;
        var isWithheld = new[] { first, second }.Any(arm =>
            rows.Where(row => row.Arm == arm).Select(row => row.Person).Distinct(StringComparer.Ordinal).Count() is > 0 and var some && some < people);
        return new WorthCompared(
            WorthComparison.Of(rows.Select(row => new ArmRow(row.Arm, row.Stratum, row.IsSettled ? 1 : 0, 1)), first, second, gap),
            isWithheld,
            rows.GroupBy(row => row.Stratum, StringComparer.Ordinal).Count(stratum => stratum.Select(row => row.Arm).Distinct(StringComparer.Ordinal).Count() == 2));
    }

    private static List<(string Arm, string Person, string Stratum, bool IsSettled)> Rows(WorthBook book, WorthScope scope, WorthCutBy by)
    {
        var arms = book.MostSpentOn(slice => (by == WorthCutBy.Route ? slice.Route : slice.Model) is { Length: > 0 } name ? name : null);
        var rows = new List<(string, string, string, bool)>();
        foreach (var (i, outcome) in book.Outcomes.Index())
        {
            var fate = WorthBook.FateOf(outcome, book.NowMs);
            if (arms[i] is { } arm && fate != Fate.Provisional && outcome.AtMs >= book.FromMs && outcome.AtMs < book.ToMs && scope.Has(outcome))
            {
                rows.Add((arm, outcome.PersonId, Stratum(outcome), fate == Fate.Settled));
            }
        }

        return rows;
    }

    /// <summary>What is alike: repository and size of change; outside code kind and use case.</summary>
    public static string Stratum(Outcome outcome) => outcome.Repo.Length > 0
        ? $"{outcome.Repo}, {SizeBand.Of(outcome.LinesAdded is null && outcome.LinesRemoved is null ? null : (outcome.LinesAdded ?? 0) + (outcome.LinesRemoved ?? 0))}"
        : $"{outcome.Kind}, {outcome.UseCase}";
}
