using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Sim.Prompts;
using Assay.Sim.Providers.Anthropic;
using Assay.Sim.Providers.OpenAI;
using Assay.Sim.Script;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Assay.Sim.Providers.Batches;

/// <summary>
/// OpenAI's <c>/v1/files</c> and <c>/v1/batches</c>, and Anthropic's <c>/v1/messages/batches</c>. The requests of a job
/// are answered when it is made; what they used is counted when it is done, with the tier <c>batch</c>.
/// </summary>
internal sealed class SimBatches(SimTally tally, SimOptions options)
{
    private const int KeptMax = 1000;

    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SimBatch> _batches = new(StringComparer.Ordinal);

    public Answer Answer(SimRequest request, byte[] body, SimState state)
    {
        var path = request.Http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isPost = request.Http.Request.Method == "POST";
        return request.Format == SimFormat.Anthropic
            ? path switch
            {
                [_, _, _] when isPost => Make(request, state),
                [_, _, _, var id, "results"] when _batches.TryGetValue(id, out var batch) && batch.IsDone => Lines(batch.Results),
                [_, _, _, var id, ..] when _batches.TryGetValue(id, out var batch) => Anthropic(Looked(batch)),
                _ => NotFound(request),
            }
            : path switch
            {
                [_, "files"] when isPost => Upload(request, body),
                [_, "files", var id, "content"] when _files.TryGetValue(id, out var file) => Lines(file),
                [_, "batches"] when isPost => Make(request, state),
                [_, "batches", var id, ..] when _batches.TryGetValue(id, out var batch) => OpenAI(Looked(batch)),
                _ => NotFound(request),
            };
    }

    private Answer Make(SimRequest request, SimState state)
    {
        var isOpenAI = request.Format == SimFormat.OpenAI;
        var input = request.Body.GetText("input_file_id") ?? "";
        if (_batches.Count >= KeptMax || (isOpenAI && !_files.ContainsKey(input)))
        {
            return SimErrors.Answer(request.Format, 400, "", $"Invalid file id or too many batches: '{input}'.");
        }

        var asked = isOpenAI
            ? Split(_files[input]).Select(line => JsonElement.Parse(line)).ToList()
            : [.. request.Body.GetItems("requests")];
        var calls = new List<SimCall>();
        var results = new MemoryStream();
        foreach (var each in asked)
        {
            results.Write(Result(request, each, state, calls));
            results.WriteByte((byte)'\n');
        }

        var batch = new SimBatch
        {
            Id = (isOpenAI ? "batch_" : "msgbatch_01") + Words.Id(request.Ids, 24),
            InputFile = input,
            Endpoint = request.Body.GetText("endpoint") ?? "",
            CreatedAt = request.Now,
            Results = results.ToArray(),
            Calls = calls,
        };
        _batches[batch.Id] = batch;
        return isOpenAI ? OpenAI(batch) : Anthropic(batch);
    }

    private byte[] Result(SimRequest outer, JsonElement asked, SimState state, List<SimCall> calls)
    {
        var isOpenAI = outer.Format == SimFormat.OpenAI;
        var body = (asked.Get(isOpenAI ? "body" : "params") ?? default).Clone();
        var model = body.GetText("model") ?? "";
        if (!SimInstructions.TryParseModel(model, options.Defaults, out var baseModel, out var instructions, out _))
        {
            (baseModel, instructions) = (model, options.Defaults);
        }

        var inner = outer with
        {
            Operation = isOpenAI ? "chat.completions" : "messages",
            Model = model,
            BaseModel = baseModel,
            Streamed = false,
            Body = body,
            Instructions = instructions,
        };
        var answer = isOpenAI
            ? asked.GetText("url") == "/v1/embeddings" ? Embeddings.Answer(inner) : ChatCompletions.Answer(inner, state)
            : Messages.Answer(inner, state);
        calls.Add(new SimCall
        {
            Id = "req_" + Words.Id(outer.Ids, 24),
            Format = outer.Format,
            Operation = inner.Operation,
            Model = model,
            Status = 200,
            ServiceTier = "batch",
            End = SimEnd.Complete,
            Billing = SimBilling.Told,
            Usage = answer.Usage,
        });
        return Json.Bytes(json => json.Object(() =>
        {
            json.WriteString("custom_id", asked.GetText("custom_id") ?? "");
            if (isOpenAI)
            {
                json.Object("response", () =>
                {
                    json.WriteNumber("status_code", 200);
                    json.WritePropertyName("body");
                    json.WriteRawValue(answer.Body.Span);
                });
                json.WriteNull("error");
            }
            else
            {
                json.Object("result", () =>
                {
                    json.WriteString("type", "succeeded");
                    json.WritePropertyName("message");
                    json.WriteRawValue(answer.Body.Span);
                });
            }
        }));
    }

