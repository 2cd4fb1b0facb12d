using System.Buffers;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Formats;
using Assay.Server.Routing.Credentials;
using Assay.Server.Routing.Dialects;

namespace Assay.Server.Proxy;

/// <summary>
/// The talk with the provider about one call: sends the request, then copies the answer to the client as it arrives,
/// metering on the way. Every failure becomes a <see cref="CallOutcome"/> that says whose it was.
/// </summary>
internal sealed class Exchange(Call call, TimeProvider clock) : IDisposable
{
    // Large enough that a burst of events is one write; rented only while there is something to copy.
    private const int BufferBytes = 64 * 1024;

    private readonly ProviderContent? _content =
        call.Outgoing is { Length: > 0 } body ? new ProviderContent(body.Memory) : null;

    private HttpResponseMessage? _response;
    private Stream? _source;
    private IAnswerFilter? _filter;
    private byte[]? _buffer;
    private int _held;
    private bool _holdsHead;

    public HttpResponseMessage Response => _response!;

    private Dialect? Dialect => call.Match.Operation.IsOpaque() || call.IsNative ? null : call.Target!.Provider.Dialect;

    /// <summary>Whether the answer's head has come; if not, the call's outcome says why.</summary>
    public async Task<bool> SendAsync()
    {
        var provider = call.Target!.Provider;
        HttpRequestMessage? request = null;
        try
        {
            var now = clock.GetUtcNow();
            call.Key = call.Match.Operation.IsOpaque()
                ? provider.Keys.First
                : provider.Keys.Take(call.Session, now.ToUnixTimeMilliseconds());
            var credential = call.Key is null ? "" : await call.Key.Secret.ReadAsync(call.Stopped);
            request = ProviderRequest.Create(call, _content, credential, now);
            call.Sent = true;
            _response = await provider.Invoker.SendAsync(request, call.Stopped);
            call.Status = (int)_response.StatusCode;
            return true;
        }
        catch (OperationCanceledException)
        {
            call.Outcome = Stopped();
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError)
        {
            call.Sent = false;
            call.Outcome = CallOutcome.NotConnected;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            call.Outcome = CallOutcome.ProviderBroke;
        }
        catch (CredentialException fault)
        {
            (call.Outcome, call.CredentialFault) = (CallOutcome.NotConnected, fault.Message);
        }
        finally
        {
            request?.Dispose();
        }

        return false;
    }

    /// <summary>
    /// Copies the answer's body. When its length was announced, the last bytes are held back until
    /// <see cref="ReleaseAsync"/>, so that the client cannot see the end before the ledger has it.
    /// </summary>
    /// <param name="growth">Keeps the reservation ahead of a stream; null if nothing limits it.</param>
    /// <param name="holdsHead">
    /// Whether the client gets the head only with the first bytes: until then another provider can still answer.
    /// </param>
    public async Task CopyAsync(UsageTap tap, IAnswerFilter? filter, Growth? growth, bool holdsHead)
    {
        _filter = filter;
        _holdsHead = holdsHead;
        var reading = true;
        try
        {
            _source = await _response!.Content.ReadAsStreamAsync(call.Stopped);
            var left = HasBody() ? _response.Content.Headers.ContentLength ?? -1 : 0;
            if (Dialect is { } dialect && dialect.Unwrap(_response, _source) is { } unwrapped)
            {
                (_source, left) = (unwrapped, -1);
            }

            var firstRead = true;
            while (left != 0)
            {
                reading = true;
                var read = await ReadAsync(left < 0, firstRead);
                firstRead = false;
                if (read == 0)
                {
                    break;
                }

                Progress();
                tap.Observe(_buffer.AsSpan(0, read));
                if (growth is not null && tap.OutputBytes > growth.CoveredBytes && !await growth.KeepUpAsync(tap))
                {
                    call.Stop(StopReason.BudgetExhausted);
                    call.Outcome = CallOutcome.BudgetExhausted;
                    return;
                }

                left -= left > 0 ? read : 0;
                if (left == 0)
                {
                    _held = read;
                    break;
                }

                reading = false;
                await WriteAsync(_buffer.AsMemory(0, read));
                ReturnBuffer();
            }

            if (left > 0)
            {
                call.Outcome = CallOutcome.ProviderBroke;
                return;
            }

            call.Outcome = call.ClientLeft ? CallOutcome.ClientGone
                : call.Status >= 400 ? CallOutcome.ProviderError
                : CallOutcome.Completed;
        }
        catch (OperationCanceledException)
        {
            call.Outcome = Stopped();
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or ObjectDisposedException)
        {
            call.Outcome = reading && call.Reason == StopReason.None ? CallOutcome.ProviderBroke : Stopped();
        }
    }

