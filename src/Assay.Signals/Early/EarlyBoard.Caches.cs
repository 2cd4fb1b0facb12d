using Assay.Signals.Spikes;

namespace Assay.Signals.Early;

/// <content>Whether calls still read what a cache must have.</content>
internal sealed partial class EarlyBoard
{
    private const int WarmNone = 0;
    private const int WarmWrote = 1;
    private const int ColdNone = 2;

    // A conversation of which nothing was heard for so long begins anew.
    private const int StartSeconds = 1800;

    // Somebody is known after so many calls that begin or go on after a pause; fewer people than the second number are too few.
    private const int KnownCalls = 5;
    private const int KnownMin = 20;

    private readonly Surprise _caches = new(settings, 3);
    private int _knownPeople;
    private int _silentPeople;

    /// <summary>Sees a call as a turn of its conversation, and says whether one begins with it.</summary>
    private bool Conversation(in SpikeCall call, ref EarlyPerson person, ref Team team, List<Sign> signs)
    {
        if (call.Session == 0)
        {
            return false;
        }

        ref var slot = ref _sessions.Of(call.Session);
        var seconds = (uint)(call.AtMs / 1000);
        var isKnown = slot.Id == call.Session;
        var since = isKnown ? (int)(seconds - slot.Seconds) : int.MaxValue;
        var isWarm = isKnown && since <= settings.WarmSeconds && slot.Cached >= settings.CacheableTokens && call.Input >= slot.Cached / 2;
        var used = call.CacheRead + call.CacheWrite;
        var isSilent = isKnown && since <= StartSeconds && slot.Cached == 0 && used == 0;
        if (isWarm || (call.Input >= settings.CacheableTokens && !(isSilent && IsSilenceCommon(call, ref person, team.Cache.IsTold))))
        {
            Cached(call, isWarm, isWarm ? call.CacheRead >= slot.Cached / 10 : used > 0, used > 0, ref person, ref team, signs);
        }

        // What a cache had it still has when nothing was read of it.
        slot.Cached = used > 0 || !isWarm ? (int)Math.Min(used, int.MaxValue) : slot.Cached;
        slot.Id = call.Session;
        slot.Seconds = Math.Max(isKnown ? slot.Seconds : 0, seconds);
        return since > StartSeconds;
    }

    /// <summary>
    /// Whether many people have conversations that never use a cache: then one says so with its first call, and the further ones
    /// say nothing new. Where hardly anybody has, each of them counts.
    /// </summary>
    private bool IsSilenceCommon(in SpikeCall call, ref EarlyPerson person, bool isTold)
    {
        if (!person.IsSilentSometimes && !isTold && !context.IsTold(call.Person))
        {
            person.IsSilentSometimes = true;
            _silentPeople++;
        }

        return _silentPeople >= settings.SilentPeople * Math.Max(KnownMin, _knownPeople);
    }

    private void Cached(
        in SpikeCall call, bool isWarm, bool isUsual, bool isUsed, ref EarlyPerson person, ref Team team, List<Sign> signs)
    {
        ref var run = ref team.Cache;
        var weight = run.IsTold && run.IsShared ? (float)settings.ToldWeight : 1;
        var sort = !isWarm ? ColdNone : isUsed ? WarmWrote : WarmNone;
        _caches.Call(isWarm ? WarmNone : ColdNone, call.AtMs);
        if (isWarm)
        {
            _caches.Chance(WarmWrote);
        }

        if (isUsual)
        {
            if (run.Score > 0 && run.Against(Math.Log(isWarm ? settings.StillUsual : 0.5), call.Person) && !context.IsTold(run.Person))
            {
                _caches.Accident(run.Sort, run.Rate);
            }
        }
        else
        {
            var (of, seen) = sort switch
            {
                WarmNone => (person.WarmOf, person.WarmNone),
                WarmWrote => (person.WarmOf, person.WarmWrote),
                _ => (person.ColdOf, person.ColdNone),
            };
            var rate = _caches.Rate(sort, of, seen);
            var odds = Math.Log((1 - settings.StillUsual) / 2 / rate);
            if (rate <= settings.RateMax)
            {
                var enough = _caches.Enough(call.AtMs);
                run.For(odds, enough, sort, rate, call.Person, call.AtMs);
                run.SpentUsd += call.CostUsd;
                run.UsualUsd += Math.Min(call.CostUsd, person.Price == 0 ? call.CostUsd : call.Tokens * Math.Exp(person.Price));
                var projected = ((run.SpentUsd / Math.Max(1e-9, run.UsualUsd)) - 1) * context.TeamUsdPerDay(call.Team);
                if (run.IsTold)
                {
                    signs.Add(new Sign(new SpikeScope(SpikeScopeKind.Person, call.Person), null, EarlyKind.Cache, 0, 0));
                }
                else if (run.Score >= enough && projected >= settings.ImpactUsdPerDay)
                {
                    signs.Add(Tell(ref run, call, EarlyKind.Cache, projected));
                }
            }
        }

        if (isWarm)
        {
            Learn(ref person.WarmOf, 1, weight);
            person.WarmNone += sort == WarmNone && !isUsual ? weight : 0;
            person.WarmWrote += sort == WarmWrote && !isUsual ? weight : 0;
        }
        else
        {
            Learn(ref person.ColdOf, 1, weight);
            person.ColdNone += isUsual ? 0 : weight;
            if (!person.IsKnown && person.ColdOf >= KnownCalls)
            {
                person.IsKnown = true;
                _knownPeople++;
            }
        }

        if (person.WarmOf + person.ColdOf > settings.KeptCalls)
        {
            person.WarmOf /= 2;
            person.WarmNone /= 2;
            person.WarmWrote /= 2;
            person.ColdOf /= 2;
            person.ColdNone /= 2;
        }
    }

    private static void Learn(ref float sum, float by, float weight) => sum += by * weight;
}
