using System.Net;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Proxy;
using Assay.Server.Routing;

namespace Assay.Server.Batches;

/// <summary>
/// Hands in a batch job: adds up what its requests may use, reserves that for each of its models, all or nothing, and
/// keeps the reservations when the provider has taken the job. docs/batches.md tells the whole life of a job.
/// </summary>
internal sealed class BatchSubmission(
    AssayConfig config,
    RouteTable routes,
    Admission admission,
    Pricing pricing,
    UsageEstimator estimator,
    LedgerHost ledger,
    BatchJobs jobs,
    TimeProvider clock)
{
    /// <summary>Null if every part is reserved; the parts are then the call's.</summary>
    public async ValueTask<Refused?> AdmitAsync(Call call)
    {
        var requests = new BatchRequests(call.Target!.Provider, pricing, estimator, call.StartedAtMs);
        if (await ReadAsync(call, requests) is { } unreadable)
        {
            return unreadable;
        }

        foreach (var load in requests.Loads)
        {
            if (Check(call, load.Model) is { } forbidden)
            {
                return forbidden;
            }
        }

        var parts = new List<Call>();
        call.Parts = parts;
        foreach (var load in requests.Loads)
        {
            var part = call.Part(CallId.New(clock.GetUtcNow()), load);
            parts.Add(part);
            if (await admission.AdmitAsync(part) is { } refused)
            {
                parts.Remove(part);
                part.Dispose();
                await EndAsync(call, Resolution.Voided);
                return refused;
            }

            call.BudgetLeft = Least(call.BudgetLeft, part.BudgetLeft);
        }

        return null;
    }

    /// <summary>
    /// The exchange is over. A job that was taken keeps its reservations until its results are read; one that certainly was
    /// not gives them back; where nobody can know, the estimate is charged.
    /// </summary>
    /// <param name="answer">The body of the provider's answer, as far as it came.</param>
    public async ValueTask CompleteAsync(Call call, ReadOnlyMemory<byte> answer)
    {
        if (call.Status is >= 200 and < 300 && IdIn(answer.Span) is { } id)
        {
            var path = $"{PathOf(call)}/{Uri.EscapeDataString(id)}";
            string[] models = [.. call.Parts.Select(part => part.Model)];
            foreach (var part in call.Parts)
            {
                await ledger.SubmitAsync(part.Id, path, models);
                admission.Leave(part, 0);
            }

            jobs.Add(new BatchJob(
                call.Target!.Provider.Name,
                path,
                models,
                [.. call.Parts.Select(part => new BatchPart(part.Reservation!, part.Hold.Accounts, part.HeldTokens))]));
            return;
        }

        await EndAsync(call, !call.Sent || call.Status >= 300 ? Resolution.Voided : Resolution.Posted);
    }

    private async ValueTask EndAsync(Call call, Resolution resolution)
    {
        foreach (var part in call.Parts)
        {
            var isVoid = resolution == Resolution.Voided;
            var facts = part.Reservation! with
            {
                DurationMs = (int)Math.Min(clock.GetElapsedTime(call.StartedTicks).TotalMilliseconds, int.MaxValue),
                Status = call.Status,
                Outcome = call.Outcome,
                Resolution = resolution,
                Counts = isVoid ? default : part.Reservation.Counts,
                Cost = isVoid ? default : part.Reservation.Cost,
                Marks = part.Reservation.Marks | (isVoid ? UsageMarks.None : UsageMarks.Estimated),
            };
            await ledger.SettleAsync(facts, part.Hold.Accounts, part.HeldTokens);
            admission.Leave(part, 0);
        }
    }

    private Refused? Check(Call call, string model)
    {
        var provider = call.Target!.Provider;
        if (!call.Identity!.AllowsModel(model))
        {
            return Refused.ModelNotAllowed(model);
        }

        if (call.Match.Provider is null)
        {
            if (routes.Find(model) is not { } route)
            {
                return Refused.UnknownModel(model);
            }

            // The names stand in a file that is the provider's already: they cannot be changed on the way.
            if (!route.Targets.Any(target => target.Provider == provider && (target.Model ?? model) == model))
            {
                return Refused.Malformed(
                    $"The model '{model}' is not served by '{provider.Name}' under that name. A batch job names the "
                    + "provider's own models.");
            }
        }

        return pricing.RefusesUnknown && !pricing.Knows(provider, model, call.StartedAtMs)
            ? Refused.Unpriced(provider.Name, model)
            : null;
    }

    private async ValueTask<Refused?> ReadAsync(Call call, BatchRequests requests)
    {
        var problem = call.Match.Format == WireFormat.Anthropic
            ? requests.AddMessages(call.Body!.Span)
            : await ReadFileAsync(call, requests);
        return problem is not null ? Refused.Malformed($"The batch job cannot be admitted: {problem}.")
            : requests.Count == 0 ? Refused.Malformed("The batch job has no requests.")
            : null;
    }

    // The input was uploaded before, perhaps not through here; so what counts is what the provider has.
    private async ValueTask<string?> ReadFileAsync(Call call, BatchRequests requests)
    {
        if (Member(call.Body!.Span, "input_file_id"u8) is not { Length: > 0 } file)
        {
            return "'input_file_id' is missing";
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(call.Http.RequestAborted);
        timeout.CancelAfter(TimeSpan.FromSeconds(config.Timeouts.FirstByteSeconds));
        try
        {
            var path = PathOf(call);
            using var response = await BatchFile.GetAsync(
                call.Target!.Provider,
                $"{path[..path.LastIndexOf('/')]}/files/{Uri.EscapeDataString(file)}/content",
                timeout.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return $"the provider answered {(int)response.StatusCode} when its input file '{file}' was read";
            }

            string? problem = null;
            await BatchFile.ReadLinesAsync(
                response.Content,
                config.Limits.BodyBytesMax,
                config.Batches.InputBytesMax,
                line => (problem = requests.AddLine(line)) is null,
                timeout.Token);
            return problem;
        }
        catch (InvalidDataException fault)
        {
            return $"of its input file: {fault.Message.TrimEnd('.')}";
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            return $"its input file '{file}' could not be read at the provider; try again";
        }
    }

    private static string PathOf(Call call) => call.Match.ProviderPath ?? call.Http.Request.Path.Value!;

    private static string? IdIn(ReadOnlySpan<byte> answer) => Member(answer, "id"u8) is { Length: > 0 and <= 256 } id ? id : null;

    private static string? Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = reader.ValueTextEquals(name);
                reader.Read();
                if (isIt)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Not JSON, or cut off: there is no such member.
        }

        return null;
    }

    private static Ledger.Money.NanoUsd? Least(Ledger.Money.NanoUsd? one, Ledger.Money.NanoUsd? other) =>
        one is { } a && other is { } b ? (a < b ? a : b) : one ?? other;
}
