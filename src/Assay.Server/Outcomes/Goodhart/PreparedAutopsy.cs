using Assay.Outcomes.Goodhart;

namespace Assay.Server.Outcomes.Goodhart;

/// <summary>A board that was dissected once, for every reader: of each only their own row differs.</summary>
internal sealed class PreparedAutopsy(IReadOnlyList<AutopsyRow> rows, int places)
{
    private readonly IReadOnlyList<AutopsyRow> _board = LeaderboardAutopsy.Board(rows);
    private readonly LeaderboardAutopsy _whole = LeaderboardAutopsy.Of(rows, null, places);

    public LeaderboardAutopsy For(string reader) => _whole.For(_board, reader);
}
