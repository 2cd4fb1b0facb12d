using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Providers.Anthropic;
using Assay.Sim.Providers.Batches;
using Assay.Sim.Providers.Clouds;
using Assay.Sim.Providers.Gemini;
using Assay.Sim.Providers.OpenAI;
using Assay.Sim.Script;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers;

/// <summary>The story of one call: route, read, instruct, answer, play, count.</summary>
internal sealed class SimPipeline(SimOptions options, SimTally tally, SimScript script)
{
    private readonly SimState _state = new(options);
    private readonly SimBatches _batches = new(tally, options);
    private readonly TokenService _tokens = new(options.Clouds, options.Time);
    private long _ordinal;

    public async Task HandleAsync(HttpContext http, SimFormat port)
    {
        if (http.Request.Path == "/token" && HttpMethods.IsPost(http.Request.Method))
        {
            await _tokens.AnswerAsync(http);
            return;
        }

        if (Realtime.IsAsked(http))
        {
            await TalkAsync(() => Realtime.RunAsync(http, "req_realtime_" + Interlocked.Increment(ref _ordinal)));
            return;
        }

        if (Live.IsAsked(http))
        {
            await TalkAsync(() => Live.RunAsync(http, "req_live_" + Interlocked.Increment(ref _ordinal)));
            return;
        }

        tally.Begin();
        SimCall? call = null;
        SimCapture? capture = null;
        try
        {
            (call, capture) = await AnswerAsync(http, port);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client left while its request was being read: there is nothing to answer and nothing to bill.
        }
        finally
        {
            tally.End(call, capture);
        }
    }

    private async Task TalkAsync(Func<Task<SimCall>> session)
    {
        tally.Begin();
        SimCall? told = null;
        try
        {
            told = await session();
        }
        finally
        {
            tally.End(told, null);
        }
    }

    private async Task<(SimCall Call, SimCapture? Capture)> AnswerAsync(HttpContext http, SimFormat port)
    {
        // 1. Route.
        var route = SimRoute.Match(http.Request, port);
        var ordinal = Interlocked.Increment(ref _ordinal);
        var ids = new Random(HashCodeOf(options.Seed, ordinal));
        var id = "req_" + (route.Format == SimFormat.Anthropic ? "011C" + Words.Id(ids, 20) : Words.Hex(ids, 32));

        // 2. Read.
        var bytes = await ReadBodyAsync(http.Request);
        var body = Parse(bytes);
        var model = route.PathModel ?? body?.GetText("model") ?? "";
        var streamed = route.Operation == "streamGenerateContent" || route.Streams || (body?.GetFlag("stream") ?? false);

        // 3. Instruct: a script line, else the header over the model's name over the defaults.
        var error = "";
        var baseModel = model;
        var instructions = script.Take(new SimCallFacts(route.Format, route.Operation ?? "", model, streamed));
        if (instructions is null)
        {
            if (!SimInstructions.TryParseModel(model, options.Defaults, out baseModel, out instructions, out var inModel))
            {
                error = inModel;
            }
            else if (http.Request.Headers["x-sim"] is { Count: > 0 } header
                && !SimInstructions.TryParse(header.ToString(), instructions, out instructions, out var inHeader))
            {
                error = inHeader;
            }
        }
        else if (model.IndexOf("-sim-", StringComparison.Ordinal) is >= 0 and var marker)
        {
            baseModel = model[..marker];
        }

        instructions = SimChaos.Apply(instructions, new Random(HashCodeOf(options.Seed + 1, ordinal)));
        var request = new SimRequest
        {
            Http = http,
            Ordinal = ordinal,
            Ids = ids,
            Format = route.Format,
            Operation = route.Operation ?? "unknown",
            Model = model,
            BaseModel = baseModel,
            Streamed = streamed,
            Body = body ?? default,
            Instructions = instructions,
            CacheScope = $"{route.Format}/{baseModel}/{Key(http.Request)}",
            Now = options.Time.GetUtcNow().ToUnixTimeSeconds(),
        };

        // 4. Answer, 5. play.
        var refusal = new CloudGate(options.Clouds, _tokens).Refuse(http.Request, route, bytes, body);
        var answer = CloudAnswers.Wrap(
            route, Refuse(request, route, body is null && bytes.Length > 0, error, id, refusal) ?? Answer(request, route, id, bytes), id);
        SimHeaders.Write(request, id, http.Response.Headers);
        using var copy = options.CapturesKeptMax > 0 ? new MemoryStream() : null;
        var playback = new Playback(http, answer, instructions, options.Time, copy, options.CaptureBytesMax);
        var played = await playback.PlayAsync();

        // 6. Count.
        var call = Count(request, answer, played, playback.BytesWritten) with { Id = id, RequestBytes = bytes.Length };
        return (call, copy is null ? null : Captured(http, id, bytes, copy));
    }

