using System.Runtime.InteropServices;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Metering;

namespace Assay.Server.Proxy;

/// <summary>
/// Turns what is known of a call into ledger facts: the estimate that is reserved before it is sent, and what is posted
/// at its end. The rules are those of docs/metering.md.
/// </summary>
internal sealed class Settlement(Pricing pricing, UsageEstimator estimator, AssayMetrics metrics, TimeProvider clock)
{
    /// <summary>The facts to reserve with: who, what for, where, and the estimated usage and cost.</summary>
    public UsageEvent Estimate(Call call)
    {
        var identity = call.Identity!;
        var provider = call.Target!.Provider;
        var operation = call.Match.Operation;
        var counts = call.Load is { } load ? load.Counts
            : operation.IsBilled() && !operation.IsOpaque() ? WithRequest(estimator.BeforeSending(
                provider.Name,
                call.ProviderModel,
                call.Body?.Length ?? 0,
                call.Facts.OutputBound,
                Generates(operation)))
            : default;
        var quote = call.Load?.Quote
            ?? pricing.Price(provider, call.ProviderModel, counts, call.Facts.ServiceTier, call.StartedAtMs);
        return new UsageEvent
        {
            Id = call.Id,
            RequestId = call.RequestId,
            StartedAtMs = call.StartedAtMs,
            KeyId = identity.KeyId,
            PersonId = identity.PersonId,
            AgentId = identity.AgentId,
            TeamId = identity.TeamId,
            UseCase = call.UseCase,
            Session = call.Session,
            WorkRef = call.WorkRef,
            Client = call.Client.Program,
            Operation = call.Match.Name(),
            RequestedModel = call.Model,
            Provider = provider.Name,
            Model = call.ProviderModel,
            ServiceTier = call.Facts.ServiceTier,
            Counts = counts,
            Cost = quote.Amount,
            Reserved = quote.Amount,
            Marks = quote.Marks
                | (call.Facts.Stream ? UsageMarks.Streamed : UsageMarks.None)
                | (call.Load is null ? UsageMarks.None : UsageMarks.Batch),
            PriceVersion = pricing.Book.Version,
            Arm = call.Arm,
        };
    }

    /// <summary>The facts to post, void or expire with at the call's end.</summary>
    public UsageEvent Final(Call call)
    {
        var reserved = call.Reservation!;
        var usage = Used(call);
        var tier = call.Reading?.ServiceTier is { Length: > 0 } told ? told : reserved.ServiceTier;
        var quote = pricing.Price(call.Target!.Provider, call.ProviderModel, usage.Counts, tier, call.StartedAtMs);
        var held = new NanoUsd(call.HeldMoney);
        var overage = quote.Amount > held ? UsageMarks.Overage : UsageMarks.None;
        return reserved with
        {
            DurationMs = (int)Math.Min(clock.GetElapsedTime(call.StartedTicks).TotalMilliseconds, int.MaxValue),
            FirstByteMs = call.FirstByteMs,
            ServiceTier = tier,
            Status = call.Status,
            Outcome = call.Outcome,
            Resolution = usage.Resolution,
            Counts = usage.Counts,
            Cost = quote.Amount,
            Reserved = held,
            Marks = (reserved.Marks & UsageMarks.Streamed) | usage.Marks | quote.Marks | overage,
        };
    }

    /// <summary>
    /// What a second model used inside the same call, which is billed at its own price; null if none worked. It had no
    /// reservation, so all of it is overage.
    /// </summary>
    public UsageEvent? Side(Call call, UsageEvent final)
    {
        if (call.Reading is not { SideModel.Length: > 0 } reading || reading.SideCounts.IsZero)
        {
            return null;
        }

        var quote = pricing.Price(
            call.Target!.Provider, reading.SideModel, reading.SideCounts, final.ServiceTier, call.StartedAtMs);
        return final with
        {
            Id = CallId.New(clock.GetUtcNow()),
            Model = reading.SideModel,
            Counts = reading.SideCounts,
            Cost = quote.Amount,
            Reserved = NanoUsd.Zero,
            Marks = (final.Marks & (UsageMarks.Streamed | UsageMarks.Estimated)) | quote.Marks | UsageMarks.Overage,
        };
    }

    private Used Used(Call call)
    {
        var operation = call.Match.Operation;
        var reading = call.Reading;
        if (!call.Sent)
        {
            return new Used(default, Resolution.Voided, UsageMarks.None);
        }

        // An error that tells no usage bills nothing; one that does (a refusal after work was done) bills that.
        if (call.Status >= 400 && reading is not { HasInput: true } and not { HasOutput: true })
        {
            return new Used(default, Resolution.Voided, UsageMarks.None);
        }

        if (!operation.IsBilled())
        {
            return new Used(default, Resolution.Posted, UsageMarks.None);
        }

        if (reading is { IsExact: true })
        {
            Learn(call, reading);
            return new Used(WithRequest(reading.Counts), Resolution.Posted, UsageMarks.None);
        }

        if (operation == Operation.Passthrough)
        {
            return reading is { HasInput: true } or { HasOutput: true }
                ? new Used(WithRequest(reading.Counts), Resolution.Posted, UsageMarks.None)
                : new Used(default, Resolution.Posted, MayBeBilled(call) ? UsageMarks.Unmetered : UsageMarks.None);
        }

        // Nothing came back at all: the provider may have done, and may bill, everything that was asked for.
        if (call.Outcome is CallOutcome.ProviderBroke or CallOutcome.ProviderSilent && !call.FirstByteSeen)
        {
            return new Used(call.Reservation!.Counts, Resolution.Posted, UsageMarks.Estimated);
        }

        var told = reading?.Counts ?? default;
        var counts = estimator.AfterCut(
            call.Target!.Provider.Name,
            call.ProviderModel,
            told,
            reading?.HasInput ?? false,
            call.Body?.Length ?? 0,
            Generates(operation) ? reading?.OutputBytes ?? 0 : 0);
        return new Used(WithRequest(counts), Resolution.Posted, UsageMarks.Estimated);
    }

    private void Learn(Call call, UsageReading reading)
    {
        var ratio = estimator.Learn(
            call.Target!.Provider.Name,
            call.ProviderModel,
            call.Body?.Length ?? 0,
            reading.Counts,
            call.Facts.Stream ? reading.OutputBytes : 0);
        if (ratio is { } known)
        {
            metrics.OutputEstimate(known);
        }
    }

    // Looking at something costs nothing at any provider; sending something may.
    public static bool MayBeBilled(Call call) =>
        !HttpMethods.IsGet(call.Http.Request.Method) && !HttpMethods.IsHead(call.Http.Request.Method)
        && !HttpMethods.IsDelete(call.Http.Request.Method);

    private static bool Generates(Operation operation) => operation is not (
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents);

    private static UsageCounts WithRequest(UsageCounts counts)
    {
        counts[UsageClass.Request] = 1;
        return counts;
    }
}

/// <summary>What was used, and how the reservation is resolved.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Used(UsageCounts Counts, Resolution Resolution, UsageMarks Marks);
