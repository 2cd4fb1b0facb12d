namespace Assay.Server.Console.Figures;

internal static class PeriodChoices
{
    /// <summary>Links to the same page for each period; the default one has the plain address.</summary>
    public static IReadOnlyList<Choice> For(string path, Period current, PeriodKind otherwise) =>
        [.. Period.All.Select(kind => new Choice(
            Period.LabelOf(kind),
            kind == otherwise ? path : $"{path}?period={Period.WordOf(kind)}",
            kind == current.Kind))];
}
