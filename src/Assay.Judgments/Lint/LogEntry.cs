using Assay.Judgments.Entries;

namespace Assay.Judgments.Lint;

/// <summary>A file of the log as it was read.</summary>
/// <param name="Path">From the root of the repository, with forward slashes.</param>
/// <param name="Read">What the file says.</param>
public sealed record LogFile(string Path, ReadEntry Read);

/// <summary>An entry and where it stands.</summary>
public sealed record LogEntry(string Path, Judgment Judgment, ReadEntry Read);
