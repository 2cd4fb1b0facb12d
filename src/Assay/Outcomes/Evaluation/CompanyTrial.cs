using System.Globalization;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Worth;
using Assay.Sim.Workforce;
using Assay.Sim.Workforce.Deliveries;

namespace Assay.Outcomes.Evaluation;

/// <summary>One simulated company: what a gateway and its work systems see of it, and next to it the truth.</summary>
internal sealed class CompanyTrial
{
    /// <summary>Days until as much is finished as is begun.</summary>
    public const int WarmUp = 10;

    /// <summary>The day on which tokens and changes become targets.</summary>
    public const int TargetDay = WarmUp + 28;

    private const long DayMs = 86_400_000;
    private static readonly TimeSpan s_before = TimeSpan.FromDays(21);
    private static readonly TimeSpan s_after = TimeSpan.FromDays(2);
    private static readonly TimeSpan s_settles = TimeSpan.FromDays(14);
    private readonly DeliveryBook _book;

    public CompanyTrial(int seed, int people, int days, bool isPressed)
    {
        if (days < TargetDay + 14)
        {
            throw new ArgumentException($"A company is watched for {TargetDay + 14} days or more.", nameof(days));
        }

        Company = new WorkCompany(new WorkforceOptions
        {
            Seed = seed,
            People = people,
            Days = days,
            PressureFrom = isPressed ? TargetDay : -1,
            Gaming = isPressed ? 0.3 : 0,
        });
        Days = days;
        var deliveries = new DeliveryDesk(Company, new DeliveryOptions { Seed = seed, Days = days, TargetFrom = isPressed ? TargetDay : -1 });
        foreach (var day in Company.Play())
        {
            deliveries.See(day);
        }

        _book = deliveries.Close();
        Names = [.. Company.People.Select(p => p.Email)];
    }

    public WorkCompany Company { get; }

    public int Days { get; }

    public string[] Names { get; }

    public IReadOnlyList<ServedCall> Served => _book.Calls;

    public IReadOnlyList<WorkChange> Changes => _book.Changes;

    /// <summary>The changes that intake would hear of, in the order of <see cref="Outcomes"/>.</summary>
    public List<WorkChange> Reported { get; } = [];

    /// <summary>For each change its position among the reported ones, or -1.</summary>
    public int[] Positions { get; private set; } = [];

    public IReadOnlyList<CallRow> Calls { get; private set; } = [];

    public int Day(long atMs) => (int)Math.Floor((atMs - Company.StartMs) / (double)DayMs);

    /// <summary>What intake and metering know, and no more.</summary>
    public AttributionResult Attribute()
    {
        Calls =
        [
            .. _book.Calls.Select((c, i) => new CallRow
            {
                Id = i.ToString(CultureInfo.InvariantCulture),
                Session = c.HasSession ? Name(c.Call.Session) : null,
                Person = Names[c.Call.Person],
                WorkRef = c.WorkRef,
                AtMs = c.Call.AtMs,
                CostNanos = c.Call.CostNanos,
            }),
        ];
        Positions = new int[_book.Changes.Count];
        foreach (var change in _book.Changes)
        {
            // One repository is not connected: nobody hears of what is merged there.
            var isHeard = change.IsReported && change.Repo is not "elsewhere/site";
            Positions[change.Id] = isHeard ? Reported.Count : -1;
            if (isHeard)
            {
                Reported.Add(change);
            }
        }

        return Attributor.Attribute(
            Calls,
            [
                .. _book.Commits.Select(c => new AnchorRow
                {
                    Session = Name(c.Session),
                    Repo = c.Repo,
                    Commit = c.Name,
                    AtMs = c.AtMs,
                    Lines = c.Lines,
                    IsMade = c.Trace == CommitTrace.Made,
                }),
            ],
            [.. Reported.Select(Outcome)]);
    }

    /// <summary>What became of a change, asked so much later that nothing is provisional but what never ended.</summary>
    public static Fate FateOf(WorkChange change) => change switch
    {
        { AbandonedMs: not null } => Fate.Abandoned,
        { AcceptedMs: null } => Fate.Provisional,
        { RevertedMs: { } at, AcceptedMs: { } accepted } when at < accepted + s_settles.TotalMilliseconds => Fate.Reverted,
        { ReopenedMs: { } at, AcceptedMs: { } accepted } when at < accepted + s_settles.TotalMilliseconds => Fate.Reopened,
        _ => Fate.Settled,
    };

    private static string Name(ulong session) => session.ToString("x16", CultureInfo.InvariantCulture);

    private OutcomeRow Outcome(WorkChange change)
    {
        var at = change.AcceptedMs ?? change.AbandonedMs ?? change.ProposedMs!.Value;
        return new OutcomeRow
        {
            Id = change.Id.ToString(CultureInfo.InvariantCulture),
            Repo = change.Repo,
            Commits = [.. change.Commits],
            Branch = change.Branch,
            WorkRefs = change.Ticket.Length > 0 ? [change.Ticket] : [],
            Author = Names[change.Person],
            AtMs = at,
            FromMs = at - (long)s_before.TotalMilliseconds,
            UntilMs = at + (long)s_after.TotalMilliseconds,
            Lines = change.Lines,
        };
    }
}
