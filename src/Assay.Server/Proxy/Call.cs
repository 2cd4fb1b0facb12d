using System.Diagnostics;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Batches;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Formats;
using Assay.Server.Proxy.Caching;
using Assay.Server.Proxy.Waiting;
using Assay.Server.RateLimits;
using Assay.Server.Routing;
using Assay.Server.Routing.Credentials;
using Assay.Translation;

namespace Assay.Server.Proxy;

/// <summary>Why a call's work for it was cancelled.</summary>
internal enum StopReason
{
    None,
    ClientGone,
    ProviderSilent,
    TooLong,
    ShutDown,

    /// <summary>The answer outgrew its reservation, and a budget has nothing left.</summary>
    BudgetExhausted,
}

/// <summary>One call on its way through the gateway: what each step found out, for the steps after it.</summary>
internal sealed class Call(HttpContext http, RouteMatch match, Guid id, long startedAtMs, long startedTicks)
    : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;
    private bool _borrows;

    public HttpContext Http { get; } = http;

    /// <summary>What the path means; narrowed once a named provider's format is known.</summary>
    public RouteMatch Match { get; set; } = match;

    /// <summary>Names this attempt in the ledger.</summary>
    public Guid Id { get; } = id;

    /// <summary>Names the call to its client: the first attempt's id.</summary>
    public Guid RequestId { get; init; } = id;

    public long StartedAtMs { get; } = startedAtMs;

    /// <summary>The clock's timestamp at acceptance, for durations that no clock change can falsify.</summary>
    public long StartedTicks { get; } = startedTicks;

    /// <summary>The clock's timestamp of the last byte in either direction; watched by <see cref="CallWatchdog"/>.</summary>
    public long ProgressTicks { get; set; } = startedTicks;

    public bool FirstByteSeen { get; set; }

    public Activity? Activity { get; set; }

    // Step 1, Identify.
    public KeyIdentity? Identity { get; set; }

    // Step 2, Accept.
    public RequestBody? Body { get; set; }

    /// <summary>What the provider is sent instead of <see cref="Body"/>; null if it gets that.</summary>
    public RequestBody? Rewritten { get; set; }

    /// <summary>What the provider is sent.</summary>
    public RequestBody? Outgoing => Rewritten ?? Body;

    public RequestFacts Facts { get; set; } = new();

    public string Model { get; set; } = "";

    public ClientFacts Client { get; set; }

    /// <summary>The agent conversation: what a header says goes before what the body says.</summary>
    public string Session => Client.Session.Length > 0 ? Client.Session : Facts.Session;

    public string WorkRef => Client.WorkRef.Length > 0 ? Client.WorkRef : Facts.WorkRef;

    public string UseCase { get; set; } = "";

    // Step 3, Route.
    public Target? Target { get; set; }

    /// <summary>The route that led to it; null where a path or a budget names the provider.</summary>
    public ModelRoute? Route { get; set; }

    /// <summary>The experiment that decided where it goes, and its arm; empty for none.</summary>
    public string Arm { get; set; } = "";

    /// <summary>Where it has a place that must be given back; null where a provider takes any number.</summary>
    public ProviderSlots? Slots { get; set; }

    /// <summary>What its answer is kept under, where it may be kept.</summary>
    public KeyDigest? CacheKey { get; set; }

    /// <summary>The answer as the client gets it, where it may be kept.</summary>
    public RecordedBody? Recorded { get; set; }

    /// <summary>What was settled at its end.</summary>
    public UsageEvent? Settled { get; set; }

    /// <summary>Whether it asks for a count of tokens that is estimated here.</summary>
    public bool IsCountedHere { get; set; }

    /// <summary>Where the call can go when <see cref="Target"/> fails, best first.</summary>
    public ReadOnlyMemory<Target> Next { get; set; }

    /// <summary>The model that the provider is asked for.</summary>
    public string ProviderModel { get; set; } = "";

    /// <summary>The call as the provider is asked: <see cref="Match"/>, or what it becomes in the provider's format.</summary>
    public RouteMatch Wire { get; set; } = match;

    /// <summary>The way back of a translated call; null where bytes pass as they are.</summary>
    public AnswerContext? Answer { get; set; }

    /// <summary>Whether a cloud's own client speaks to that cloud, so that bodies, errors and frames pass as they are.</summary>
    public bool IsNative => Match.Cloud is not null && Answer is null;

    /// <summary>What the translation could not carry, as a header's value; empty if all was.</summary>
    public string Dropped { get; set; } = "";

    /// <summary>Whether we asked for a usage event that the client did not ask for, and must not see.</summary>
    public bool AsksForUsage { get; set; }

    // Step 4, Admit.
    public UsageEvent? Reservation { get; set; }

    /// <summary>The budgets that it is held on; null until it is.</summary>
    public BudgetSet? Budgets { get; set; }

    public BudgetHold Hold { get; set; } = BudgetHold.Nothing;

    /// <summary>All the money that is held for it, in nano-USD: the reservation and its extensions.</summary>
    public long HeldMoney { get; set; }

    public long HeldTokens { get; set; }

    /// <summary>The least that a hard budget in money has left besides this call; null if there is none.</summary>
    public NanoUsd? BudgetLeft { get; set; }

    public RateTicket? RateTicket { get; set; }

    /// <summary>What a batch job asks one model for, when this is such a part; null for a call.</summary>
    public BatchLoad? Load { get; init; }

    /// <summary>The parts of a batch job, one for each model, each with a reservation of its own; empty for a call.</summary>
    public IReadOnlyList<Call> Parts { get; set; } = [];

    /// <summary>Where a budget that is used up sent it; empty if nowhere.</summary>
    public string Rerouted { get; set; } = "";

    /// <summary>How long it waited for its turn at a budget that throttles.</summary>
    public long ThrottledMs { get; set; }

    /// <summary>How long it waited because of a signal.</summary>
    public long SlowedMs { get; set; }

    /// <summary>The page of the signal that it feels; empty if none.</summary>
    public string SignalLink { get; set; } = "";

    // Step 5 and 6, Forward and Meter.

    /// <summary>The provider's credential that is used; null if it asks for none.</summary>
    public ProviderKey? Key { get; set; }

    /// <summary>How many attempts the call has made before this one.</summary>
    public int AttemptsBefore { get; init; }

    /// <summary>Why the provider's credential cannot be had; empty if it can.</summary>
    public string CredentialFault { get; set; } = "";

    public CallOutcome Outcome { get; set; }

    public int Status { get; set; }

    public int FirstByteMs { get; set; } = -1;

    /// <summary>Whether anything was sent to the provider, so that it may be billed.</summary>
    public bool Sent { get; set; }

    /// <summary>Whether the client's connection is gone.</summary>
    public bool ClientLeft { get; set; }

    /// <summary>Whether its end was told to those who watch live.</summary>
    public bool IsEnded { get; set; }

    public UsageReading? Reading { get; set; }

    /// <summary>The answer's body where it is needed whole: the name of a batch job stands in it.</summary>
    public KeptTap? Kept { get; set; }

    /// <summary>Cancelled when there is no more use in talking to the provider.</summary>
    public CancellationToken Stopped => _stop.Token;

    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>
    /// The same call's next attempt, at the best target that is left: a reservation, a talk and a row of its own. What the
    /// client sent is lent to it.
    /// </summary>
    public Call Again(Guid attemptId)
    {
        var next = new Call(Http, Match, attemptId, StartedAtMs, StartedTicks)
        {
            RequestId = RequestId,
            Identity = Identity,
            Client = Client,
            UseCase = UseCase,
            Facts = Facts,
            Model = Model,
            Route = Route,
            Arm = Arm,
            Target = Next.Span[0],
            Next = Next[1..],
            ProviderModel = Next.Span[0].Model ?? Model,
            ClientLeft = ClientLeft,
            RateTicket = RateTicket,
            SlowedMs = SlowedMs,
            SignalLink = SignalLink,
            AttemptsBefore = AttemptsBefore + 1,
        };
        (next.Body, next._borrows) = (Body, true);
        RateTicket = null;
        return next;
    }

    /// <summary>The part of a batch job that goes to one model: the same caller and target, another reservation.</summary>
    public Call Part(Guid partId, BatchLoad load) => new(Http, Match, partId, StartedAtMs, StartedTicks)
    {
        Identity = Identity,
        Client = Client,
        UseCase = UseCase,
        Facts = new RequestFacts { Model = load.Model, ServiceTier = BatchLoad.ServiceTier },
        Model = load.Model,
        Target = Target,
        ProviderModel = load.Model,
        Load = load,
    };

    public void LeaveAndStop()
    {
        ClientLeft = true;
        Stop(StopReason.ClientGone);
    }

    /// <summary>Ends the talk with the provider. The first reason counts.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None)
        {
            try
            {
                _stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The call ended at the same moment: there is nothing left to stop.
            }
        }
    }

    public void Dispose()
    {
        WaitingRoom.Leave(this);
        Activity?.Dispose();
        foreach (var part in Parts)
        {
            part.Dispose();
        }

        Rewritten?.Dispose();
        if (!_borrows)
        {
            Body?.Dispose();
        }

        _stop.Dispose();
    }
}
