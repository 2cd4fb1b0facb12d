using System.Runtime.InteropServices;
using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>The numbers of an attempt's names.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NameIds(
    int Person, int Agent, int Team, int Key, int UseCase, int Provider, int Model, int RequestedModel, int Client,
    int Operation, int ServiceTier, int PriceVersion, int Arm);

/// <summary>
/// The numbers under which the store knows names. Numbers never change, so those once read are kept in memory. Not
/// thread-safe.
/// </summary>
internal sealed class NameTable
{
    // Requested models and clients come from outside: whoever invents new ones must not fill the memory.
    private const int KnownMax = 200_000;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal) { [""] = 0 };

    /// <summary>The names of a batch that are not yet known, in one order for every node.</summary>
    public IReadOnlyList<string> UnknownOf(IReadOnlyList<UsageEvent> calls)
    {
        SortedSet<string>? unknown = null;
        for (var i = 0; i < calls.Count; i++)
        {
            var call = calls[i];
            Look(call.PersonId);
            Look(call.AgentId);
            Look(call.TeamId);
            Look(call.KeyId);
            Look(call.UseCase);
            Look(call.Provider);
            Look(call.Model);
            Look(call.RequestedModel);
            Look(call.Client);
            Look(call.Operation);
            Look(call.ServiceTier);
            Look(call.PriceVersion);
            Look(call.Arm);
        }

        return unknown is null ? [] : [.. unknown];

        void Look(string name)
        {
            if (!_known.ContainsKey(name))
            {
                unknown ??= new SortedSet<string>(StringComparer.Ordinal);
                unknown.Add(StorableText.Of(name));
            }
        }
    }

    public void Learn(IEnumerable<KeyValuePair<string, int>> names)
    {
        if (_known.Count > KnownMax)
        {
            Forget();
        }

        foreach (var (name, id) in names)
        {
            _known[name] = id;
        }
    }

    public void Forget()
    {
        _known.Clear();
        _known[""] = 0;
    }

    public NameIds IdsOf(UsageEvent call) => new(
        IdOf(call.PersonId),
        IdOf(call.AgentId),
        IdOf(call.TeamId),
        IdOf(call.KeyId),
        IdOf(call.UseCase),
        IdOf(call.Provider),
        IdOf(call.Model),
        IdOf(call.RequestedModel),
        IdOf(call.Client),
        IdOf(call.Operation),
        IdOf(call.ServiceTier),
        IdOf(call.PriceVersion),
        IdOf(call.Arm));

    private int IdOf(string name) => _known.TryGetValue(name, out var id) ? id : _known[StorableText.Of(name)];
}
