using System.Text.RegularExpressions;
using Assay.Judgments.Entries;
using Assay.Judgments.Git;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary>What nobody has to type: who decides, on which branch, for which ticket, in which conversation with which AI.</summary>
/// <param name="Owner">The person of git's configuration; null if that is no person.</param>
/// <param name="Tool">The AI tool whose session this is; null if there is none.</param>
/// <param name="IsAgent">An agent runs this, not a person: it may only draft.</param>
internal sealed partial record Surroundings(
    string? Owner, string? Branch, string? Ticket, string? Tool, string? Model, string? Session, bool IsAgent)
{
    public static async Task<Surroundings> FindAsync(JudgeSite site, string root, CancellationToken cancellation)
    {
        var git = new GitProgram(root);
        var identity = git.TryRunAsync(["var", "GIT_AUTHOR_IDENT"], null, cancellation);
        var head = git.TryRunAsync(["symbolic-ref", "--quiet", "--short", "HEAD"], null, cancellation);
        var owner = EmailOf(System.Text.Encoding.UTF8.GetString((await identity).Output));
        var branch = System.Text.Encoding.UTF8.GetString((await head).Output).Trim() is { Length: > 0 } name ? name : null;
        var (tool, session, model) = AiSession(site);
        return new Surroundings(
            owner is not null && OwnerRules.FaultInOwner(owner) is null ? owner : null,
            branch,
            branch is null ? null : TicketOf(branch),
            site.Variable("ASSAY_TOOL") ?? tool,
            site.Variable("ASSAY_MODEL") ?? model,
            site.Variable("ASSAY_SESSION") ?? session,
            tool is not null && !site.IsTerminal);
    }

    /// <summary>What an entry says about the AI, given what the human did with its proposal.</summary>
    public AiPart Ai(AiRelation relation) => relation == AiRelation.None && (Tool is null || !IsAgent)
        ? AiPart.None
        : new AiPart(
            relation == AiRelation.None ? AiRole.Drafted : AiRole.Proposed,
            relation,
            Tool,
            Model,
            Session is null ? [] : [Session]);

    public IReadOnlyList<string> Refs()
    {
        var refs = new List<string>();
        if (Ticket is { } ticket)
        {
            refs.Add(ticket);
        }

        if (Branch is { } branch && branch is not ("main" or "master" or "trunk"))
        {
            refs.Add("branch:" + branch);
        }

        return refs;
    }

    /// <summary>The commit trailer of a session: <c>claude-code/uuid</c>.</summary>
    public string? SessionTrailer() => Session is { } session ? $"{Tool ?? "ai"}/{session}" : null;

    private static (string? Tool, string? Session, string? Model) AiSession(JudgeSite site)
    {
        if (site.Variable("CLAUDECODE", "CLAUDE_CODE_SESSION_ID") is not null)
        {
            return ("claude-code", site.Variable("CLAUDE_CODE_SESSION_ID"), site.Variable("CLAUDE_CODE_MODEL", "ANTHROPIC_MODEL"));
        }

        if (site.Variable("CODEX_THREAD_ID", "CODEX_SANDBOX") is not null)
        {
            return ("codex", site.Variable("CODEX_THREAD_ID"), site.Variable("CODEX_MODEL"));
        }

        if (site.Variable("GEMINI_CLI") is not null)
        {
            return ("gemini-cli", site.Variable("GEMINI_SESSION_ID"), site.Variable("GEMINI_MODEL"));
        }

        if (site.Variable("CURSOR_AGENT") is not null)
        {
            return ("cursor", site.Variable("CURSOR_TRACE_ID"), null);
        }

        return (site.Variable("AI_AGENT"), null, null);
    }

    /// <summary>The address in <c>Ada Lovelace &lt;ada@example.com&gt; 1700000000 +0000</c>.</summary>
    private static string? EmailOf(string identity)
    {
        var (start, end) = (identity.IndexOf('<', StringComparison.Ordinal), identity.IndexOf('>', StringComparison.Ordinal));
        return start >= 0 && end > start + 1 ? identity[(start + 1)..end] : null;
    }

    private static string? TicketOf(string branch)
    {
        var match = Ticket_().Match(branch);
        return match.Success ? match.Value : null;
    }

    [GeneratedRegex("(?<![A-Za-z0-9])[A-Z][A-Z0-9]+-[0-9]+(?![0-9])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ticket_();
}
