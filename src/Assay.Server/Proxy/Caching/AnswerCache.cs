using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Assay.Ledger.Money;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Proxy.Caching;

/// <summary>An answer that is kept: its head and its bytes as the client got them, and what it cost.</summary>
/// <param name="Dropped">What a translation could not carry; the next client is told so too.</param>
internal sealed record KeptAnswer(
    string ContentType, byte[] Bytes, NanoUsd Cost, string Provider, string Model, string Dropped, long KeptUntilMs);

/// <summary>
/// Answers to identical deterministic requests, for the use cases that opted in. Kept in this process's memory alone, within
/// a bound of bytes, the longest unused going first; nothing of it is ever written anywhere. Thread-safe.
/// </summary>
internal sealed class AnswerCache(AssayConfig config, TimeProvider clock)
{
    private const int EntryBytes = 512;

    private readonly HashSet<string> _useCases = new(config.Cache.UseCases, StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<KeyDigest, LinkedListNode<(KeyDigest Key, KeptAnswer Answer)>> _entries = [];
    private readonly LinkedList<(KeyDigest Key, KeptAnswer Answer)> _byUse = [];
    private long _bytes;
    private long _hits;
    private long _misses;
    private long _savedNanos;

    /// <summary>Whether any use case opted in; if not, nothing is looked at.</summary>
    public bool IsOn => _useCases.Count > 0;

    public CacheFigures Figures
    {
        get
        {
            lock (_lock)
            {
                return new CacheFigures(_entries.Count, _bytes, _hits, _misses, new NanoUsd(_savedNanos));
            }
        }
    }

    /// <summary>What the call's answer is kept under; null if it is none that may be kept.</summary>
    public KeyDigest? KeyOf(Call call)
    {
        if (!_useCases.Contains(call.UseCase) || call.Match.Provider is not null || call.Body is null || !IsDeterministic(call))
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var request = call.Http.Request;
        foreach (var part in (ReadOnlySpan<string>)[call.Match.Name(), call.Model, request.Query["alt"].ToString(),
            request.Headers["anthropic-beta"].ToString(), request.Headers["anthropic-version"].ToString(), request.Headers["openai-beta"].ToString()])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        hash.AppendData(call.Body.Span);
        return new KeyDigest(hash.GetHashAndReset());
    }

    /// <summary>The kept answer, if there is one.</summary>
    public KeptAnswer? Find(KeyDigest key)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                if (now < node.Value.Answer.KeptUntilMs)
                {
                    _byUse.Remove(node);
                    _byUse.AddFirst(node);
                    _hits++;
                    _savedNanos += node.Value.Answer.Cost.Nanos;
                    return node.Value.Answer;
                }

                Drop(node);
            }

            _misses++;
            return null;
        }
    }

    public void Keep(KeyDigest key, string contentType, byte[] bytes, NanoUsd cost, string provider, string model, string dropped)
    {
        if (bytes.Length + EntryBytes > config.Cache.BytesMax)
        {
            return;
        }

        var until = clock.GetUtcNow().ToUnixTimeMilliseconds() + (config.Cache.Seconds * 1000L);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var known))
            {
                Drop(known);
            }

            _entries[key] = _byUse.AddFirst((key, new KeptAnswer(contentType, bytes, cost, provider, model, dropped, until)));
            _bytes += bytes.Length + EntryBytes;
            while (_bytes > config.Cache.BytesMax)
            {
                Drop(_byUse.Last!);
            }
        }
    }

    private void Drop(LinkedListNode<(KeyDigest Key, KeptAnswer Answer)> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Answer.Bytes.Length + EntryBytes;
    }

    /// <summary>The same question has the same answer: a vector, or a model told to take the likeliest word each time.</summary>
    private static bool IsDeterministic(Call call) => call.Match.Operation switch
    {
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => true,
        Operation.ChatCompletions or Operation.Messages or Operation.Responses or Operation.Completions
            or Operation.GenerateContent or Operation.StreamGenerateContent => Temperature.IsZero(call.Body!.Span),
        _ => false,
    };
}

/// <summary>What the cache did since this process started.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CacheFigures(int Entries, long Bytes, long Hits, long Misses, NanoUsd Saved);

/// <summary>A SHA-256 as a key.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyDigest(ulong A, ulong B, ulong C, ulong D)
{
    public KeyDigest(ReadOnlySpan<byte> sha256)
        : this(BitConverter.ToUInt64(sha256), BitConverter.ToUInt64(sha256[8..]), BitConverter.ToUInt64(sha256[16..]), BitConverter.ToUInt64(sha256[24..]))
    {
    }
}
