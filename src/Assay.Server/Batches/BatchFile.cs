using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Assay.Server.Routing;
using Assay.Server.Routing.Credentials;

namespace Assay.Server.Batches;

/// <summary>Reads JSON of the provider's for the gateway's own purposes: input files, the state of a job, its results.</summary>
internal static class BatchFile
{
    public const int AnswerBytesMax = 1024 * 1024;

    /// <summary>Asks the provider for something, with the company's credential.</summary>
    public static async Task<HttpResponseMessage> GetAsync(Provider provider, string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.Address(path, ""))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (provider.Keys.First is { } key)
        {
            var credential = await ReadAsync(key, ct);
            provider.Authorize(request, default, credential, default);
        }

        if (provider.Format == Formats.WireFormat.Anthropic)
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        foreach (var (name, value) in provider.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await provider.Invoker.SendAsync(request, ct);
    }

    private static async ValueTask<string> ReadAsync(ProviderKey key, CancellationToken ct)
    {
        try
        {
            return await key.Secret.ReadAsync(ct);
        }
        catch (CredentialException fault)
        {
            throw new HttpRequestException("The provider's credential cannot be had: " + fault.Message, fault);
        }
    }

    /// <summary>Reads a small answer whole.</summary>
    /// <exception cref="InvalidDataException">It is larger than <see cref="AnswerBytesMax"/>.</exception>
    public static async Task<byte[]> ReadSmallAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > AnswerBytesMax)
            {
                throw new InvalidDataException($"The answer is larger than {AnswerBytesMax:N0} bytes.");
            }
        }

        return kept.ToArray();
    }

    /// <summary>Reads lines as they come; empty ones are left out.</summary>
    /// <param name="take">Takes a line without its end; false to stop.</param>
    /// <exception cref="InvalidDataException">A line or the whole is larger than allowed.</exception>
    public static async Task ReadLinesAsync(
        HttpContent content, int lineBytesMax, long bytesMax, LineReader take, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        long seen = 0;
        while (true)
        {
            var result = await pipe.ReadAsync(ct);
            var buffer = result.Buffer;
            while (Next(ref buffer, result.IsCompleted) is { } line)
            {
                seen += line.Length + 1;
                if (!line.IsEmpty && !take(line.IsSingleSegment ? line.FirstSpan : line.ToArray()))
                {
                    return;
                }
            }

            if (buffer.Length > lineBytesMax || seen + buffer.Length > bytesMax)
            {
                throw new InvalidDataException(buffer.Length > lineBytesMax
                    ? $"A line is longer than {lineBytesMax:N0} bytes."
                    : $"The file is larger than {bytesMax:N0} bytes.");
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static ReadOnlySequence<byte>? Next(ref ReadOnlySequence<byte> buffer, bool isLast)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return line;
        }

        if (!isLast || buffer.IsEmpty)
        {
            return null;
        }

        var rest = buffer;
        buffer = buffer.Slice(buffer.End);
        return rest;
    }
}

/// <summary>Takes one line; false to read no more.</summary>
internal delegate bool LineReader(ReadOnlySpan<byte> line);
