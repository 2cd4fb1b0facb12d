namespace Assay.Server.Budgets.Forecasting.BackTests;

/// <summary>How forecasts did over many origins. An origin is a moment of the past from which a window's end was forecast.</summary>
internal sealed class BackTestScores
{
    private readonly SeriesErrors _own = new();
    private readonly SeriesErrors _runRate = new();
    private readonly SeriesErrors _lastWeek = new();
    private readonly SeriesErrors _pinball = new();
    private readonly SeriesErrors _runRatePinball = new();
    private int _within;
    private int _below;
    private int _runOutsWithin;
    private int _limits;
    private int _warningsTrue;
    private double _brier;

    public int Origins { get; private set; }

    public int Series => _own.Count;

    /// <summary>How often the window's total was within the interval: 0.8 is right.</summary>
    public double Coverage => Share(_within, Origins);

    /// <summary>How often it was below: 0.1 is right, as for what remains above.</summary>
    public double Below => Share(_below, Origins);

    /// <summary>
    /// The error of the expected total: all errors of a series over all that was still to be spent, and of all series
    /// the median, so that no single one decides.
    /// </summary>
    public double Error => _own.Median;

    public double RunRateError => _runRate.Median;

    public double LastWeekError => _lastWeek.Median;

    /// <summary>The mean pinball loss of the three quantiles, counted in the same way.</summary>
    public double Pinball => _pinball.Median;

    /// <summary>The pinball loss of the run rate, whose three quantiles are one.</summary>
    public double RunRatePinball => _runRatePinball.Median;

    /// <summary>Windows that reached the total of the window before, taken as their limit.</summary>
    public int RunOuts { get; private set; }

    /// <summary>How often the day that reached it was from the earliest to the latest forecast one.</summary>
    public double RunOutCoverage => Share(_runOutsWithin, RunOuts);

    /// <summary>Forecasts that found such a run-out at least 80 % probable.</summary>
    public int Warnings { get; private set; }

    /// <summary>How often they were right.</summary>
    public double WarningsTrue => Share(_warningsTrue, Warnings);

    /// <summary>The mean squared error of the probability of a run-out; a coin has 0.25.</summary>
    public double Brier => _limits == 0 ? double.NaN : _brier / _limits;

    public void Add(BackTestOrigin origin)
    {
        Origins++;
        var (truth, forecast) = (origin.Truth, origin.Forecast);
        _within += truth >= forecast.Low && truth <= forecast.High ? 1 : 0;
        _below += truth < forecast.Low ? 1 : 0;
        double rest = truth - origin.Posted;
        _own.Add(origin.Series, Math.Abs(truth - (double)forecast.Expected), rest);
        _runRate.Add(origin.Series, Math.Abs(truth - origin.RunRate), rest);
        _lastWeek.Add(origin.Series, Math.Abs(truth - origin.LastWeek), rest);
        _pinball.Add(
            origin.Series, (Loss(forecast.Low, 0.1) + Loss(forecast.Expected, 0.5) + Loss(forecast.High, 0.9)) / 3, rest);
        _runRatePinball.Add(
            origin.Series,
            (Loss(origin.RunRate, 0.1) + Loss(origin.RunRate, 0.5) + Loss(origin.RunRate, 0.9)) / 3,
            rest);
        if (origin.HasLimit)
        {
            AddLimit(forecast, origin.RanOut);
        }

        double Loss(double quantile, double share) =>
            truth >= quantile ? share * (truth - quantile) : (1 - share) * (quantile - truth);
    }

    private void AddLimit(BudgetForecast forecast, DateOnly? ranOut)
    {
        _limits++;
        var miss = forecast.Probability - (ranOut is null ? 0 : 1);
        _brier += miss * miss;
        if (forecast.Probability >= 0.8)
        {
            Warnings++;
            _warningsTrue += ranOut is null ? 0 : 1;
        }

        if (ranOut is { } day)
        {
            RunOuts++;
            _runOutsWithin += forecast.RunsOutEarliest <= day && !(forecast.RunsOutLatest < day) ? 1 : 0;
        }
    }

    private static double Share(int part, int whole) => whole == 0 ? double.NaN : part / (double)whole;

    private sealed class SeriesErrors
    {
        private readonly Dictionary<string, (double Error, double Actual)> _by = new(StringComparer.Ordinal);

        public int Count => _by.Count;

        public double Median
        {
            get
            {
                double[] shares = [.. _by.Values.Where(v => v.Actual > 0).Select(v => v.Error / v.Actual).Order()];
                return shares.Length == 0 ? double.NaN : Quantiles.Of(shares, 0.5);
            }
        }

        public void Add(string series, double error, double actual)
        {
            var (errors, actuals) = _by.GetValueOrDefault(series);
            _by[series] = (errors + error, actuals + actual);
        }
    }
}
