using Assay.Signals.Spikes;

namespace Assay.Signals.Early;

/// <content>Whether somebody's calls and conversations begin at a pace that nobody has.</content>
internal sealed partial class EarlyBoard
{
    private const double MinuteMs = 60_000;
    private const int MinutesOfHour = 60;

    // Less is never enough, whatever is watched: then nothing else is looked at.
    private const float EnoughMin = 3;
    private const double CallsMin = 2;
    private const double StartsMin = 1;

    private readonly PacePeers _peers = new();
    private readonly double _paceGain = Math.Log(settings.PaceRatio);

    private void Pace(in SpikeCall call, long localHour, bool isStart, ref EarlyPerson person, List<Sign> signs)
    {
        if (localHour > person.Hour)
        {
            EndHour(ref person, (int)localHour);
        }

        var elapsed = Math.Max(0, call.AtMs - person.LastMs);
        var fade = MathF.Exp((float)(-elapsed / MinuteMs));
        person.LastMs = Math.Max(person.LastMs, call.AtMs);
        var calls = Math.Max(CallsMin, Math.Max(person.CallsPeak, _peers.Calls));
        var starts = Math.Max(StartsMin, Math.Max(person.StartsPeak, _peers.Starts));
        Step(ref person.CallsScore, calls, elapsed, 1);
        Step(ref person.StartsScore, starts, elapsed, isStart ? 1 : 0);
        person.Calls = (person.Calls * fade) + 1;
        person.Starts = (person.Starts * fade) + (isStart ? 1 : 0);
        person.CallsOfHour = Math.Max(person.CallsOfHour, person.Calls);
        if (isStart)
        {
            person.StartsOfHour = Math.Max(person.StartsOfHour, person.Starts);
        }

        var score = Math.Max(person.CallsScore, person.StartsScore);
        if (score >= EnoughMin && score >= _caches.Enough(call.AtMs) && _caches.Days(call.AtMs) >= 1)
        {
            Fast(call, calls, starts, ref person, signs);
        }
    }

    private void Fast(in SpikeCall call, double calls, double starts, ref EarlyPerson person, List<Sign> signs)
    {
        var now = context.PersonUsdNow(call.Person);
        if (now * MinutesOfHour < settings.ImpactUsdPerHour)
        {
            return;
        }

        var isOfCalls = person.CallsScore >= person.StartsScore;
        var (seen, usual, score) = isOfCalls ? (person.Calls, calls, person.CallsScore) : (person.Starts, starts, person.StartsScore);
        signs.Add(new Sign(
            new SpikeScope(SpikeScopeKind.Person, call.Person),
            new EarlyEvidence(
                EarlyKind.Pace, (int)Math.Round(seen), (int)Math.Round(person.Calls), usual, score, now * MinutesOfHour, 1, call.AtMs),
            EarlyKind.Pace,
            now,
            Math.Min(now, context.PersonUsdUsual(call.Person))));
        (person.CallsScore, person.StartsScore) = (0, 0);
    }

    /// <summary>The evidence for a pace of several times the usual, against one that is at most usual: both as Poisson's.</summary>
    private void Step(ref float score, double usualPerMinute, double elapsedMs, int count)
    {
        if (score <= 0 && count == 0)
        {
            return;
        }

        var against = score > 0 ? (settings.PaceRatio - 1) * usualPerMinute * elapsedMs / MinuteMs : 0;
        score = (float)Math.Max(0, score - against) + (float)(count * _paceGain);
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
