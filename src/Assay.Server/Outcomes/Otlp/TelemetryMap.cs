using System.Text.Json;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Hosts;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// What telemetry means: which metrics, events and spans are added up, and under what. What is counted at two levels (an agent's
/// span and the calls within it), or told by two signals (a metric and an event), is kept under two names and never added.
/// </summary>
internal sealed class TelemetryMap(KeyIdentity identity, DirectorySnapshot directory, long nowMs) : ITelemetrySink
{
    public const int ItemsMax = 500_000;
    public const int KeysMax = 20_000;

    private const int TextMax = 80;
    private const long HourMs = 60L * 60 * 1000;
    private const long AheadMsMax = 24 * HourMs;
    private const long BehindMsMax = 400 * 24 * HourMs;

    private static readonly string[] s_genAiOnce = ["chat", "generate_content", "text_completion", "embeddings"];

    private string _lastEmail = "";
    private (string PersonId, string TeamId) _last;

    public TelemetryBatch Batch { get; } = new();

    public void Point(TelemetryItem item)
    {
        if (!Take(item) || item.IsEmpty)
        {
            return;
        }

        var (emitter, detail) = Metric(item);
        if (emitter.Length == 0 || !item.IsMonotonic)
        {
            return;
        }

        if (!double.IsFinite(item.Value) || item.Value < 0)
        {
            Reject("A counter is negative or not a number.");
            return;
        }

        var (person, team) = Who(item);
        if (KeyOf(item, item.TimeNs, person, team, emitter, item.Name, detail) is { } key)
        {
            var series = Fingerprint.Of(
                Fingerprint.Of(Fingerprint.Of(person), Fingerprint.Of(item.Name)), Fingerprint.Of(item.Resource.Hash, item.Own.Hash));
            Batch.Points.Add(new SeriesPoint((long)series, key, item.StartNs, item.TimeNs, item.Value, item.IsDelta));
        }
    }

    public void Log(TelemetryItem item)
    {
        if (item.TimeNs <= 0)
        {
            item.TimeNs = item.StartNs > 0 ? item.StartNs : nowMs * 1_000_000;
        }

        if (!Take(item))
        {
            return;
        }

        var (emitter, name) = Event(item);
        switch (name)
        {
            case "":
                return;
            case "codex.sse_event":
                if (item.Own["event.kind"] == "response.completed")
                {
                    Tokens(item, emitter, "event/codex.tokens", ("input_token_count", "input"), ("cached_token_count", "cached"),
                        ("output_token_count", "output"), ("reasoning_token_count", "reasoning"), ("tool_token_count", "tool"));
                }

                return;
            case "gen_ai.client.inference.operation.details":
                GenAiTokens(item, "event/gen_ai.tokens");
                break;
            case "claude_code.tool_result":
                Commit(item);
                break;
            default:
                break;
        }

        Count(item, emitter, "event/" + name, name switch
        {
            "claude_code.tool_decision" or "codex.tool_decision" => Join(item.Own["decision"], item.Own["source"], item.Own["tool_name"]),
            "gemini_cli.tool_call" => Join(item.Own["decision"], null, item.Own["function_name"]),
            "claude_code.tool_result" => Join(item.Own["success"], null, item.Own["tool_name"]),
            _ => "",
        });
    }

    public void Span(TelemetryItem item)
    {
        if (!Take(item) || item.Own["gen_ai.operation.name"] is not { Length: > 0 } operation)
        {
            return;
        }

        Count(item, "gen-ai", "span/gen_ai.operations", Cut(operation));

        // The span of an agent carries the totals of the calls within it.
        if (s_genAiOnce.Contains(operation, StringComparer.Ordinal))
        {
            GenAiTokens(item, "span/gen_ai.tokens");
        }
    }

