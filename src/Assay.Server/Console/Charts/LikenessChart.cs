namespace Assay.Server.Console.Charts;

/// <summary>A text's place in time and how alike it was to those before it.</summary>
/// <param name="Label">When, for the table.</param>
/// <param name="Place">From 0, the first, to 1, the last.</param>
/// <param name="Similarity">From 0 to 1.</param>
public sealed record LikenessDot(string Label, double Place, double Similarity);

/// <summary>How alike texts were to those before them, one dot each, against the line from which they count as the same.</summary>
/// <param name="Ticks">Labels of the time axis, with their places.</param>
public sealed record LikenessChart(
    string Id, string Title, string Finding, double Near, IReadOnlyList<LikenessDot> Dots, IReadOnlyList<(string Label, double Place)> Ticks);