    private SimBatch Looked(SimBatch batch)
    {
        if (batch.Look())
        {
            _files[batch.OutputFile] = batch.Results;
            foreach (var call in batch.Calls)
            {
                tally.Begin();
                tally.End(call, null);
            }
        }

        return batch;
    }

    private Answer Upload(SimRequest request, byte[] body)
    {
        var boundary = HeaderUtilities.RemoveQuotes(
            MediaTypeHeaderValue.Parse(request.Http.Request.ContentType).Boundary).Value ?? "";
        var reader = new MultipartReader(boundary, new MemoryStream(body));
        byte[]? file = null;
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
        {
            if (section.GetContentDispositionHeader()?.Name.Value?.Trim('"') == "file")
            {
                using var kept = new MemoryStream();
                section.Body.CopyTo(kept);
                file = kept.ToArray();
            }
        }

        if (file is null || _files.Count >= KeptMax)
        {
            return SimErrors.Answer(SimFormat.OpenAI, 400, "", "The file is missing.");
        }

        var id = "file-" + Words.Id(request.Ids, 24);
        _files[id] = file;
        return new Answer
        {
            Body = Json.Bytes(json => json.Object(() =>
            {
                json.WriteString("id", id);
                json.WriteString("object", "file");
                json.WriteNumber("bytes", file.Length);
                json.WriteNumber("created_at", request.Now);
                json.WriteString("filename", "input.jsonl");
                json.WriteString("purpose", "batch");
                json.WriteString("status", "processed");
            })),
        };
    }

    private static Answer OpenAI(SimBatch batch) => new()
    {
        Body = Json.Bytes(json => json.Object(() =>
        {
            json.WriteString("id", batch.Id);
            json.WriteString("object", "batch");
            json.WriteString("endpoint", batch.Endpoint);
            json.WriteString("input_file_id", batch.InputFile);
            json.WriteString("completion_window", "24h");
            json.WriteString("status", batch.IsDone ? "completed" : "in_progress");
            json.WriteNumber("created_at", batch.CreatedAt);
            if (batch.IsDone)
            {
                json.WriteString("output_file_id", batch.OutputFile);
            }
            else
            {
                json.WriteNull("output_file_id");
            }

            json.Object("request_counts", () =>
            {
                json.WriteNumber("total", batch.Calls.Count);
                json.WriteNumber("completed", batch.IsDone ? batch.Calls.Count : 0);
                json.WriteNumber("failed", 0);
            });
        })),
    };

    private static Answer Anthropic(SimBatch batch) => new()
    {
        Body = Json.Bytes(json => json.Object(() =>
        {
            json.WriteString("id", batch.Id);
            json.WriteString("type", "message_batch");
            json.WriteString("processing_status", batch.IsDone ? "ended" : "in_progress");
            json.Object("request_counts", () =>
            {
                json.WriteNumber("processing", batch.IsDone ? 0 : batch.Calls.Count);
                json.WriteNumber("succeeded", batch.IsDone ? batch.Calls.Count : 0);
                json.WriteNumber("errored", 0);
                json.WriteNumber("canceled", 0);
                json.WriteNumber("expired", 0);
            });
            if (batch.IsDone)
            {
                json.WriteString("results_url", $"https://api.example/v1/messages/batches/{batch.Id}/results");
            }
            else
            {
                json.WriteNull("results_url");
            }
        })),
    };

    private static Answer Lines(byte[] lines) => new() { ContentType = "application/x-jsonl", Body = lines };

    private static Answer NotFound(SimRequest request) => SimErrors.Answer(request.Format, 404, "");

    private static IEnumerable<byte[]> Split(byte[] file)
    {
        var start = 0;
        while (start < file.Length)
        {
            var end = Array.IndexOf(file, (byte)'\n', start);
            end = end < 0 ? file.Length : end;
            if (end > start)
            {
                yield return file[start..end];
            }

            start = end + 1;
        }
    }
}
