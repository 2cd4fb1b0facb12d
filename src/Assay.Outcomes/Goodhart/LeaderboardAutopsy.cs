namespace Assay.Outcomes.Goodhart;

/// <summary>What one person did in the period.</summary>
/// <param name="Person">Who.</param>
/// <param name="Tokens">Tokens of all classes.</param>
/// <param name="Nanos">Nano-dollars.</param>
/// <param name="UnattributedNanos">Of these, what leads to nothing known.</param>
/// <param name="Settled">Outcomes that settled.</param>
/// <param name="Lost">Outcomes that were taken back or given up.</param>
public readonly record struct AutopsyRow(string Person, long Tokens, long Nanos, long UnattributedNanos, int Settled, int Lost);

/// <summary>A title that such a board would give, and what stands behind it without a name.</summary>
/// <param name="Title">The title.</param>
/// <param name="Holders">How many would hold it.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Settled">Their settled outcomes.</param>
/// <param name="WithoutOutcome">How many of them have none.</param>
public sealed record AutopsyTitle(string Title, int Holders, long Tokens, int Settled, int WithoutOutcome);

/// <summary>The reader's own row, which only they see.</summary>
/// <param name="RankByTokens">Their place by tokens, from 1.</param>
/// <param name="RankBySettled">Their place by settled outcomes; those with the same number share the best of their places.</param>
/// <param name="Row">What they did.</param>
public sealed record AutopsyOwn(int RankByTokens, int RankBySettled, AutopsyRow Row);

/// <summary>
/// What a leaderboard of tokens would have rewarded in a period, next to what it would have missed. Of others it knows no
/// names: it is an autopsy of the board, not of people.
/// </summary>
public sealed record LeaderboardAutopsy
{
    /// <summary>Fewer people are not shown as a group.</summary>
    public const int PeopleMin = 5;

    private static readonly (string Name, int Places)[] s_titles = [("Token Legend", 10), ("Model Connoisseur", 50), ("Cache Wizard", 100)];

    /// <summary>How many people used anything.</summary>
    public required int People { get; init; }

    /// <summary>How many places the board has.</summary>
    public required int Places { get; init; }

    /// <summary>Whether there are enough people to say anything.</summary>
    public bool IsEnough => People >= PeopleMin * 2 && People - Places >= PeopleMin;

    /// <summary>The part of all tokens that those on the board used.</summary>
    public double TokenShare { get; init; }

    /// <summary>The part of all settled outcomes that are theirs.</summary>
    public double SettledShare { get; init; }

    /// <summary>How many on the board would also be on a board of settled outcomes with as many places.</summary>
    public int OnBothBoards { get; init; }

    /// <summary>How many on the board have no settled outcome.</summary>
    public int RewardedForNothing { get; init; }

    /// <summary>How many have more settled outcomes than the median on the board, and are not on it.</summary>
    public int Missed { get; init; }

    /// <summary>The settled outcomes of those missed.</summary>
    public int MissedSettled { get; init; }

    /// <summary>Dollars on the board that lead to nothing known, in nano-dollars.</summary>
    public long UnattributedNanos { get; init; }

    /// <summary>Nano-dollars for each settled outcome on the board; null without any.</summary>
    public double? NanosPerSettledOn { get; init; }

    /// <summary>The same for everybody else.</summary>
    public double? NanosPerSettledOff { get; init; }

    /// <summary>Rank correlation of tokens and settled outcomes over all people; null where either is the same for all.</summary>
    public double? Correlation { get; init; }

    /// <summary>The titles it would give.</summary>
    public IReadOnlyList<AutopsyTitle> Titles { get; init; } = [];

    /// <summary>The reader's own row; null when they used nothing.</summary>
    public AutopsyOwn? Own { get; init; }

    /// <summary>Dissects.</summary>
    /// <param name="rows">Everybody who used anything.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="places">How many places the board has; no more than half of the people.</param>
    public static LeaderboardAutopsy Of(IReadOnlyList<AutopsyRow> rows, string? reader, int places = 250)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(places);
        var board = Board(rows).ToList();
        places = Math.Min(places, Math.Max(1, board.Count / 2));
        var autopsy = new LeaderboardAutopsy { People = board.Count, Places = places, Own = OwnOf(board, reader) };
        if (!autopsy.IsEnough)
        {
            return autopsy;
        }

        var (on, off) = (board[..places], board[places..]);
        var settled = board.OrderByDescending(r => r.Settled).ThenBy(r => r.Person, StringComparer.Ordinal).Take(places)
            .Where(r => r.Settled > 0).Select(r => r.Person).ToHashSet(StringComparer.Ordinal);
        var median = on.Select(r => r.Settled).Order().ElementAt(places / 2);
        var missed = off.Where(r => r.Settled > median).ToList();
        return autopsy with
        {
            TokenShare = Share(on.Sum(r => (double)r.Tokens), board.Sum(r => (double)r.Tokens)),
            SettledShare = Share(on.Sum(r => r.Settled), board.Sum(r => r.Settled)),
            OnBothBoards = on.Count(r => settled.Contains(r.Person)),
            RewardedForNothing = on.Count(r => r.Settled == 0),
            Missed = missed.Count,
            MissedSettled = missed.Sum(r => r.Settled),
            UnattributedNanos = on.Sum(r => r.UnattributedNanos),
            NanosPerSettledOn = Cost(on),
            NanosPerSettledOff = Cost(off),
            Correlation = Ranks.Correlation([.. board.Select(r => (double)r.Tokens)], [.. board.Select(r => (double)r.Settled)]),
            Titles = [.. s_titles.Where(t => t.Places < places && t.Places >= PeopleMin).Select(t => Title(t.Name, board[..t.Places]))],
        };
    }

    /// <summary>The same for another reader, without dissecting anew.</summary>
    /// <param name="board">Everybody, by tokens, the most first.</param>
    /// <param name="reader">Who reads.</param>
    public LeaderboardAutopsy For(IReadOnlyList<AutopsyRow> board, string? reader) => this with { Own = OwnOf(board, reader) };

    /// <summary>Everybody in the order of the board.</summary>
    public static IReadOnlyList<AutopsyRow> Board(IEnumerable<AutopsyRow> rows) =>
        [.. rows.OrderByDescending(r => r.Tokens).ThenBy(r => r.Person, StringComparer.Ordinal)];

    private static AutopsyTitle Title(string name, List<AutopsyRow> holders) =>
        new(name, holders.Count, holders.Sum(r => r.Tokens), holders.Sum(r => r.Settled), holders.Count(r => r.Settled == 0));

    private static AutopsyOwn? OwnOf(IReadOnlyList<AutopsyRow> board, string? reader)
    {
        for (var place = 0; reader is not null && place < board.Count; place++)
        {
            if (board[place].Person == reader)
            {
                return new AutopsyOwn(place + 1, board.Count(r => r.Settled > board[place].Settled) + 1, board[place]);
            }
        }

        return null;
    }

    private static double? Cost(List<AutopsyRow> rows) =>
        rows.Sum(r => r.Settled) is > 0 and var settled ? rows.Sum(r => (double)r.Nanos) / settled : null;

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
