using System.Collections.Concurrent;
using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Proxy;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// OTLP/HTTP at <c>/v1/metrics</c>, <c>/v1/logs</c> and <c>/v1/traces</c>. Keys are those of the data plane. A request is answered
/// when what it says is in the store, and not before.
/// </summary>
internal sealed class OtlpReceiver(
    AssayConfig config, DirectorySnapshots directory, TelemetryKeeper keeper, TimeProvider clock, ILogger<OtlpReceiver> log)
{
    private readonly ConcurrentBag<TextCache> _texts = [];

    /// <summary>Whether a path is ours, and of which signal.</summary>
    public static OtlpSignal? Match(PathString path) => path.Value switch
    {
        "/v1/metrics" => OtlpSignal.Metrics,
        "/v1/logs" => OtlpSignal.Logs,
        "/v1/traces" => OtlpSignal.Traces,
        _ => null,
    };

    public async Task RunAsync(HttpContext http, OtlpSignal signal)
    {
        var request = http.Request;
        var type = request.ContentType?.Split(';')[0].Trim();
        var isJson = string.Equals(type, OtlpAnswers.Json, StringComparison.OrdinalIgnoreCase);
        if (!HttpMethods.IsPost(request.Method))
        {
            http.Response.Headers.Allow = "POST";
            await RefuseAsync(http, isJson, StatusCodes.Status405MethodNotAllowed, 3, "Send telemetry with POST.");
            return;
        }

        if (!isJson && !string.Equals(type, OtlpAnswers.Protobuf, StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(http, isJson, StatusCodes.Status415UnsupportedMediaType, 3, "Send application/x-protobuf or application/json.");
            return;
        }

        if (Identify(request) is not { } identity)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"assay\"";
            await RefuseAsync(http, isJson, StatusCodes.Status401Unauthorized, 16, "Send a valid key, as in OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer ask_...");
            return;
        }

        var (status, body) = await RequestBody.ReadAsync(request, config.Limits.BodyBytesMax, http.RequestAborted);
        using (body)
        {
            if (status == BodyStatus.ClientGone)
            {
                http.Abort();
                return;
            }

            if (status == BodyStatus.TooLarge)
            {
                await RefuseAsync(http, isJson, StatusCodes.Status413PayloadTooLarge, 8, $"Send at most {config.Limits.BodyBytesMax} bytes in one request.");
                return;
            }

            await TakeAsync(http, signal, isJson, identity, body!);
        }
    }

    private async Task TakeAsync(HttpContext http, OtlpSignal signal, bool isJson, KeyIdentity identity, RequestBody body)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        RequestBody? plain = null;
        try
        {
            if (string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase))
            {
                plain = Inflate(body, config.Limits.BodyBytesMax);
                if (plain is null)
                {
                    await RefuseAsync(http, isJson, StatusCodes.Status413PayloadTooLarge, 8, $"Send at most {config.Limits.BodyBytesMax} bytes, unpacked, in one request.");
                    return;
                }
            }
            else if (encoding.Length > 0 && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
            {
                await RefuseAsync(http, isJson, StatusCodes.Status415UnsupportedMediaType, 3, "Of encodings only gzip is taken.");
                return;
            }

            var batch = Read(signal, isJson, identity, (plain ?? body).Span);
            if (!await keeper.KeepAsync(batch, http.RequestAborted))
            {
                http.Response.Headers.RetryAfter = "1";
                await RefuseAsync(http, isJson, StatusCodes.Status429TooManyRequests, 8, "Too much is waiting to be kept; send it again.");
                return;
            }

            await AnswerAsync(http, isJson, StatusCodes.Status200OK, OtlpAnswers.Taken(signal, isJson, batch.Rejected, batch.RejectedBecause));
        }
        catch (Exception broken) when (broken is BrokenMessageException or JsonException or InvalidDataException or InvalidOperationException)
        {
            await RefuseAsync(http, isJson, StatusCodes.Status400BadRequest, 3, $"This is no OTLP request: {broken.Message}");
        }
        catch (Exception fault) when (fault is DbException or IOException or TimeoutException && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning(fault, "The store failed while keeping telemetry.");
            http.Response.Headers.RetryAfter = "5";
            await RefuseAsync(http, isJson, StatusCodes.Status503ServiceUnavailable, 14, "The store cannot be reached; nothing was kept. Send it again.");
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        finally
        {
            plain?.Dispose();
        }
    }

    private TelemetryBatch Read(OtlpSignal signal, bool isJson, KeyIdentity identity, ReadOnlySpan<byte> message)
    {
        var map = new TelemetryMap(identity, directory.Current, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var texts = _texts.TryTake(out var used) ? used : new TextCache();
        if (isJson)
        {
            new OtlpJson(texts).Read(signal, message, map);
        }
        else
        {
            new OtlpProtobuf(texts).Read(signal, message, map);
        }

        _texts.Add(texts);
        if (signal != OtlpSignal.Metrics)
        {
            // Points know themselves whether they came before; of records and spans only the request as a whole does.
            map.Batch.Digest = Convert.ToHexStringLower(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(identity.KeyId), .. SHA256.HashData(message)]));
        }

        return map.Batch;
    }

    private KeyIdentity? Identify(HttpRequest request)
    {
        Span<byte> hash = stackalloc byte[KeyHash.Size];
        return CallerKey.TryHash(request, hash) && directory.Current.FindKey(hash) is { } identity
            && identity.IsUsableAt(clock.GetUtcNow().ToUnixTimeMilliseconds()) ? identity : null;
    }

    /// <summary>Null if it is larger than it may be.</summary>
    private static RequestBody? Inflate(RequestBody packed, int bytesMax)
    {
        using var source = new MemoryStream(packed.Memory.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var writer = new PooledWriter(Math.Min(bytesMax, packed.Length * 4));
        var length = 0;
        while (true)
        {
            var count = gzip.Read(writer.GetSpan(64 * 1024));
            if (count == 0)
            {
                return writer.ToBody();
            }

            writer.Advance(count);
            length += count;
            if (length > bytesMax)
            {
                writer.ToBody().Dispose();
                return null;
            }
        }
    }

    private static Task RefuseAsync(HttpContext http, bool isJson, int status, int code, string message) =>
        AnswerAsync(http, isJson, status, OtlpAnswers.Refused(isJson, code, message));

    private static Task AnswerAsync(HttpContext http, bool isJson, int status, byte[] body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = isJson ? OtlpAnswers.Json : OtlpAnswers.Protobuf;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
