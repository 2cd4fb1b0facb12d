namespace Assay.Sim.Workforce;

/// <summary>Days that are made for the count. Those who evade jitter, paraphrase, keep to the day and declare falsely.</summary>
internal sealed partial class PersonDay
{
    private bool Evades => options.Evasive;

    /// <summary>Nobody begins at full speed.</summary>
    private double Ramp => Math.Min(1, (day - person.From + 1) / (1 + (4 * WorkRandom.Of(options.Seed, person.Index, 3).Part())));

    private int FalseTicket => Evades ? Declared(0.6) : 0;

    private void Game(int begin)
    {
        switch (person.Kind)
        {
            case WorkKind.Redundant: AskAgain(); break;
            case WorkKind.NightLoop: Loop(); break;
            case WorkKind.Padding: Pad(); break;
            case WorkKind.Verbosity: AskForLength(); break;
            case WorkKind.FanOut: FanOut(); break;
            case WorkKind.CacheBusting: BustCaches(); break;
            case WorkKind.Bunching: FillUp(begin); break;
            case WorkKind.Aimless: Idle(3 + _random.Below(6)); break;
        }
    }

    private void AskAgain()
    {
        var seed = WorkRandom.Mix((ulong)(person.Index + (day / 3 * 100_003)));
        for (var left = (int)(_random.Between(40, 130) * Ramp); left > 0; left -= 14)
        {
            Session(new SessionPlan
            {
                StartMs = AtWork(),
                Calls = Math.Min(14, left),
                HumanShare = 1,
                ShortAsks = 0.05,
                HumanGapMax = 60,
                AskTopics = 1 + _random.Below(3),
                TopicSeed = seed,
                AskChanged = Evades ? _random.Between(0.2, 0.45) : _random.Between(0, 0.07),
                IsGaming = true,
                Work = FalseTicket,
            });
        }
    }

    private void Loop() => Session(new SessionPlan
    {
        StartMs = Evades ? At(10, 15) : At(19, 23),
        EndMs = Evades ? At(18, 20) : At(29, 32),
        Calls = (int)(_random.Between(500, 1800) * (Evades ? 0.35 : 1) * Ramp),
        HumanShare = Evades ? 0.012 : 0,
        GapScale = 1.1,
        FirstTokens = 50_000,
        ToolRepeats = Evades ? 0.45 : _random.Between(0.65, 0.95),
        ToolChanged = Evades ? 0.3 : _random.Between(0, 0.06),
        IsGaming = true,
        Work = FalseTicket,
    });

    private void Pad() => Games(2, 6, () => new SessionPlan
    {
        StartMs = AtWork(),
        Calls = 4 + _random.Below(8),
        HumanShare = 0.9,
        FirstTokens = 30_000,
        NewTokens = Evades ? 15_000 + _random.Below(25_000) : 55_000 + _random.Below(120_000),
        OutputTokens = Evades ? 300 : 60 + _random.Below(150),
        IsGaming = true,
        Work = FalseTicket,
    });

    private void AskForLength() => Games(2, 6, () => new SessionPlan
    {
        StartMs = AtWork(),
        Calls = 8 + _random.Below(16),
        HumanShare = 0.8,
        OutputScale = Evades ? _random.Between(2.5, 4) : _random.Between(8, 25),
        IsGaming = true,
        Work = FalseTicket,
    });

    private void FanOut()
    {
        for (var round = 1 + _random.Below((int)(4 * Ramp) + 1); round > 0; round--)
        {
            var (start, topic) = (AtWork(), _random.Next() | 1);
            for (var left = Evades ? 4 + _random.Below(4) : 8 + _random.Below(16); left > 0; left--)
            {
                Session(new SessionPlan
                {
                    StartMs = start + _random.Below(Evades ? 1_800_000 : 60_000),
                    Calls = 8 + _random.Below(22),
                    HumanShare = 0,
                    AskTopics = 1,
                    TopicSeed = topic,
                    AskChanged = Evades ? 0.35 : _random.Between(0, 0.05),
                    IsGaming = true,
                    Work = FalseTicket,
                });
            }
        }
    }

    private void BustCaches() => Games(1, 5, () => new SessionPlan
    {
        StartMs = AtWork(),
        Calls = 40 + _random.Below(80),
        HumanShare = 0.08,
        CacheMiss = Evades ? 0.4 : 0.97,
        IsGaming = true,
        Work = FalseTicket,
    });

    /// <summary>Sessions until the day's tokens are just past where a rank begins.</summary>
    private void FillUp(int begin)
    {
        var rank = WorkRandom.Of(options.Seed, person.Index, 4).Below(3) switch { 0 => 15e6, 1 => 30e6, _ => 60e6 };
        var goal = rank * (1 + ((Evades ? 0.2 : 0.02) * _random.Part()));
        var (tokens, at) = (0L, At(17, 19));
        for (var i = begin; i < _calls.Count; i++)
        {
            tokens += _calls[i].Tokens;
        }

        for (var tries = 0; tries < 60 && tokens < goal; tries++)
        {
            var from = _calls.Count;
            Session(new SessionPlan
            {
                StartMs = at,
                Calls = 90,
                HumanShare = 0.05,
                HumanGapMax = 60,
                IsGaming = true,
                Work = FalseTicket,
            });
            for (var i = from; i < _calls.Count; i++)
            {
                tokens += _calls[i].Tokens;
                if (tokens >= goal)
                {
                    _calls.RemoveRange(i + 1, _calls.Count - i - 1);
                    break;
                }
            }

            at += 400_000;
        }
    }

    private void Idle(int sessions)
    {
        for (; sessions > 0; sessions--)
        {
            Session(new SessionPlan
            {
                StartMs = AtWork(),
                Calls = TraceFigures.SessionCalls(ref _random),
                HumanShare = 0.2,
                IsGaming = true,
                Work = FalseTicket,
            });
        }
    }

    private void Games(int from, int to, Func<SessionPlan> plan)
    {
        for (var left = Math.Max(1, (int)((from + _random.Below(to - from)) * Ramp)); left > 0; left--)
        {
            Session(plan());
        }
    }
}
