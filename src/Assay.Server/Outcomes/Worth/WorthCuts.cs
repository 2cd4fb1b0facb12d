using Assay.Outcomes.Worth;

namespace Assay.Server.Outcomes.Worth;

/// <summary>What the figures of a book are cut by.</summary>
internal enum WorthCutBy
{
    /// <summary>The team of the call and of the outcome; small ones are counted with the team above.</summary>
    Team,

    /// <summary>One level of the tree of teams: those right below the one looked at, each with all below it.</summary>
    TeamBelow,

    /// <summary>The use case; an outcome without one has that which spent most on it.</summary>
    UseCase,

    /// <summary>The model; an outcome has the one that spent most on it.</summary>
    Model,

    /// <summary>The route: the model that was asked for, whose policy chose who answers; an outcome has the one that spent most on it.</summary>
    Route,
}

/// <summary>The cuts of a book that somebody may see.</summary>
internal static class WorthCuts
{
    /// <summary>All that the scope has, together.</summary>
    public static WorthFigure Whole(this WorthBook book, WorthScope scope) =>
        book.Table(slice => scope.Has(slice) ? "" : null, scope.Has, _ => "", scope.Settings).Whole;

    /// <summary>What the scope has, by group.</summary>
    public static WorthTable Cut(this WorthBook book, WorthScope scope, WorthCutBy by)
    {
        return book.Table(slice => scope.Has(slice) ? OfCall(slice) : null, scope.Has, OfOutcome, scope.Settings);

        string OfCall(SpendSlice slice) => by switch
        {
            WorthCutBy.Team => scope.Rules.ReportedTeam(slice.TeamId),
            WorthCutBy.TeamBelow => scope.RowOf(slice.TeamId),
            WorthCutBy.UseCase => slice.UseCase,
            WorthCutBy.Route => slice.Route,
            _ => slice.Model,
        };

        string? OfOutcome(Outcome outcome) => by switch
        {
            WorthCutBy.Team => scope.Rules.ReportedTeam(outcome.TeamId),
            WorthCutBy.TeamBelow => scope.RowOf(outcome.TeamId),
            WorthCutBy.UseCase when outcome.UseCase.Length > 0 => outcome.UseCase,
            _ => null,
        };
    }
}
