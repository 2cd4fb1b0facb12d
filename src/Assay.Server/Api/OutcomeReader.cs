using System.Globalization;
using Assay.Outcomes.Ladder;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Hosts;

namespace Assay.Server.Api;

/// <summary>Checks a reported outcome and turns it into what the desk takes.</summary>
internal static class OutcomeReader
{
    private const int RefLengthMax = 200;
    private const int TextLengthMax = 400;
    private const int EvidenceLengthMax = 500;
    private const int ListMax = 50;
    private const long LinesMax = 100_000_000;

    // Clocks differ; what is further ahead is a mistake.
    private const long AheadMsMax = 24L * 60 * 60 * 1000;

    /// <summary>Null if something is wrong with it.</summary>
    /// <param name="fault">Told of each field that is wrong.</param>
    public static OutcomeReport? Read(
        ReportOutcome told, string source, OutcomeSources sources, DirectorySnapshot directory, long nowMs, Action<string, string> fault)
    {
        var isGood = true;
        var kind = told.Kind ?? "";
        Check("kind", kind.Length == 0 ? "is missing."
            : sources.Kinds.ContainsKey(kind) ? null
            : $"'{InputRules.Shorten(kind)}' is not declared: use one of {string.Join(", ", sources.Kinds.Keys.Order(StringComparer.Ordinal))}, or add it to outcomes.kinds.");
        Check("ref", string.IsNullOrEmpty(told.Ref) ? "is missing." : FaultInText(told.Ref, RefLengthMax));
        var what = default(OutcomeEvent);
        Check("event", told.Event is null ? "is missing."
            : OutcomeWords.Events.TryGetValue(told.Event, out what) ? null
            : $"is not one of: {string.Join(", ", OutcomeWords.Events.Keys)}.");
        var atMs = nowMs;
        if (!string.IsNullOrEmpty(told.At))
        {
            Check("at", !Rfc3339.TryParse(told.At, out var at) ? $"'{InputRules.Shorten(told.At)}' is not a time such as 2026-08-21T14:00:00Z."
                : (atMs = at.ToUnixTimeMilliseconds()) > nowMs + AheadMsMax ? "is in the future."
                : atMs < 0 ? "is before 1970."
                : null);
        }

        Check("title", FaultInText(told.Title, TextLengthMax));
        Check("url", string.IsNullOrEmpty(told.Url) || (told.Url.Length <= TextLengthMax
            && Uri.TryCreate(told.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                ? null
                : $"is not an http or https address of at most {TextLengthMax} characters.");
        var person = string.IsNullOrEmpty(told.Person) ? null : directory.FindPersonByEmail(told.Person);
        Check("person", string.IsNullOrEmpty(told.Person) || person is not null ? null : "is nobody of the directory: give the e-mail address of a person.");
        Check("team", string.IsNullOrEmpty(told.Team) ? null : directory.FaultInTeam(told.Team));
        Check("useCase", string.IsNullOrEmpty(told.UseCase) ? null : InputRules.FaultInId(told.UseCase));
        Check("repo", string.IsNullOrEmpty(told.Repo) ? null : RepositoryRules.FaultInName(told.Repo));
        Check("branch", FaultInText(told.Branch, TextLengthMax));
        Check("baseBranch", FaultInText(told.BaseBranch, TextLengthMax));
        long? value = null;
        if (!string.IsNullOrEmpty(told.Value))
        {
            Check("value", InputRules.FaultInUsd(told.Value, out var nanos) is null
                ? null
                : $"'{InputRules.Shorten(told.Value)}' is not a decimal number such as 25.00, zero or more, at most nine decimal places.");
            value = nanos;
        }

        Check("linesAdded", told.LinesAdded is null or (>= 0 and <= LinesMax) ? null : $"must be from 0 to {LinesMax}.");
        Check("linesRemoved", told.LinesRemoved is null or (>= 0 and <= LinesMax) ? null : $"must be from 0 to {LinesMax}.");
        var commits = told.Commits ?? [];
        Check("commits", commits.Count > ListMax ? $"has {commits.Count}: give at most {ListMax}."
            : commits.All(HostFields.IsSha) ? commits.Count > 0 && string.IsNullOrEmpty(told.Repo) ? "needs repo: say where the commits are." : null
            : "must be full hashes of 40 or 64 lower-case hexadecimal digits.");
        var workRefs = told.WorkRefs ?? [];
        Check("workRefs", workRefs.Count > ListMax ? $"has {workRefs.Count}: give at most {ListMax}."
            : workRefs.Any(w => string.IsNullOrEmpty(w) || FaultInText(w, RefLengthMax) is not null) ? $"must be texts of 1 to {RefLengthMax} characters."
            : null);
        Check("evidence", told.Evidence is { Length: > EvidenceLengthMax } ? $"has {told.Evidence.Length} characters: use at most {EvidenceLengthMax}."
            : RequestText.FaultInReason(told.Evidence, isRequired: false));
        return !isGood ? null : new OutcomeReport
        {
            Kind = kind,
            Source = source,
            Ref = told.Ref!,
            FactsMs = Math.Min(atMs, nowMs),
            Title = told.Title,
            Url = told.Url,
            Repo = told.Repo,
            Branch = told.Branch,
            BaseBranch = told.BaseBranch,
            Author = told.Person,
            PersonId = person?.Id,
            TeamId = string.IsNullOrEmpty(told.Team) ? null : told.Team,
            UseCase = told.UseCase,
            Value = value,
            LinesAdded = told.LinesAdded,
            LinesRemoved = told.LinesRemoved,
            WorkRefs = [told.Ref!, .. workRefs.OfType<string>()],
            Commits = [.. commits.OfType<string>()],
            Steps = [new OutcomeStep(what, atMs, Evidence.Of(("says", told.Evidence), ("source", source)))],
        };

        void Check(string field, string? wrong)
        {
            if (wrong is not null)
            {
                isGood = false;
                fault(field, wrong);
            }
        }
    }

    private static string? FaultInText(string? text, int most)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > most)
        {
            return $"has {text.Length} characters: use at most {most}.";
        }

        foreach (var c in text)
        {
            if (char.IsControl(c) || (char.GetUnicodeCategory(c) == UnicodeCategory.Format && c != '\u200d'))
            {
                return "has a control or invisible character: remove it.";
            }
        }

        return null;
    }
}
