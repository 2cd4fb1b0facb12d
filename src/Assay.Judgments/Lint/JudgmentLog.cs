using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>
/// All entries of one tree, with the links that only the newer entry writes down turned around: who supersedes it, who
/// responds to it, who reviews it.
/// </summary>
public sealed class JudgmentLog
{
    private readonly Dictionary<Guid, LogEntry> _byId = [];
    private readonly Dictionary<Guid, List<LogEntry>> _successors = [];
    private readonly Dictionary<Guid, List<LogEntry>> _responses = [];
    private readonly Dictionary<Guid, List<LogEntry>> _reviews = [];

    public JudgmentLog(IReadOnlyList<LogFile> files)
    {
        Files = files;
        var entries = new List<LogEntry>(files.Count);
        foreach (var file in files)
        {
            if (file.Read.Entry is { } judgment)
            {
                entries.Add(new LogEntry(file.Path, judgment, file.Read));
            }
        }

        Entries = entries;
        foreach (var entry in entries)
        {
            _byId.TryAdd(entry.Judgment.Id, entry);
            if (entry.Judgment.Status == JudgmentStatus.Accepted)
            {
                foreach (var old in entry.Judgment.Supersedes)
                {
                    Add(_successors, old, entry);
                }
            }

            foreach (var response in entry.Judgment.RespondsTo)
            {
                Add(_responses, response.Id, entry);
            }

            if (entry.Judgment.Reviews is { } reviewed)
            {
                Add(_reviews, reviewed, entry);
            }
        }
    }

    public IReadOnlyList<LogFile> Files { get; }

    public IReadOnlyList<LogEntry> Entries { get; }

    public LogEntry? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Accepted entries that supersede this one.</summary>
    public IReadOnlyList<LogEntry> SuccessorsOf(Guid id) => _successors.TryGetValue(id, out var found) ? found : [];

    public IReadOnlyList<LogEntry> ResponsesTo(Guid id) => _responses.TryGetValue(id, out var found) ? found : [];

    public IReadOnlyList<LogEntry> ReviewsOf(Guid id) => _reviews.TryGetValue(id, out var found) ? found : [];

    public bool IsSuperseded(Guid id) => _successors.ContainsKey(id);

    /// <summary>Accepted and not superseded.</summary>
    public bool IsLive(LogEntry entry) =>
        entry.Judgment.Status == JudgmentStatus.Accepted && !IsSuperseded(entry.Judgment.Id);

    /// <summary>Its day of review has passed, and nobody has looked.</summary>
    public bool IsReviewOverdue(LogEntry entry, DateTimeOffset now) =>
        entry.Judgment.ReviewBy is { } day
        && day < DateOnly.FromDateTime(now.UtcDateTime)
        && IsLive(entry)
        && !_reviews.ContainsKey(entry.Judgment.Id);

    /// <summary>The status as people speak of it, superseded included.</summary>
    public string StatusWord(LogEntry entry) =>
        entry.Judgment.Status == JudgmentStatus.Accepted && IsSuperseded(entry.Judgment.Id)
            ? "superseded"
            : entry.Judgment.Status.Word();

    /// <summary>Entries whose id, short id, file name or path begins or ends with the text.</summary>
    public IReadOnlyList<LogEntry> FindByText(string text)
    {
        var wanted = text.Replace('\\', '/').TrimStart('.', '/');
        var exact = Entries.Where(e => e.Path.Equals(wanted, StringComparison.Ordinal)
            || e.Judgment.Id.ToString("D").Equals(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        if (exact.Count > 0 || wanted.Length < 4)
        {
            return exact;
        }

        return [.. Entries.Where(e =>
        {
            var id = e.Judgment.Id.ToString("D");
            var name = e.Path[(e.Path.LastIndexOf('/') + 1)..];
            return id.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
                || JudgmentId.Tail(e.Judgment.Id).StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
                || id.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
                || e.Path.EndsWith("/" + wanted, StringComparison.Ordinal)
                || (name.Length > 11 && name[11..].StartsWith(wanted, StringComparison.OrdinalIgnoreCase));
        })];
    }

    private static void Add(Dictionary<Guid, List<LogEntry>> links, Guid id, LogEntry entry)
    {
        if (!links.TryGetValue(id, out var list))
        {
            links[id] = list = [];
        }

        list.Add(entry);
    }
}
