namespace Assay.Demo;

/// <summary>Somebody with a key: knows what to send next, one call at a time.</summary>
internal sealed class DemoWorker(DemoKey key, Random random)
{
    private volatile bool _isBusy;
    private DemoSession? _session;

    public DemoKey Key => key;

    public bool IsBusy
    {
        get => _isBusy;
        set => _isBusy = value;
    }

    /// <summary>How likely this one sends when its turn comes.</summary>
    public double Eagerness => key.Plan.Habit switch
    {
        DemoHabit.ClaudeCode or DemoHabit.Codex or DemoHabit.NightlyAgent => 0.9,
        DemoHabit.SupportTriage or DemoHabit.Indexer => 1,
        DemoHabit.GeminiCli or DemoHabit.InHouseCoder => 0.8,
        DemoHabit.Notebook => 0.4,
        _ => 0.25,
    };

    /// <summary>The next call. <paramref name="trouble"/> from 0 to 999 decides whether it asks for a fault.</summary>
    public DemoCall Next(int trouble)
    {
        if (_session is null || _session.IsDone)
        {
            _session = new DemoSession(random, TurnsMax());
        }

        var session = _session;
        session.Ask(QuestionCharacters());
        var call = key.Plan.Habit switch
        {
            DemoHabit.ClaudeCode => DemoClients.ClaudeCode(session, random.Next(8) == 0 ? "claude-opus-5" : "claude-sonnet-5", random),
            DemoHabit.NightlyAgent => DemoClients.ClaudeCode(session, "claude-haiku-4-5", random),
            DemoHabit.Codex => DemoClients.Codex(session, random.Next(3) == 0 ? "gpt-5.5" : "gpt-5.3-codex"),
            DemoHabit.GeminiCli => DemoClients.GeminiCli(session, random.Next(3) == 0 ? "gemini-3.1-pro-preview" : "gemini-3.5-flash"),
            DemoHabit.InHouseCoder => DemoClients.OpenCode(session, DemoCompany.InHouseModel),
            DemoHabit.SupportTriage => DemoClients.Triage(session, random),
            DemoHabit.Indexer => DemoClients.Index(session, random),
            DemoHabit.Notebook => DemoClients.Notebook(session, random),
            _ => DemoClients.Chat(session, random),
        };
        session.Answered(random.Next(200, 1800));
        return Fault(trouble) is { } fault ? call with { Headers = [.. call.Headers, new("x-sim", fault)] } : call;
    }

    private static string? Fault(int trouble) => trouble switch
    {
        < 6 => "status=429;retry-after=1",
        < 9 => "status=529",
        < 12 => "status=500",
        < 15 => "status=400",
        < 19 => "fault=cut-mid-event",
        < 23 => "usage=never",
        < 27 => "usage=twice",
        < 30 => "first=2s",
        _ => null,
    };

    private int TurnsMax() => key.Plan.Habit switch
    {
        DemoHabit.ClaudeCode or DemoHabit.Codex or DemoHabit.GeminiCli or DemoHabit.InHouseCoder => random.Next(8, 45),
        DemoHabit.NightlyAgent => random.Next(40, 90),
        DemoHabit.ChatApp => random.Next(1, 8),
        _ => 1,
    };

    private int QuestionCharacters() => key.Plan.Habit switch
    {
        // Tool results, mostly: files and logs.
        DemoHabit.ClaudeCode or DemoHabit.Codex or DemoHabit.GeminiCli or DemoHabit.InHouseCoder or DemoHabit.NightlyAgent =>
            random.Next(10) == 0 ? random.Next(8_000, 20_000) : random.Next(400, 4_000),
        DemoHabit.Notebook => random.Next(2_000, 30_000),
        DemoHabit.Indexer => random.Next(500, 2_500),
        _ => random.Next(60, 900),
    };
}
