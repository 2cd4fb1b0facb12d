using System.Globalization;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Directory;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.Demo.Past;

/// <summary>Simulated calls under the names of the demo's company: its keys, tools, models and prices.</summary>
internal sealed class PastNames : IWorkNames
{
    private readonly PastCast _cast;
    private readonly PriceBook _book;
    private readonly Dictionary<string, KeyIdentity> _identities;

    public PastNames(PastCast cast, IReadOnlyList<DemoKey> keys, DirectorySnapshot directory, PriceBook book)
    {
        (_cast, _book) = (cast, book);
        _identities = keys.DistinctBy(key => key.Plan.Owner)
            .ToDictionary(key => key.Plan.Owner, key => directory.FindKey(KeySecrets.Hash(key.Secret))!, StringComparer.Ordinal);
    }

    public string PriceVersion => _book.Version;

    public WorkName Of(in TurnKind kind)
    {
        var seat = _cast.Of(kind.Person)!;
        var plan = Key(seat, kind.IsAgent);
        var identity = _identities[plan.Owner];
        var model = seat.Models[kind.Model];
        return new WorkName
        {
            KeyId = identity.KeyId,
            PersonId = identity.PersonId,
            AgentId = identity.AgentId,
            TeamId = identity.TeamId,
            UseCase = kind.UseCase == seat.Truth.UseCase ? plan.UseCase : WorkCompany.UseCases[kind.UseCase],
            WorkRef = kind.Work == 0 ? "" : WorkRef(seat, kind.Work),
            Client = PastModels.Client(seat.Tool),
            Operation = PastModels.Operation(seat.Tool, model),
            Provider = PastModels.Provider(model),
            Model = model,
        };
    }

    /// <summary>Whoever is accountable for a seat.</summary>
    public KeyIdentity Identity(PastSeat seat, bool isAgent) => _identities[Key(seat, isAgent).Owner];

    /// <summary>The name of a ticket.</summary>
    public static string Work(PastSeat seat, int work) => string.Create(CultureInfo.InvariantCulture, $"{Project(seat.Team)}-{work}");

    /// <summary>The repository that the code for a ticket belongs to.</summary>
    public static string Repo(int work) => DemoExperiments.Repositories[work % DemoExperiments.Repositories.Count];

    /// <summary>Whether a seat's work becomes changes of code.</summary>
    public static bool WritesCode(PastSeat seat) => seat.Team is "platform" or "routing" or "mobile" or "data" or "engineering";

    /// <summary>What calls declare: who writes code names the repository and the branch, which is called after the ticket.</summary>
    private static string WorkRef(PastSeat seat, int work) => WritesCode(seat) ? $"{Repo(work)}@{Work(seat, work)}" : Work(seat, work);

    /// <summary>A call as the provider of its model would count it: only Anthropic counts what is written to a cache.</summary>
    public WorkCall Fit(in WorkCall call) => PastModels.Provider(_cast.Of(call.Person)!.Models[call.Model]) == "anthropic"
        ? call
        : call with { Input = call.Input + call.CacheWrite, CacheWrite = 0 };

    /// <summary>What a call costs by the price book of the demo's gateway.</summary>
    public long CostNanos(in WorkCall call)
    {
        var model = _cast.Of(call.Person)!.Models[call.Model];
        var counts = default(UsageCounts);
        counts[UsageClass.Input] = call.Input;
        counts[UsageClass.CacheRead] = call.CacheRead;
        counts[UsageClass.CacheWrite5m] = call.CacheWrite;
        counts[UsageClass.Output] = call.Output;
        counts[UsageClass.Request] = 1;
        var provider = PastModels.Provider(model);
        return _book.Find(provider == "gemini" ? "google" : provider, model, call.AtMs)!.Cost(counts, "", call.AtMs).Amount.Nanos;
    }

    private static DemoKeyPlan Key(PastSeat seat, bool isAgent) => isAgent ? seat.AgentKey : seat.Key;

    private static string Project(string team) => team switch
    {
        "support" => "SUP",
        "finance" => "FIN",
        "operations" or "org" => "OPS",
        _ => "LIN",
    };
}
