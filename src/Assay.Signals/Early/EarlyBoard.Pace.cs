using Assay.Signals.Spikes;

namespace Assay.Signals.Early;

/// <content>Whether somebody's calls and conversations begin at a pace that nobody has.</content>
internal sealed partial class EarlyBoard
{
    private const double MinuteMs = 60_000;
    private const double CallsMin = 2;
    private const double StartsMin = 1;

    private readonly PacePeers _peers = new();

    private void Pace(in SpikeCall call, long localHour, bool isStart, ref EarlyPerson person, in Known known, List<Sign> signs)
    {
        if (localHour > person.Hour)
        {
            EndHour(ref person, (int)localHour);
        }

        var elapsed = Math.Max(0, call.AtMs - person.LastMs);
        var fade = (float)Math.Exp(-elapsed / MinuteMs);
        person.LastMs = Math.Max(person.LastMs, call.AtMs);
        var calls = Math.Max(CallsMin, Math.Max(person.CallsPeak, _peers.Calls));
        var starts = Math.Max(StartsMin, Math.Max(person.StartsPeak, _peers.Starts));
        Step(ref person.CallsScore, calls, elapsed, 1);
        Step(ref person.StartsScore, starts, elapsed, isStart ? 1 : 0);
        person.Calls = (person.Calls * fade) + 1;
        person.Starts = (person.Starts * fade) + (isStart ? 1 : 0);
        person.CallsOfHour = Math.Max(person.CallsOfHour, person.Calls);
        person.StartsOfHour = Math.Max(person.StartsOfHour, person.Starts);

        var projected = (known.PersonUsdNow * 60) - (known.PersonUsdUsual * 60);
        if (Math.Max(person.CallsScore, person.StartsScore) is var score && score >= _caches.Enough(call.AtMs) && _caches.Days(call.AtMs) >= 1 && known.PersonUsdNow * 60 >= settings.ImpactUsdPerHour)
        {
            var isOfCalls = person.CallsScore >= person.StartsScore;
            signs.Add(new Sign(
                new SpikeScope(SpikeScopeKind.Person, call.Person),
                new EarlyEvidence(
                    EarlyKind.Pace, (int)Math.Round(isOfCalls ? person.Calls : person.Starts), (int)Math.Round(person.Calls), isOfCalls ? calls : starts, score, known.PersonUsdNow * 60, 1, call.AtMs),
                EarlyKind.Pace,
                known.PersonUsdNow,
                Math.Min(known.PersonUsdNow, known.PersonUsdUsual)));
            (person.CallsScore, person.StartsScore) = (0, 0);
        }
    }

    /// <summary>The evidence for a pace of several times the usual, against one that is at most usual: both as Poisson's.</summary>
    private void Step(ref float score, double usualPerMinute, double elapsedMs, int count)
    {
        if (score <= 0 && count == 0)
        {
            return;
        }

        var against = score > 0 ? (settings.PaceRatio - 1) * usualPerMinute * elapsedMs / MinuteMs : 0;
        score = (float)Math.Max(0, score - against) + (float)(count * Math.Log(settings.PaceRatio));
    }

    private void EndHour(ref EarlyPerson person, int localHour)
    {
        if (person.CallsOfHour > 0)
        {
            _peers.Learn(person.CallsOfHour, person.StartsOfHour);
            person.CallsPeak = (float)Math.Max(person.CallsPeak, Math.Min(person.CallsOfHour, Math.Max(person.CallsPeak, _peers.Calls) * settings.PaceGrowth));
            person.StartsPeak = (float)Math.Max(person.StartsPeak, Math.Min(person.StartsOfHour, Math.Max(person.StartsPeak, _peers.Starts) * settings.PaceGrowth));
        }

        (person.Hour, person.CallsOfHour, person.StartsOfHour) = (localHour, 0, 0);
    }
}