    private Answer? Refuse(SimRequest request, SimRoute route, bool unreadable, string error, string id, (int Status, string Message)? refusal)
    {
        var asArray = route.Operation == "streamGenerateContent" && request.Http.Request.Query["alt"] != "sse";
        var key = Key(request.Http.Request);
        var (status, message) =
            refusal is { } cloud ? (cloud.Status, cloud.Message)
            : route.Cloud == SimCloud.None && (key.Length == 0 || (options.ApiKey is { } required && key != required)) ? (401, null)
            : error.Length > 0 ? (400, error)
            : request.Instructions.Status is { } asked ? (asked, null)
            : route.Operation is null ? (404, $"There is no {request.Http.Request.Method} {request.Http.Request.Path} here.")
            : unreadable && request.Operation != "batches" ? (400, "We could not parse the JSON body of your request.")
            : request.Model.Length == 0 && request.Operation is not ("models" or "batches") ? (400, "you must provide a model parameter")
            : (0, (string?)null);
        return status == 0 ? null : SimErrors.Answer(request.Format, status, id, message, request.Instructions.RetryAfter, asArray);
    }

    private Answer Answer(SimRequest request, SimRoute route, string id, byte[] bytes) => route.Operation switch
    {
        "chat.completions" => ChatCompletions.Answer(request, _state),
        "responses" => Responses.Answer(request, _state),
        "completions" => Completions.Answer(request, _state),
        "embeddings" => Embeddings.Answer(request),
        "batches" => _batches.Answer(request, bytes, _state),
        "models" => SimModels.List(request),
        "model" => SimModels.One(request) ?? SimErrors.Answer(request.Format, 404, id),
        "messages" => Messages.Answer(request, _state),
        "converse" => Converse.Answer(request, _state),
        "count_tokens" => Messages.CountTokens(request),
        "generateContent" or "streamGenerateContent" => GenerateContent.Answer(request, _state),
        "countTokens" => GenerateContent.CountTokens(request),
        "embedContent" or "batchEmbedContents" => EmbedContent.Answer(request),
        _ => SimErrors.Answer(request.Format, 404, id),
    };

    private static SimCall Count(SimRequest request, Answer answer, Played played, long bytesWritten)
    {
        var billing = !answer.Billable || answer.Status >= 400 ? SimBilling.None
            : played.ToldUsage ? SimBilling.Told
            : played.End == SimEnd.Complete ? SimBilling.Untold
            : SimBilling.Cut;
        return new SimCall
        {
            Id = "",
            Format = request.Format,
            Operation = request.Operation,
            Model = request.Model,
            Streamed = request.Streamed,
            Status = answer.Status,
            ServiceTier = answer.ServiceTier,
            End = played.End,
            ResponseBytes = bytesWritten,
            Billing = billing,
            Usage = billing switch
            {
                SimBilling.None => default,

                // A body is begun when everything has been generated; a stream is sent as it is.
                SimBilling.Cut when answer.Frames is null && bytesWritten > 0 => answer.Usage,
                SimBilling.Cut => answer.Usage with
                {
                    Output = Math.Min(played.LastFrame.Output, answer.Usage.Output),
                    Reasoning = played.LastFrame.Reasoning,
                    AudioOutput = 0,
                    ImageOutput = 0,
                },
                _ => answer.Usage,
            },
        };
    }

    private SimCapture Captured(HttpContext http, string id, byte[] body, MemoryStream copy) => new()
    {
        Id = id,
        Method = http.Request.Method,
        Target = http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent(),
        RequestHeaders = [.. http.Request.Headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v ?? "")))],
        RequestBody = body.Length <= options.CaptureBytesMax ? body : body[..options.CaptureBytesMax],
        Status = http.Response.StatusCode,
        ResponseHeaders = [.. http.Response.Headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v ?? "")))],
        ResponseBody = copy.ToArray(),
    };

    private static string Key(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..]
            : request.Headers["x-api-key"] is { Count: > 0 } anthropic ? anthropic.ToString()
            : request.Headers["x-goog-api-key"] is { Count: > 0 } google ? google.ToString()
            : request.Headers["api-key"] is { Count: > 0 } azure ? azure.ToString()
            : request.Query["key"].ToString();
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request)
    {
        using var copy = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, 1 << 20));
        await request.Body.CopyToAsync(copy, request.HttpContext.RequestAborted);
        return copy.ToArray();
    }

    private static JsonElement? Parse(byte[] body)
    {
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int HashCodeOf(int seed, long ordinal) =>
        unchecked((int)((((ulong)ordinal * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)seed * 0xC2B2AE3D27D4EB4F)) >> 33));
}
