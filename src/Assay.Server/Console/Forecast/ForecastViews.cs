using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Forecast;

/// <summary>How a window ends: as it is, or as it would be.</summary>
public sealed record EndLine(string Name, string Spent, string Low, string Expected, string High);

/// <summary>What if a share of the tokens were answered in the house?</summary>
/// <param name="Finding">The answer in a sentence; null while nothing is asked.</param>
/// <param name="Fault">Why there is no answer.</param>
public sealed record WhatIfForm(
    string Percent, string Price, IReadOnlyList<(string Value, string Label, bool IsChosen)> Uses, string? Finding, string? Fault, IReadOnlyList<EndLine> Ends);

/// <summary>The page of the forecast of the company's or a team's spend.</summary>
/// <param name="Ends">Month and quarter; empty while there is too little history.</param>
public sealed record ForecastView(
    string Title,
    string? TeamId,
    string Finding,
    IReadOnlyList<Choice> Scopes,
    IReadOnlyList<EndLine> Ends,
    BurnDownChart? Month,
    BurnDownChart? Quarter,
    WhatIfForm? WhatIf,
    string Basis);
