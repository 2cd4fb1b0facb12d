namespace Assay.Sim.Workforce;

/// <summary>Honest days that look bad from afar.</summary>
internal sealed partial class PersonDay
{
    private void WorkHard()
    {
        switch (person.Kind)
        {
            case WorkKind.Migration when !IsWeekend:
                Repeat(6, 16, () => new SessionPlan
                {
                    StartMs = AtWork(),
                    Calls = 60 + _random.Below(160),
                    HumanShare = 0.04,
                    Work = Declared(0.95),
                    Outcome = 0.7,
                });
                if (_random.Chance(0.35))
                {
                    Session(new SessionPlan
                    {
                        StartMs = At(18, 21),
                        Calls = 300 + _random.Below(600),
                        HumanShare = 0,
                        Work = Declared(0.95),
                        Outcome = 0.9,
                    });
                }

                break;

            case WorkKind.BuildAgent:
                var template = WorkRandom.Mix((ulong)person.Index + 77);
                Repeat(15, IsWeekend ? 22 : 50, () => new SessionPlan
                {
                    StartMs = At(0, 24),
                    Calls = 4 + _random.Below(20),
                    HumanShare = 0,
                    IsAgent = true,
                    UseCase = 6,
                    AskTopics = 1,
                    TopicSeed = template,
                    AskChanged = 0.5,
                    Work = Declared(0.97),
                    Outcome = 0.5,
                });
                break;

            case WorkKind.OnCall:
                Repeat(1, 4, () => new SessionPlan
                {
                    StartMs = At(22, 30),
                    Calls = 20 + _random.Below(90),
                    HumanShare = 0.25,
                    HumanGapMax = 400,
                    Work = Declared(0.8),
                    Outcome = 0.6,
                });
                break;

            case WorkKind.DocumentReview when !IsWeekend:
                Repeat(2, 7, () => new SessionPlan
                {
                    StartMs = AtWork(),
                    Calls = 5 + _random.Below(10),
                    HumanShare = 0.9,
                    FirstTokens = 40_000 + _random.Below(110_000),
                    ShortAsks = 0.1,
                    OutputScale = 2.5,
                    UseCase = 4,
                    Work = Declared(0.6),
                    Outcome = 0.5,
                });
                break;

            case WorkKind.EvaluationSuite when _random.Chance(0.45):
                Suite();
                break;

            case WorkKind.Learner when !IsWeekend:
                Repeat(3, 9, () => new SessionPlan
                {
                    StartMs = AtWork(),
                    Calls = 6 + _random.Below(14),
                    HumanShare = 0.95,
                    ShortAsks = 0.2,
                    AskTopics = _random.Chance(0.25) ? 4 : 0,
                    AskChanged = 0.15,
                    Work = Declared(0.3),
                    Outcome = 0.25,
                });
                break;

            case WorkKind.Swarm when !IsWeekend && _random.Chance(0.7):
                var start = AtWork();
                Repeat(8, 26, () => new SessionPlan
                {
                    StartMs = start + _random.Below(600_000),
                    Calls = 20 + _random.Below(60),
                    HumanShare = 0.01,
                    Work = Declared(0.9),
                    Outcome = 0.5,
                });
                break;
        }
    }

    /// <summary>Questions from one template, several at a time, each a session of its own.</summary>
    private void Suite()
    {
        var start = At(6, 20);
        var template = WorkRandom.Mix((ulong)person.Index + 99);
        var count = 120 + _random.Below(350);
        for (var i = 0; i < count; i++)
        {
            Session(new SessionPlan
            {
                StartMs = start + (i / 12 * 20_000) + _random.Below(8000),
                Calls = 1,
                IsAgent = true,
                UseCase = 5,
                FirstTokens = 1500 + _random.Below(3000),
                OutputScale = 1.5,
                AskTopics = 1,
                TopicSeed = template,
                AskChanged = 0.4,
                Work = Declared(0.85),
                Outcome = 0.004,
            });
        }
    }

    private void Repeat(int from, int to, Func<SessionPlan> plan)
    {
        for (var left = from + _random.Below(Math.Max(1, (int)((to - from) * Math.Min(1, options.Intensity)))); left > 0; left--)
        {
            Session(plan());
        }
    }
}
