using System.Runtime.InteropServices;
using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Measures;

/// <summary>Who decided about what an agent proposed to do.</summary>
public enum Decider
{
    /// <summary>A person, at that moment.</summary>
    Person,

    /// <summary>A setting or a hook: nobody looked.</summary>
    Setting,

    /// <summary>The program does not say.</summary>
    Unknown,
}

/// <summary>What tools tell of accepted and rejected proposals, by who decided.</summary>
/// <param name="Accepted">Accepted by people.</param>
/// <param name="Rejected">Rejected or changed by people.</param>
/// <param name="BySetting">Decided by settings; in no rate.</param>
/// <param name="Unknown">Of which nobody says who decided; in no rate.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ToolDecisions(long Accepted, long Rejected, long BySetting, long Unknown)
{
    /// <summary>The part that people accepted of what they decided; null if they decided nothing.</summary>
    public double? Rate => Accepted + Rejected == 0 ? null : Accepted / (double)(Accepted + Rejected);

    /// <summary>Where it may lie.</summary>
    public Interval? Interval => Accepted + Rejected == 0 ? null : Proportion.Wilson(Accepted, Accepted + Rejected, 0.9);

    /// <summary>These and what one sum of telemetry tells.</summary>
    /// <param name="detail">As it is kept: <c>decision|source|tool</c>.</param>
    /// <param name="count">How often.</param>
    public ToolDecisions With(string detail, long count)
    {
        ArgumentNullException.ThrowIfNull(detail);
        var parts = detail.Split('|');
        var (decision, source) = (parts[0], parts.Length > 1 ? parts[1] : "");
        return WhoDecided(decision, source) switch
        {
            Decider.Person => IsAccepted(decision) ? this with { Accepted = Accepted + count } : this with { Rejected = Rejected + count },
            Decider.Setting => this with { BySetting = BySetting + count },
            _ => this with { Unknown = Unknown + count },
        };
    }

    /// <summary>Who decided, in the words of Claude Code, Codex and Gemini CLI.</summary>
    public static Decider WhoDecided(string decision, string source) => (decision, source) switch
    {
        ("auto_accept", _) or (_, "config" or "hook" or "Config" or "AutomatedReviewer") => Decider.Setting,
        (_, "user" or "User" or "user_permanent" or "user_temporary" or "user_abort" or "user_reject") => Decider.Person,
        // Gemini CLI has no source: what is not accepted by itself was asked of a person.
        ("accept" or "reject" or "modify", "") => Decider.Person,
        _ => Decider.Unknown,
    };

    private static bool IsAccepted(string decision) => decision is "accept" or "accepted" or "approved" or "approved_for_session" or "approved_execpolicy_amendment";
}
