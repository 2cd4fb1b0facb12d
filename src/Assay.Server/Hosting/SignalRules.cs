using System.Globalization;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;

namespace Assay.Server.Hosting;

/// <summary>The rules of the configuration's section <c>signals</c>.</summary>
internal static class SignalRules
{
    public static void Check(SignalsConfig config, List<string> faults)
    {
        foreach (var (kind, action) in config.Actions)
        {
            if (!SignalWords.Kinds.Contains(kind))
            {
                faults.Add($"signals.actions.{kind}: there is no such kind; there are {string.Join(", ", SignalWords.Kinds)}.");
            }

            if (!SignalActions.Words.TryGetValue(action, out var known))
            {
                faults.Add($"signals.actions.{kind}: must be one of {string.Join(", ", SignalActions.Words.Keys)}, not \"{action}\".");
            }
            else if (known == SignalAction.Stop && SignalWords.IsCue(kind))
            {
                faults.Add($"signals.actions.{kind}: what was seen is over by then, and nothing is left to stop; use at most \"rate-limit\".");
            }
        }

        Between("holdMinutes", config.HoldMinutes, 1, 7 * 24 * 60);
        Between("slowSeconds", config.SlowSeconds, 1, 60);
        Between("callsPerMinute", config.CallsPerMinute, 1, 10_000);
        Between("sessionRepeats", config.SessionRepeats, 5, 10_000);
        if (!decimal.TryParse(config.SessionUsdPerMinute, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
            || usd is < 0.01m or > 1_000_000)
        {
            faults.Add("signals.sessionUsdPerMinute: must be an amount in USD from 0.01 to 1000000, as in \"20\".");
        }

        void Between(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                faults.Add($"signals.{name}: must be from {least} to {most}.");
            }
        }
    }
}
