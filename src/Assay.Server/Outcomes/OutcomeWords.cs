using Assay.Outcomes.Ladder;
using Assay.Outcomes.Reverts;

namespace Assay.Server.Outcomes;

/// <summary>The words by which outcomes are written, stored and shown.</summary>
internal static class OutcomeWords
{
    public const string GitHub = "github";
    public const string GitLab = "gitlab";
    public const string Jira = "jira";
    public const string Git = "git";
    public const string Api = "api";
    public const string Csv = "csv";

    public static readonly IReadOnlyDictionary<string, OutcomeEvent> Events =
        Enum.GetValues<OutcomeEvent>().ToDictionary(Word, what => what, StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, OutcomeRung> Rungs =
        Enum.GetValues<OutcomeRung>().ToDictionary(Word, rung => rung, StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, RevertRule> RevertRules =
        Enum.GetValues<RevertRule>().ToDictionary(Word, rule => rule, StringComparer.Ordinal);

    public static string Word(OutcomeEvent what) => what switch
    {
        OutcomeEvent.Proposed => "proposed",
        OutcomeEvent.Accepted => "accepted",
        OutcomeEvent.Deployed => "deployed",
        OutcomeEvent.Held => "held",
        OutcomeEvent.Failed => "failed",
        OutcomeEvent.Abandoned => "abandoned",
        OutcomeEvent.Reopened => "reopened",
        OutcomeEvent.Incident => "incident",
        OutcomeEvent.Reverted => "reverted",
        OutcomeEvent.Restored => "restored",
        OutcomeEvent.Approved => "approved",
        _ => "changes-requested",
    };

    public static string Word(OutcomeRung rung) => rung switch
    {
        OutcomeRung.Proposed => "proposed",
        OutcomeRung.Accepted => "accepted",
        OutcomeRung.Deployed => "deployed",
        OutcomeRung.Settled => "settled",
        OutcomeRung.Reviewed => "reviewed",
        OutcomeRung.Abandoned => "abandoned",
        OutcomeRung.Reverted => "reverted",
        _ => "reopened",
    };

    public static string Word(RevertRule rule) => rule switch
    {
        RevertRule.CommitTrailer => "commit-trailer",
        RevertRule.HostReference => "host-reference",
        RevertRule.HostBranch => "host-branch",
        RevertRule.Title => "title",
        _ => "inverse-patch",
    };
}
