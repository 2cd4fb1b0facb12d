using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Exports;

/// <summary>
/// Charges as FOCUS 1.3, split over the outcomes that they led to: each row is the part of one team's charge for one model
/// that went to one outcome on one kind of evidence, or to none. The columns for that are those of the specification for
/// split costs. The costs of a file add up to what was metered, to the nano-dollar.
/// </summary>
internal sealed class FocusAllocation(AttributionExport parts, BudgetWindows windows)
{
    /// <summary>Names the rule by which sessions are divided, in <c>AllocatedMethodId</c>.</summary>
    private const string Method = "assay/next-anchor";

    /// <summary>The columns of 1.2 with those of 1.3, and what was attributed under <c>x_</c>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags",
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd",
        "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodStart", "ChargePeriodEnd",
        "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost", "HostProviderName", "InvoiceIssuerName", "ListCost",
        "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory",
        "ServiceProviderName", "ServiceSubcategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
        "x_UseCase", "x_Model", "x_OutcomeId", "x_OutcomeKind", "x_EvidenceTier", "x_UnattributedReason",
    ];

    /// <summary>The rows of the days from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string?>> RowsAsync(
        DateOnly from, DateOnly to, bool byHour, DirectorySnapshot directory, [EnumeratorCancellation] CancellationToken ct)
    {
        // Parts come in the order of time, so only those of one day or hour are in memory.
        var sums = new Dictionary<Key, Sums>();
        var division = default(Division);
        var at = long.MinValue;
        await foreach (var part in parts.RowsAsync(from, to, ct))
        {
            var start = byHour ? part.Slice.AtMs / 3_600_000 * 3_600_000 : windows.StartOf(windows.DayOf(part.Slice.AtMs));
            if (start != at && sums.Count > 0)
            {
                foreach (var row in Rows(sums, at, byHour, directory))
                {
                    yield return row;
                }

                sums.Clear();
            }

            at = start;
            var key = new Key(
                part.Slice.TeamId, part.Slice.UseCase, part.Slice.Provider, part.Slice.Model, part.Outcome?.Id ?? "", part.Outcome?.Ref ?? "", part.Outcome?.Title ?? "",
                part.Outcome?.Kind ?? "", part.Part.Tier, part.Part.Reason);
            division = division.Next(part.Slice, part.Part.Nanos);
            sums[key] = sums.GetValueOrDefault(key) + division.Part;
        }

        foreach (var row in Rows(sums, at, byHour, directory))
        {
            yield return row;
        }
    }

    private IEnumerable<IReadOnlyList<string?>> Rows(Dictionary<Key, Sums> sums, long atMs, bool byHour, DirectorySnapshot directory) =>
        sums.OrderBy(s => s.Key.Team, StringComparer.Ordinal).ThenBy(s => s.Key.Model, StringComparer.Ordinal).ThenBy(s => s.Key.Ref, StringComparer.Ordinal)
            .Select(sum => Row(sum.Key, sum.Value, FocusPeriod.Of(Group(atMs, byHour), windows.DayOf(atMs), windows), directory));

    private static string Group(long atMs, bool byHour) => byHour
        ? DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
        : "";

    private static IReadOnlyList<string?> Row(Key key, in Sums sums, in FocusPeriod period, DirectorySnapshot directory)
    {
        var org = directory.Teams.Find(Team.OrgId);
        var cost = FocusRow.Dollars(new NanoUsd(sums.Nanos));
        var (quantity, unit) = FocusRow.Quantity(sums.Tokens, sums.Requests);
        var isAllocated = key.OutcomeId.Length > 0;
        return
        [
            isAllocated ? JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["Method"] = "A session is divided by the first commit after each call.", ["EvidenceTier"] = key.Tier.Name(), ["IsSure"] = key.Tier is EvidenceTier.Proved or EvidenceTier.Declared,
            }) : null,
            isAllocated ? Method : null,
            isAllocated ? key.Ref : null,
            isAllocated ? FocusRow.Known(key.Title) : null,
            isAllocated ? JsonSerializer.Serialize(new Dictionary<string, string> { ["outcome_kind"] = key.Kind, ["evidence_tier"] = key.Tier.Name() }) : null,
            cost, Team.OrgId, org?.Name ?? Team.OrgId, "USD", FocusRow.Utc(period.BillingStart), FocusRow.Utc(period.BillingEnd),
            "Usage", null, FocusRow.Describe(key.UseCase, key.Model, key.Provider), "Usage-Based", FocusRow.Utc(period.Start), FocusRow.Utc(period.End),
            quantity, unit, cost, cost, key.Provider, key.Provider, cost,
            FocusRow.PricingCategory, quantity, unit, key.Provider, key.Provider, FocusRow.ServiceCategory,
            key.Provider, FocusRow.ServiceSubcategory, key.Provider, $"{key.Provider}/{key.Model}", $"{key.Provider}/{key.Model}", FocusRow.Known(key.Team),
            FocusRow.Known(directory.Teams.Find(key.Team)?.Name ?? key.Team), JsonSerializer.Serialize(new Dictionary<string, string> { ["use_case"] = key.UseCase }),
            FocusRow.Known(key.UseCase), key.Model, FocusRow.Known(key.OutcomeId), FocusRow.Known(key.Kind), key.Tier.Name(),
            isAllocated ? null : key.Reason.Name(),
        ];
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sums(long Nanos, long Tokens, long Requests)
    {
        public static Sums operator +(in Sums one, in Sums other) =>
            new(one.Nanos + other.Nanos, one.Tokens + other.Tokens, one.Requests + other.Requests);
    }

    /// <summary>
    /// A group of calls being divided: tokens and requests follow the money, whole ones, so that the parts sum to the group's. Parts
    /// of a group come one after the other.
    /// </summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Division(SpendSlice? Slice, Sums Given, Sums Part)
    {
        public Division Next(SpendSlice slice, long nanos)
        {
            var given = ReferenceEquals(slice, Slice) ? Given : default;
            var after = new Sums(given.Nanos + nanos, 0, 0);
            after = after with { Tokens = Share(slice.Tokens, after.Nanos, slice.Cost), Requests = Share(slice.Requests, after.Nanos, slice.Cost) };
            return new Division(slice, after, new Sums(nanos, after.Tokens - given.Tokens, after.Requests - given.Requests));
        }

        private static long Share(long count, long nanos, long whole) => whole == 0 ? count : (long)((Int128)count * nanos / whole);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Key(
        string Team, string UseCase, string Provider, string Model, string OutcomeId, string Ref, string Title, string Kind, EvidenceTier Tier, UnattributedReason Reason);
}
