using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Worth;

/// <summary>The pages about worth, beside one another.</summary>
internal static class WorthTabs
{
    private static readonly (string Href, string Label)[] s_all =
        [("/worth", "Worth"), ("/worth/outcomes", "Outcomes"), ("/worth/audit", "Goodhart audit")];

    public static IReadOnlyList<Choice> Of(string here) => [.. s_all.Select(tab => new Choice(tab.Label, tab.Href, tab.Href == here))];
}
