using Assay.Signals.Spikes;

namespace Assay.Signals.Early;

/// <content>Whether people's calls still go to the model that they usually ask for.</content>
internal sealed partial class EarlyBoard
{
    // From so many calls of lead on, a model is somebody's usual one; beyond the second number it is not counted.
    private const float Usual = 20;
    private const float LeadMax = 400;

    private readonly Surprise _models = new(settings, 1);

    private void Model(
        in SpikeCall call, ref EarlyPerson person, ref Team team, List<Sign> signs)
    {
        ref var run = ref team.Model;
        var weight = run.IsTold && run.IsShared ? (float)settings.ToldWeight : 1;
        if (call.Model == person.Model)
        {
            if (person.ModelLead >= Usual)
            {
                person.ModelOf += weight;
                _models.Call(0, call.AtMs);

                // Who usually asks for the dearer one cannot show that others turned to it.
                if (run.Score > 0 && call.Model != team.Dearer && run.Against(Math.Log(settings.StillUsual), call.Person) && !context.IsTold(call.Person))
                {
                    _models.Accident(0, run.Rate);
                }
            }

            person.ModelLead = Math.Min(LeadMax, person.ModelLead + 1);
            return;
        }

        if (person.ModelLead >= Usual)
        {
            Other(call, ref person, ref team, context.ModelPrice(call.Model) - context.ModelPrice(person.Model), signs);
            person.ModelOf += weight;
            person.ModelOther += weight;
            if (person.ModelOf > settings.KeptCalls)
            {
                person.ModelOf /= 2;
                person.ModelOther /= 2;
            }
        }

        person.ModelLead -= weight;
        if (person.ModelLead <= 0)
        {
            (person.Model, person.ModelLead) = (call.Model, 1);
        }
    }

    private void Other(in SpikeCall call, ref EarlyPerson person, ref Team team, double dearer, List<Sign> signs)
    {
        ref var run = ref team.Model;
        _models.Call(0, call.AtMs);
        if (!(dearer >= Math.Log(settings.DearerModel)))
        {
            return;
        }

        var rate = _models.Rate(0, person.ModelOf, person.ModelOther);
        var odds = Math.Log((1 - settings.StillUsual) / rate);
        if (rate > settings.RateMax || (run.Score > 0 && team.Dearer != call.Model))
        {
            return;
        }

        var enough = _models.Enough(call.AtMs);
        team.Dearer = call.Model;
        run.For(odds, enough, 0, rate, call.Person, call.AtMs);
        run.SpentUsd += call.CostUsd;
        run.UsualUsd += call.CostUsd * Math.Exp(-dearer);
        var projected = ((run.SpentUsd / run.UsualUsd) - 1) * context.TeamUsdPerDay(call.Team) * run.Seen / run.Of;
        if (run.IsTold)
        {
            signs.Add(new Sign(new SpikeScope(SpikeScopeKind.Person, call.Person), null, EarlyKind.Model, 0, 0));
        }
        else if (run.Score >= enough && projected >= settings.ImpactUsdPerDay)
        {
            signs.Add(Tell(ref run, call, EarlyKind.Model, projected));
        }
    }
}
