using System.Net.Http.Headers;
using System.Text;

namespace Assay.Demo;

/// <summary>
/// The people and agents of <see cref="DemoCompany"/> at work: live calls in every format through Assay's real address,
/// drawn from a seed.
/// </summary>
internal sealed class DemoTraffic : IDisposable
{
    private readonly DemoTrafficOptions _options;
    private readonly Random _random;
    private readonly HttpClient _http;
    private readonly DemoWorker[] _workers;
    private readonly Dictionary<string, long> _sentByFormat = new(StringComparer.Ordinal);
    private long _sent;
    private long _completed;
    private long _errors;
    private long _left;
    private long _broken;
    private long _bytes;

    private DemoTraffic(Uri assay, IReadOnlyList<DemoKey> keys, DemoTrafficOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _workers = [.. keys.Select((key, index) => new DemoWorker(key, new Random(unchecked((options.Seed * 397) ^ index))))];
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = assay,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>
    /// Sends until <paramref name="stop"/>, then lets the calls under way end, and returns what the clients saw.
    /// </summary>
    public static async Task<DemoCounts> RunAsync(
        Uri assay, IReadOnlyList<DemoKey> keys, DemoTrafficOptions options, CancellationToken stop)
    {
        if (keys.Count == 0)
        {
            throw new ArgumentException("Nobody has a key.", nameof(keys));
        }

        using var traffic = new DemoTraffic(assay, keys, options);
        return await traffic.RunAsync(stop);
    }

    public void Dispose() => _http.Dispose();

    private async Task<DemoCounts> RunAsync(CancellationToken stop)
    {
        using var tooLate = new CancellationTokenSource();
        var underWay = new HashSet<Task>();
        var began = _options.Time.GetTimestamp();
        while (!stop.IsCancellationRequested && _sent < _options.CallsMax)
        {
            try
            {
                await Task.Delay(NextPause(_options.Time.GetElapsedTime(began)), _options.Time, stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            underWay.RemoveWhere(t => t.IsCompleted);
            if (underWay.Count < _options.UnderWayMax && FreeWorker() is { } worker)
            {
                underWay.Add(CallAsync(worker, tooLate.Token));
            }
        }

        // Everybody may finish their sentence; who talks on is cut off.
        tooLate.CancelAfter(_options.EndingMax);
        await Task.WhenAll(underWay);
        return new DemoCounts
        {
            Sent = _sent,
            Completed = _completed,
            Errors = _errors,
            Left = _left,
            Broken = _broken,
            BytesReceived = _bytes,
            SentByFormat = _sentByFormat,
        };
    }

    /// <summary>
    /// Poisson arrivals whose rate follows the demo's day, from half the average to nearly twice. It begins in the
    /// middle of a morning, when there is something to see.
    /// </summary>
    private TimeSpan NextPause(TimeSpan elapsed)
    {
        var hour = ((elapsed / _options.Day) + 0.35) * Math.Tau;
        var rate = _options.CallsPerSecond * (1 - (0.7 * Math.Cos(hour)) + (0.15 * Math.Cos(3 * hour)));
        return TimeSpan.FromSeconds(Math.Min(2, -Math.Log(1 - _random.NextDouble()) / Math.Max(0.1, rate)));
    }

    /// <summary>Somebody who is not waiting for an answer; the busier habits are drawn more often.</summary>
    private DemoWorker? FreeWorker()
    {
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var worker = _workers[_random.Next(_workers.Length)];
            if (!worker.IsBusy && _random.NextDouble() < worker.Eagerness)
            {
                return worker;
            }
        }

        return null;
    }

    private async Task CallAsync(DemoWorker worker, CancellationToken tooLate)
    {
        worker.IsBusy = true;
        var trouble = _options.WithTrouble ? _random.Next(1000) : 1000;
        var call = worker.Next(trouble);
        var leaveAfter = call.Streamed && trouble is >= 40 and < 65 ? _random.Next(600, 6000) : int.MaxValue;
        _sentByFormat[call.Format] = _sentByFormat.GetValueOrDefault(call.Format) + 1;
        _sent++;
        try
        {
            await Task.Run(() => SendAsync(worker.Key, call, leaveAfter, tooLate), CancellationToken.None);
        }
        finally
        {
            worker.IsBusy = false;
        }
    }

    private async Task SendAsync(DemoKey key, DemoCall call, int leaveAfter, CancellationToken tooLate)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Path);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(call.Body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(
            call.KeyHeader, call.KeyHeader == "Authorization" ? "Bearer " + key.Secret : key.Secret);
        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, tooLate);
            await using var body = await response.Content.ReadAsStreamAsync(tooLate);
            var left = !await ReadAsync(body, leaveAfter, tooLate);
            Interlocked.Increment(ref response.IsSuccessStatusCode ? ref left ? ref _left : ref _completed : ref _errors);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref _broken);
        }
    }

    /// <summary>Reads to the end, or until this client has had enough; false if it left.</summary>
    private async Task<bool> ReadAsync(Stream body, int leaveAfter, CancellationToken tooLate)
    {
        var buffer = new byte[16 * 1024];
        long read = 0;
        while (true)
        {
            var n = await body.ReadAsync(buffer, tooLate);
            if (n == 0)
            {
                return true;
            }

            read += n;
            Interlocked.Add(ref _bytes, n);
            if (read > leaveAfter)
            {
                return false;
            }
        }
    }
}
