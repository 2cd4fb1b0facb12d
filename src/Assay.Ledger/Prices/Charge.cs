using Assay.Ledger.Money;

namespace Assay.Ledger.Prices;

/// <summary>What a call costs.</summary>
/// <param name="Amount">The cost of everything that has a price.</param>
/// <param name="Complete">
/// Whether everything that was used has a price. If not, <paramref name="Amount"/> covers only a part, and the call
/// must be marked <see cref="Usage.UsageMarks.Unpriced"/>.
/// </param>
public readonly record struct Charge(NanoUsd Amount, bool Complete);
