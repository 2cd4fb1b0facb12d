using Assay.Ledger.Money;

namespace Assay.Server.Console.Company;

/// <summary>What goes through this node right now.</summary>
/// <param name="Spark">Money of each of the last sixty seconds in nano-USD, oldest first.</param>
public sealed record LiveNow(int InFlight, long Requests, NanoUsd Cost, IReadOnlyList<long> Spark);

/// <summary>Tells what goes through this node; null where nobody counts it.</summary>
internal interface ILiveFigures
{
    /// <param name="teamId">The team, with those below it; null for the whole company.</param>
    LiveNow? Now(string? teamId);
}

/// <summary>Stands in where no data plane runs beside the console.</summary>
internal sealed class NoLiveFigures : ILiveFigures
{
    public LiveNow? Now(string? teamId) => null;
}
