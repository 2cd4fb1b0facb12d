using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Judgments;
using Assay.Server.Store;

namespace Assay.Server.Exports;

/// <summary>What rows are made from.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The day after the last.</param>
internal sealed record ExportContext(
    Caller Caller, DateOnly From, DateOnly To, IStore Store, BudgetWindows Windows, JudgmentLibrary Library, IBudgetBalances Balances, long NowMs)
{
    public long FromMs => Windows.StartOf(From);

    public long ToMs => Windows.StartOf(To);

    /// <summary>The days, one after the other: what a day has fits into memory, what a year has need not.</summary>
    public IEnumerable<(long FromMs, long ToMs)> Days()
    {
        for (var day = From; day < To; day = day.AddDays(1))
        {
            yield return (Windows.StartOf(day), Windows.StartOf(day.AddDays(1)));
        }
    }

    /// <summary>An e-mail address in place of a person's id; null for nobody.</summary>
    public string? Email(string? personId) =>
        string.IsNullOrEmpty(personId) ? null : Caller.Directory.FindPerson(personId)?.Email ?? personId;
}

/// <summary>One table that can be taken away.</summary>
/// <param name="Name">In the address and the file's name.</param>
/// <param name="Summary">What a row is.</param>
/// <param name="IsDated">Whether it is of some days; else it is all there is.</param>
/// <param name="Policy">Who may.</param>
internal sealed record ExportTable(
    string Name,
    string Summary,
    bool IsDated,
    string Policy,
    IReadOnlyList<string> Columns,
    Func<ExportContext, CancellationToken, IAsyncEnumerable<IReadOnlyList<object?>>> Rows)
{
    /// <summary>A table whose rows are a view of the API.</summary>
    public static ExportTable Of<T>(
        string name, string summary, bool isDated, string policy, Func<ExportContext, CancellationToken, IAsyncEnumerable<T>> rows)
        where T : class => new(
            name, summary, isDated, policy, ExportColumns<T>.Names, (context, ct) => rows(context, ct).Select(ExportColumns<T>.Cells));
}
