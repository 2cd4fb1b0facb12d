using Assay.Outcomes.Experiments;

namespace Assay.Server.Outcomes.Experiments;

/// <summary>Words of the API and of <c>org.yaml</c>.</summary>
internal static class ExperimentWords
{
    public static IReadOnlyDictionary<string, ExperimentUnit> Units { get; } =
        new Dictionary<string, ExperimentUnit>(StringComparer.Ordinal) { ["team"] = ExperimentUnit.Team, ["repository"] = ExperimentUnit.Repository };

    public static IReadOnlyDictionary<string, ExperimentDesign> Designs { get; } =
        new Dictionary<string, ExperimentDesign>(StringComparer.Ordinal) { ["staggered"] = ExperimentDesign.Staggered, ["switchback"] = ExperimentDesign.Switchback };

    public static IReadOnlyDictionary<string, ExperimentMetric> Metrics { get; } = new Dictionary<string, ExperimentMetric>(StringComparer.Ordinal)
    {
        ["settledRate"] = ExperimentMetric.SettledRate,
        ["costPerSettled"] = ExperimentMetric.CostPerSettled,
        ["settled"] = ExperimentMetric.Settled,
        ["spend"] = ExperimentMetric.Spend,
    };

    public static string Word<T>(IReadOnlyDictionary<string, T> words, T value)
        where T : struct, Enum => words.First(w => EqualityComparer<T>.Default.Equals(w.Value, value)).Key;
}