    /// <summary>Which program tells it, and what it is split by; nothing for a metric that is not known.</summary>
    private static (string Emitter, string Detail) Metric(TelemetryItem item) => item.Name switch
    {
        "claude_code.token.usage" => ("claude-code", Join(item.Own["type"], item.Own["query_source"], null)),
        "claude_code.cost.usage" => ("claude-code", Cut(item.Own["query_source"])),
        "claude_code.lines_of_code.count" or "claude_code.active_time.total" => ("claude-code", Cut(item.Own["type"])),
        "claude_code.code_edit_tool.decision" => ("claude-code", Join(item.Own["decision"], item.Own["source"], item.Own["tool_name"])),
        "claude_code.session.count" => ("claude-code", Cut(item.Own["start_type"])),
        "gemini_cli.token.usage" or "gemini_cli.lines.changed" => ("gemini-cli", Cut(item.Own["type"])),
        "gemini_cli.tool.call.count" => ("gemini-cli", Join(item.Own["decision"], null, item.Own["function_name"])),
        "codex.tool.call" or "codex.turn.tool.call" => ("codex", Join(item.Own["success"], null, item.Own["tool"] ?? item.Own["tool_name"])),
        "codex.turn.token_usage" => ("codex", Cut(item.Own["token_type"] ?? item.Own["type"])),
        "gen_ai.client.token.usage" => ("gen-ai", Cut(item.Own["gen_ai.token.type"])),
        // Counters for what no tool counts by itself; docs/worth.md says what they are for.
        Measures.ActivityMeasures.WordsGenerated or Measures.ActivityMeasures.WordsRewritten or Measures.ActivityMeasures.RecapsTranscribed => ("assay", ""),
        _ when item.Name.StartsWith("claude_code.", StringComparison.Ordinal) => ("claude-code", ""),
        _ when item.Name.StartsWith("gemini_cli.", StringComparison.Ordinal) => ("gemini-cli", ""),
        _ when item.Name.StartsWith("codex.", StringComparison.Ordinal) => ("codex", ""),
        _ when item.Name.StartsWith("gen_ai.client.", StringComparison.Ordinal) => ("gen-ai", ""),
        _ => ("", ""),
    };

    /// <summary>
    /// An event by its whole name. Claude Code sends the bare one as an attribute and the whole one as the body; others have it as
    /// the record's event name.
    /// </summary>
    private static (string Emitter, string Name) Event(TelemetryItem item)
    {
        foreach (var name in new[] { item.Name, item.Own["event.name"], item.Body })
        {
            if (name is { Length: > 0 and <= TextMax } && Prefixed(name) is { Length: > 0 } emitter)
            {
                return (emitter, name);
            }
        }

        if (item.Own["event.name"] is { Length: > 0 and <= TextMax } bare)
        {
            var service = item.Resource["service.name"] ?? "";
            return service.StartsWith("claude-code", StringComparison.Ordinal) ? ("claude-code", "claude_code." + bare)
                : service.StartsWith("codex", StringComparison.Ordinal) ? ("codex", "codex." + bare)
                : service.StartsWith("gemini", StringComparison.Ordinal) ? ("gemini-cli", "gemini_cli." + bare)
                : ("", "");
        }

        return ("", "");

        static string Prefixed(string name) =>
            name.StartsWith("claude_code.", StringComparison.Ordinal) ? "claude-code"
            : name.StartsWith("codex.", StringComparison.Ordinal) ? "codex"
            : name.StartsWith("gemini_cli.", StringComparison.Ordinal) ? "gemini-cli"
            : name.StartsWith("gen_ai.", StringComparison.Ordinal) ? "gen-ai"
            : "";
    }

    private void GenAiTokens(TelemetryItem item, string metric) => Tokens(
        item, "gen-ai", metric, ("gen_ai.usage.input_tokens", "input"), ("gen_ai.usage.output_tokens", "output"),
        ("gen_ai.usage.cache_read.input_tokens", "cache_read"), ("gen_ai.usage.cache_creation.input_tokens", "cache_creation"),
        ("gen_ai.usage.reasoning.output_tokens", "reasoning"));

