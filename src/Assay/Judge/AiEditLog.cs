using System.Text.Json;
using Assay.Judgments.Git;
using Assay.Judgments.Nudges;

namespace Assay.Judge;

/// <summary>
/// Which lines an AI wrote since the last commits, under git's own folder: fingerprints only, never committed, never sent. Fed by
/// the tool's own hook: <c>assay judge hook ai-edit</c> reads what it says after an edit.
/// </summary>
internal static class AiEditLog
{
    private const int InputCharsMax = 4 << 20;
    private const long FileBytesMax = 4 << 20;
    private const string FileName = "ai-edits.jsonl";

    /// <summary>Takes what Claude Code says after Write, Edit and MultiEdit; other tools can say the same.</summary>
    public static async Task TakeAsync(JudgeSite site, string root, CancellationToken cancellation)
    {
        var buffer = new char[InputCharsMax];
        var length = await site.Input.ReadBlockAsync(buffer, cancellation);
        JsonElement said;
        try
        {
            said = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length));
        }
        catch (JsonException fault)
        {
            throw new JudgeException($"hook ai-edit takes the JSON of the tool on standard input: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        }

        if (said.ValueKind != JsonValueKind.Object || !said.TryGetProperty("tool_input", out var input) || input.ValueKind != JsonValueKind.Object
            || Text(input, "file_path") is not { } file)
        {
            return;
        }

        var path = Path.GetRelativePath(root, Path.GetFullPath(file, site.Directory)).Replace('\\', '/');
        var lines = Written(input).SelectMany(AiEdits.Fingerprints).Distinct(StringComparer.Ordinal).ToList();
        if (lines.Count == 0 || path.StartsWith("../", StringComparison.Ordinal))
        {
            return;
        }

        var (head, branch) = await WhereAsync(root, cancellation);
        var log = await FileAsync(root, cancellation);
        if (!File.Exists(log) || new FileInfo(log).Length < FileBytesMax)
        {
            await File.AppendAllTextAsync(log, JsonSerializer.Serialize(new Line(head, branch, path, lines)) + "\n", cancellation);
        }
    }

    /// <summary>AI edits since the last commit, or with <paramref name="isBranch"/> all of this branch, that people threw away.</summary>
    public static async Task<IReadOnlyList<OverriddenEdit>> OverriddenAsync(
        GitRepository repository, IReadOnlyCollection<string> changed, bool isBranch, CancellationToken cancellation)
    {
        var log = await FileAsync(repository.Root, cancellation);
        if (!File.Exists(log))
        {
            return [];
        }

        var (head, branch) = await WhereAsync(repository.Root, cancellation);
        var edits = new List<AiEdit>();
        foreach (var text in await File.ReadAllLinesAsync(log, cancellation))
        {
            if (Read(text) is { } line && changed.Contains(line.Path) && (isBranch ? line.Branch == branch : line.Head == head))
            {
                edits.Add(new AiEdit(line.Path, line.Lines));
            }
        }

        return AiEdits.Overridden(edits, path => repository.ReadFile(path, InputCharsMax) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null);
    }

    private static IEnumerable<string> Written(JsonElement input)
    {
        if (Text(input, "content") is { } whole)
        {
            yield return whole;
        }

        if (Text(input, "new_string") is { } piece)
        {
            yield return piece;
        }

        if (input.TryGetProperty("edits", out var edits) && edits.ValueKind == JsonValueKind.Array)
        {
            foreach (var edit in edits.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object))
            {
                yield return Text(edit, "new_string") ?? "";
            }
        }
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Line? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text) is { Path: not null, Lines: not null } line ? line : null;
        }
        catch (JsonException)
        {
            // Half a line of a program that was ended.
            return null;
        }
    }

    private static async Task<(string Head, string Branch)> WhereAsync(string root, CancellationToken cancellation)
    {
        var git = new GitProgram(root);
        var (_, head, _) = await git.TryRunAsync(["rev-parse", "--verify", "--quiet", "HEAD"], null, cancellation);
        var (_, branch, _) = await git.TryRunAsync(["symbolic-ref", "--quiet", "--short", "HEAD"], null, cancellation);
        return (System.Text.Encoding.UTF8.GetString(head).Trim(), System.Text.Encoding.UTF8.GetString(branch).Trim());
    }

    private static async Task<string> FileAsync(string root, CancellationToken cancellation)
    {
        var git = await new GitProgram(root).TextAsync(cancellation, "rev-parse", "--absolute-git-dir");
        return Path.Combine(System.IO.Directory.CreateDirectory(Path.Combine(git, "assay")).FullName, FileName);
    }

    private sealed record Line(string Head, string Branch, string Path, IReadOnlyList<string> Lines);
}
