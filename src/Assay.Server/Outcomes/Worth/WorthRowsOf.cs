using Assay.Outcomes.Attribution;

namespace Assay.Server.Outcomes.Worth;

/// <summary>What the store knows, as attribution takes it.</summary>
internal static class WorthRowsOf
{
    public static CallRow Call(SpendSlice slice) => new()
    {
        Id = "",
        Session = slice.Session,
        Person = slice.PersonId,
        UseCase = slice.UseCase,
        WorkRef = slice.WorkRef,
        AtMs = slice.AtMs,
        CostNanos = slice.Cost,
        IsPriced = slice.IsPriced,
        IsOptedOut = slice.IsOptedOut,
    };

    public static AnchorRow Anchor(Anchor anchor) => new()
    {
        Session = anchor.Session,
        Repo = anchor.Repo,
        Commit = anchor.Sha,
        AtMs = anchor.AtMs,
        Lines = anchor.Lines ?? 0,
        IsMade = anchor.Evidence != "header",
    };

    public static OutcomeRow Outcome(Outcome outcome, IReadOnlyCollection<string> commits) => new()
    {
        Id = outcome.Id,
        Repo = outcome.Repo,
        Commits = commits,
        Branch = outcome.Branch,
        WorkRefs = [.. outcome.Names],
        Author = outcome.PersonId,
        AtMs = outcome.AtMs,
        FromMs = outcome.AtMs - WorthReader.BeforeMs,
        UntilMs = outcome.AtMs + WorthReader.AfterMs,
        Lines = (outcome.LinesAdded ?? 0) + (outcome.LinesRemoved ?? 0),
    };
}