    /// <summary>Writes what was held back.</summary>
    public async Task ReleaseAsync()
    {
        if (_held > 0)
        {
            await WriteAsync(_buffer.AsMemory(0, _held));
            _held = 0;
        }

        if (_filter?.Complete() is { IsEmpty: false } rest)
        {
            await call.Http.Response.Body.WriteAsync(rest, call.Stopped);
        }
    }

    /// <summary>Ends an answer that broke off in the client's own way, where a translation knows one.</summary>
    public async Task<bool> TryEndBrokenAsync()
    {
        if (call.Answer is null || _filter is null || call.ClientLeft)
        {
            return false;
        }

        await call.Http.Response.Body.WriteAsync(_filter.Complete(), call.Http.RequestAborted);
        return true;
    }

    public void Dispose()
    {
        _held = 0;
        ReturnBuffer();
        _source?.Dispose();
        _response?.Dispose();
        if (_content is { IsIdle: false })
        {
            call.Outgoing!.Abandon();
        }
    }

    private async ValueTask<int> ReadAsync(bool mayIdle, bool firstRead)
    {
        // A stream waits most of its life; an empty read waits for data without holding a buffer.
        if (mayIdle)
        {
            var ready = _source!.ReadAsync(Memory<byte>.Empty, call.Stopped);
            if (!ready.IsCompletedSuccessfully)
            {
                if (firstRead && !_holdsHead)
                {
                    // The head is here and nothing else: the client should know at once.
                    await call.Http.Response.Body.FlushAsync(call.Stopped);
                }

                await ready;
            }
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferBytes);
        return await _source!.ReadAsync(_buffer, call.Stopped);
    }

    // A client that left is no reason to stop when the policy is to drain: the rest is read for its usage alone.
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (call.ClientLeft)
        {
            return;
        }

        if (_filter is null)
        {
            await call.Http.Response.Body.WriteAsync(bytes, call.Stopped);
            return;
        }

        var visible = _filter.Filter(bytes);
        if (!visible.IsEmpty)
        {
            await call.Http.Response.Body.WriteAsync(visible, call.Stopped);
        }
    }

    // RFC 9110 section 6.4.1: these answers announce the length of a body that they do not have.
    private bool HasBody() => call.Status is not (204 or 304) && !HttpMethods.IsHead(call.Http.Request.Method);

    private void Progress()
    {
        call.ProgressTicks = clock.GetTimestamp();
        if (!call.FirstByteSeen)
        {
            call.FirstByteSeen = true;
            call.FirstByteMs = (int)clock.GetElapsedTime(call.StartedTicks, call.ProgressTicks).TotalMilliseconds;
        }
    }

    private CallOutcome Stopped() => call.Reason switch
    {
        StopReason.ProviderSilent or StopReason.TooLong => CallOutcome.ProviderSilent,
        StopReason.ShutDown => CallOutcome.ShutDown,
        StopReason.BudgetExhausted => CallOutcome.BudgetExhausted,
        _ => CallOutcome.ClientGone,
    };

    private void ReturnBuffer()
    {
        if (_held == 0 && _buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
