namespace Assay.Sim.Workforce;

/// <summary>Plays a conversation: the context grows with each call, is read from the cache while it is warm, and is compacted.</summary>
internal static class SessionWriter
{
    private const int CacheSeconds = 300;
    private const int ContextMax = 190_000;

    public static void Write(WorkPerson person, SessionPlan plan, ulong seed, List<WorkCall> calls, List<WorkOutcome> outcomes)
    {
        var random = new WorkRandom(seed);
        var session = random.Next();
        var topics = plan.TopicSeed != 0 ? plan.TopicSeed : session;
        var (at, context) = (plan.StartMs, 0.0);
        var isWarm = false;
        for (var i = 0; i < plan.Calls && at < plan.EndMs; i++)
        {
            var isHuman = i == 0 || random.Chance(plan.HumanShare);
            if (i > 0)
            {
                var agentGap = TraceFigures.AgentGap(ref random) * plan.GapScale;
                var gap = isHuman
                    ? Math.Min(TraceFigures.HumanGap(ref random) * Math.Min(1, plan.GapScale * 2), plan.HumanGapMax)
                    : agentGap;
                at += (long)(1000 * gap) + 500;
                isWarm = gap < CacheSeconds;
                if (context > ContextMax)
                {
                    (context, isWarm) = (30_000, false);
                }
            }

            var fresh = i == 0
                ? plan.FirstTokens > 0 ? plan.FirstTokens : Math.Min(TraceFigures.FirstPrompt(ref random), 150_000) * Math.Min(1, plan.NewScale)
                : plan.NewTokens > 0 ? plan.NewTokens * random.Between(0.6, 1.4) : TraceFigures.NewTokens(ref random) * plan.NewScale;
            var isBusted = random.Chance(plan.CacheMiss);
            var read = isWarm && !isBusted ? context : 0;
            var write = isBusted ? 0 : context + fresh - read;
            var output = plan.OutputTokens > 0
                ? plan.OutputTokens * random.Between(0.5, 1.5)
                : Math.Min(TraceFigures.Output(ref random) * plan.OutputScale, 30_000);
            calls.Add(new WorkCall
            {
                AtMs = at,
                DurationMs = (int)Math.Min(600_000, 2000 + (output * 12) + ((context + fresh - read) * 0.05)),
                Person = person.Index,
                IsAgent = plan.IsAgent,
                Session = session,
                Model = plan.Model >= 0 ? plan.Model : person.Model,
                UseCase = plan.UseCase >= 0 ? plan.UseCase : person.UseCase,
                Work = plan.Work,
                IsHuman = isHuman,
                Input = (int)(isBusted ? context + fresh : 0),
                CacheRead = (int)read,
                CacheWrite = (int)write,
                Output = (int)output,
                Text = Text(plan, isHuman, topics, session, i, ref random),
                IsGaming = plan.IsGaming,
                Incident = plan.Incident,
            });
            context += fresh + output;
            isWarm = true;
        }

        if (plan.Work != 0 && random.Chance(plan.Outcome))
        {
            outcomes.Add(new WorkOutcome(at + (long)(random.Between(0.3, 20) * 3_600_000), person.Index, plan.Work));
        }
    }

    private static WorkText Text(SessionPlan plan, bool isHuman, ulong topics, ulong session, int i, ref WorkRandom random)
    {
        if (isHuman)
        {
            if (i > 0 && random.Chance(plan.ShortAsks))
            {
                return new WorkText((ulong)random.Below(40), 0, 0, (byte)(1 + random.Below(6)));
            }

            // Now and then everybody asks once more what was not answered well.
            var topic = plan.AskTopics > 0
                ? topics + (ulong)random.Below(plan.AskTopics) * 7919
                : WorkRandom.Mix(session + (ulong)(random.Chance(0.08) ? i / 2 : i));
            return new WorkText(topic, random.Next(), Share(plan.AskChanged), (byte)(26 + (topic % 40)));
        }

        var isRepeat = random.Chance(plan.ToolRepeats);
        var what = isRepeat ? WorkRandom.Mix(session ^ 0xABCD) + (ulong)random.Below(9) : random.Next();
        return new WorkText(what, random.Next(), Share(plan.ToolChanged), (byte)(40 + (what % 60)));
    }

    private static byte Share(double part) => (byte)Math.Clamp(part * 255, 0, 255);
}
