namespace Assay.Server.Budgets.Forecasting;

/// <summary>
/// Ways in which the coming days may go. A path is made of blocks of seven days, each a piece of the scope's own past:
/// what really happened from some day on, divided by what the level before that day promised. So a path has the errors that
/// this scope's forecasts had, in the order in which they came, and its level moves on from block to block as the
/// scope's level did. The constants were chosen on workforces and origins that docs/forecast.md does not report.
/// </summary>
internal sealed class SpendPaths(SpendModel model)
{
    private const int BlockDays = 7;

    /// <summary>A scope needs more days than this to be drawn from its own errors at all.</summary>
    private const int OwnFrom = 4;

    /// <summary>So many further days of own errors weigh as much as the general experience that new scopes start from.</summary>
    private const double GeneralDays = 8;

    /// <summary>General experience: the deviation of the logarithm of a day, and of how a scope's level moves.</summary>
    private const double DaySigma = 0.7;

    private const double LevelSigma = 0.5;

    /// <summary>How much of a past block's change of level is carried on into the next block.</summary>
    private const double CarryShare = 0.8;

    /// <summary>How much of the past's trend, the mean change of level, is left in it: trends end.</summary>
    private const double TrendShare = 0.5;

    /// <summary>How far each block takes the level back to that of the whole history.</summary>
    private const double ReturnShare = 0.15;

    /// <summary>A block changes the level at most threefold.</summary>
    private const double MoveMax = 3;

    /// <summary>Draws what may be spent on each of the days from <paramref name="today"/> on, known what came before.</summary>
    /// <param name="today">A day's number in the model: its count for the real today, less to try the past.</param>
    /// <param name="paths">One path in every <paramref name="horizon"/> values.</param>
    public void Draw(int today, int horizon, Span<double> paths, ref Dice dice)
    {
        var shape = model.ShapeAt(today);
        var past = (From: Math.Min(BlockDays, today / 2), Before: today);
        var origins = past.Before - past.From;
        var generalShare = origins < 2 ? 1 : GeneralDays / (Math.Max(0, today - OwnFrom) + GeneralDays);
        var (correction, meanMove) = Lean(past, shape);
        for (var i = 0; i < paths.Length / horizon; i++)
        {
            var path = paths.Slice(i * horizon, horizon);
            var level = model.LevelAt(today);
            for (var start = 0; start < horizon; start += BlockDays)
            {
                var block = path[start..Math.Min(start + BlockDays, horizon)];
                if (dice.Unit() < generalShare)
                {
                    DrawGeneral(block, today + start, level, shape, today, ref dice);
                    continue;
                }

                // The first blocks go through all origins in turn: less chance in it than drawing them.
                var origin = past.From + (start == 0 ? i % origins : dice.Below(origins));
                DrawBlock(block, today + start, level * correction, shape, origin, past, ref dice);
                var move = (Move(origin, past.Before) - (meanMove * (1 - TrendShare))) * CarryShare;
                level = Math.Exp(
                    ((Log(level) + move) * (1 - ReturnShare)) + (Log(model.LongRunAt(today)) * ReturnShare));
            }
        }
    }

    /// <summary>
    /// The mean of ratios is above the ratio of the means, the more so the more the level swings; what paths add up to
    /// must not be. The first number takes that out of them; the second is the mean change of level over a block.
    /// </summary>
    private (double Correction, double MeanMove) Lean((int From, int Before) past, WeekdayShape shape)
    {
        double ratios = 0, moves = 0;
        var origins = 0;
        for (var origin = past.From; origin < past.Before; origin++)
        {
            double spent = 0, believed = 0;
            for (var day = origin; day < Math.Min(origin + BlockDays, past.Before); day++)
            {
                spent += model.Day(day);
                believed += model.LevelAt(origin) * shape[model.WeekdayOf(day)];
            }

            if (believed > 0)
            {
                origins++;
                ratios += spent / believed;
                moves += Move(origin, past.Before);
            }
        }

        return ratios <= 0 ? (1, 0) : (origins / ratios, moves / origins);
    }

    private double Move(int origin, int before) => Math.Clamp(
        Log(model.LevelAt(Math.Min(origin + BlockDays, before))) - Log(model.LevelAt(origin)),
        -Math.Log(MoveMax),
        Math.Log(MoveMax));

    private static double Log(double level) => Math.Log(Math.Max(level, double.Epsilon));

    private void DrawBlock(
        Span<double> block, int firstDay, double level, WeekdayShape shape, int origin, (int From, int Before) past, ref Dice dice)
    {
        // Two fingers walk on from the origin, one over working days and one over days of rest: a Monday is never made
        // from a Sunday.
        var (work, rest) = (origin, origin);
        var known = model.LevelAt(origin);
        for (var d = 0; d < block.Length; d++)
        {
            var weekday = model.WeekdayOf(firstDay + d);
            var isRest = shape.IsRest(weekday);
            ref var finger = ref isRest ? ref rest : ref work;
            if (!TryFind(ref finger, past, isRest, shape, ref dice))
            {
                block[d] = level * shape[weekday];
                continue;
            }

            var believed = known * Math.Max(shape[model.WeekdayOf(finger)], 0.05);
            block[d] = believed > 0 ? level * shape[weekday] * model.Day(finger) / believed : 0;
            finger++;
        }
    }

    private bool TryFind(ref int finger, (int From, int Before) past, bool isRest, WeekdayShape shape, ref Dice dice)
    {
        for (var tries = 0; tries < 2 * BlockDays; tries++)
        {
            if (finger >= past.Before)
            {
                finger = past.From + dice.Below(past.Before - past.From);
            }

            if (shape.IsRest(model.WeekdayOf(finger)) == isRest)
            {
                return true;
            }

            finger++;
        }

        return false;
    }

    private void DrawGeneral(Span<double> block, int firstDay, double level, WeekdayShape shape, int today, ref Dice dice)
    {
        // A level from few days is itself uncertain.
        var sigma = Math.Sqrt((LevelSigma * LevelSigma) + (DaySigma * DaySigma / today));
        var moved = level * Math.Exp(sigma * dice.Normal());
        for (var d = 0; d < block.Length; d++)
        {
            block[d] = moved * shape[model.WeekdayOf(firstDay + d)]
                * Math.Exp((DaySigma * dice.Normal()) - (DaySigma * DaySigma / 2));
        }
    }
}