    private void Tokens(TelemetryItem item, string emitter, string metric, params ReadOnlySpan<(string Attribute, string Detail)> classes)
    {
        var (person, team) = Who(item);
        foreach (var (attribute, detail) in classes)
        {
            if (item.Own.Number(attribute) is > 0 and <= 1e12 and var tokens
                && KeyOf(item, item.TimeNs, person, team, emitter, metric, detail) is { } key)
            {
                Batch.Counts.Add((key, (long)Math.Round(tokens * 1e6)));
            }
        }
    }

    private void Count(TelemetryItem item, string emitter, string metric, string detail)
    {
        var (person, team) = Who(item);
        if (KeyOf(item, item.TimeNs, person, team, emitter, metric, detail) is { } key)
        {
            Batch.Counts.Add((key, 1_000_000));
        }
    }

    /// <summary>
    /// A commit that a session made: the hash that Claude Code puts into the result of a successful <c>git commit</c>, never one
    /// that is only mentioned.
    /// </summary>
    private void Commit(TelemetryItem item)
    {
        if (item.Own["success"] == "false" || item["session.id"] is not { Length: > 0 } session)
        {
            return;
        }

        var sha = item.Own["git_commit_id"];
        if (sha is null && item.Own["tool_parameters"] is { Length: > 0 } parameters && parameters.Contains("git_commit_id", StringComparison.Ordinal))
        {
            try
            {
                using var json = JsonDocument.Parse(parameters, new JsonDocumentOptions { MaxDepth = 8 });
                sha = json.RootElement.Text("git_commit_id");
            }
            catch (JsonException)
            {
                // Cut off at the emitter's limit: no evidence.
            }
        }

        if (HostFields.IsSha(sha))
        {
            Batch.Anchors.Add(new Anchor(session, "", sha!, item.TimeNs / 1_000_000, Who(item).PersonId, "otel", null));
        }
    }

    /// <summary>
    /// Whose telemetry it is: the key's owner's. Only an agent's key, as a company's collector has, speaks for others, whom it names
    /// by e-mail address.
    /// </summary>
    private (string PersonId, string TeamId) Who(TelemetryItem item)
    {
        if (identity.AgentId.Length == 0 || (item["user.email"] ?? item["enduser.id"]) is not { Length: > 0 } email)
        {
            return (identity.PersonId, identity.TeamId);
        }

        if (!string.Equals(email, _lastEmail, StringComparison.Ordinal))
        {
            _lastEmail = email;
            _last = directory.FindPersonByEmail(email) is { } person ? (person.Id, person.TeamId) : (identity.PersonId, identity.TeamId);
        }

        return _last;
    }

    private int? KeyOf(TelemetryItem item, long timeNs, string person, string team, string emitter, string metric, string detail)
    {
        var key = new TelemetryKey(
            timeNs / 1_000_000 / HourMs * HourMs, person, team, emitter, Cut(item["app.version"] ?? item["service.version"]), Cut(metric),
            Cut(item.Own["model"] ?? item.Own["gen_ai.request.model"] ?? item.Own["gen_ai.response.model"]), detail);
        var index = Batch.KeyOf(key);
        if (index < KeysMax)
        {
            return index;
        }

        Reject($"One request has more than {KeysMax} different things to count.");
        return null;
    }

    private bool Take(TelemetryItem item)
    {
        Batch.Items++;
        var atMs = item.TimeNs / 1_000_000;
        if (Batch.Items > ItemsMax)
        {
            Reject($"One request has more than {ItemsMax} items.");
            return false;
        }

        if (item.TimeNs <= 0 || atMs > nowMs + AheadMsMax || atMs < nowMs - BehindMsMax)
        {
            Reject("A time is missing, more than a day ahead, or more than 400 days ago.");
            return false;
        }

        return true;
    }

    private void Reject(string because)
    {
        Batch.Rejected++;
        Batch.RejectedBecause = because;
    }

    private static string Join(string? one, string? two, string? three) =>
        three is null && two is null ? Cut(one) : $"{Cut(one)}|{Cut(two)}|{Cut(three)}";

    private static string Cut(string? text) => text is null ? "" : text.Length <= TextMax ? text : text[..TextMax];
}
