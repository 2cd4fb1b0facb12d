using Assay.Judgments.Lint;

namespace Assay.Judgments.Search;

/// <summary>The log of one repository, ready to be searched. Immutable; the index is made when it is first asked.</summary>
public sealed class JudgmentShelf(string repository, JudgmentLog log)
{
    private readonly Lazy<SearchIndex> _index = new(() => new SearchIndex(log.Entries));

    public string Repository { get; } = repository;

    public JudgmentLog Log { get; } = log;

    public SearchIndex Index => _index.Value;
}
