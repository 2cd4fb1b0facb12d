using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>What decides which budgets limit a call.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BudgetQuestion(
    KeyIdentity Identity, string UseCase, string Model, string ProviderModel, string Provider);

/// <summary>
/// All budgets at work, at one version of the directory. Immutable but for a memory of answers, so that a call finds
/// its budgets with one look-up.
/// </summary>
internal sealed class BudgetBoard
{
    // Model names and use cases come from callers, so what is remembered about them is bounded.
    private const int RememberedMax = 65_536;

    private readonly FrozenDictionary<BudgetScope, BudgetLine[]> _lines;
    private readonly BudgetLine[] _ofModels;
    private readonly ConcurrentDictionary<BudgetQuestion, BudgetSet> _remembered = new();

    public BudgetBoard(IReadOnlyCollection<BudgetLine> lines)
    {
        Lines = lines.ToFrozenDictionary(line => line.Budget.Id, StringComparer.Ordinal);
        _lines = lines.GroupBy(line => line.Budget.Scope).ToFrozenDictionary(
            scope => scope.Key,
            scope => scope.OrderBy(line => line.Budget.Window).ThenBy(line => line.Budget.Unit).ToArray());
        _ofModels = [.. lines.Where(line => line.Budget.Scope.Kind == BudgetScopeKind.Model)];
    }

    public static BudgetBoard Empty { get; } = new([]);

    public FrozenDictionary<string, BudgetLine> Lines { get; }

    public BudgetSet SetFor(in BudgetQuestion question)
    {
        if (Lines.Count == 0)
        {
            return BudgetSet.Empty;
        }

        if (_remembered.TryGetValue(question, out var known))
        {
            return known;
        }

        var set = new BudgetSet([.. Find(question)]);
        if (_remembered.Count >= RememberedMax)
        {
            _remembered.Clear();
        }

        return _remembered.GetOrAdd(question, set);
    }

    private IEnumerable<BudgetLine> Find(BudgetQuestion question) =>
        BudgetScopes.Of(question)
            .SelectMany(scope => _lines.TryGetValue(scope, out var lines) ? lines : [])
            .Concat(_ofModels.Where(line => BudgetScopes.IsOfModel(line.Budget.Scope, question)));
}
