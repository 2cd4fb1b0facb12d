using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.Sim.Workforce;

namespace Assay.Sim;

/// <summary>
/// Sends what a labelled company does to a gateway, call after call at a rate, each in the format of its model's provider. The
/// providers behind it are to be simulated ones: the header <c>x-sim</c> tells them which usage to answer with.
/// </summary>
internal sealed class WorkforceDrive(Uri gateway, IReadOnlyDictionary<string, string> secrets, string otherwise, double perSecond, int callsMax)
{
    private const int UnderWayMax = 256;

    private readonly SortedDictionary<int, long> _answers = [];
    private readonly Lock _lock = new();
    private long _sent;

    /// <summary>Reads whose key is whose: lines of an e-mail address and a secret.</summary>
    public static IReadOnlyDictionary<string, string> ReadKeys(IEnumerable<string> lines)
    {
        var secrets = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (at, line) in lines.Index().Where(each => each.Item.Trim().Length > 0))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var email, var secret])
            {
                throw new FormatException($"line {at + 1} of --keys is not an e-mail address and a secret");
            }

            secrets[email] = secret;
        }

        return secrets;
    }

    /// <summary>Sends until all is sent, enough is, or somebody stops it; says how many were answered how.</summary>
    public async Task<string> RunAsync(WorkCompany company, TimeProvider clock, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(10) };
        using var places = new SemaphoreSlim(UnderWayMax);
        var underWay = new List<Task>();
        var began = clock.GetTimestamp();
        try
        {
            foreach (var call in company.Play().SelectMany(day => day.Calls).Take(callsMax))
            {
                // By the clock and not by pauses, so that the rate is kept on a busy machine too.
                var early = TimeSpan.FromSeconds(_sent / perSecond) - clock.GetElapsedTime(began);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, clock, stop);
                }

                await places.WaitAsync(stop);
                _sent++;
                underWay.RemoveAll(task => task.IsCompleted);
                underWay.Add(SendAsync(http, company, call, places, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C: what was sent is the last word.
        }

        await Task.WhenAll(underWay);
        var seconds = Math.Max(0.001, clock.GetElapsedTime(began).TotalSeconds);
        var answers = string.Join(", ", _answers.Select(answer => $"{(answer.Key == 0 ? "none" : answer.Key)}: {answer.Value}"));
        return string.Create(CultureInfo.InvariantCulture, $"{_sent} calls in {seconds:0.0} s, {_sent / seconds:0.0} a second. Answers: {(answers.Length > 0 ? answers : "none")}.");
    }

    /// <summary>One call as its client would send it.</summary>
    internal HttpRequestMessage Request(WorkCompany company, in WorkCall call)
    {
        var person = company.People[call.Person];
        var model = WorkModel.All[call.Model];
        Span<byte> text = stackalloc byte[WorkText.BytesMax];
        var message = Encoding.UTF8.GetString(text[..call.Text.Write(text)]);
        var isAnthropic = model.Provider == "anthropic";
        object said = (isAnthropic, call.IsHuman) switch
        {
            (true, false) => new { role = "user", content = new object[] { new { type = "tool_result", tool_use_id = "t1", content = message } } },
            (false, false) => new { role = "tool", tool_call_id = "t1", content = message },
            _ => new { role = "user", content = message },
        };
        var request = new HttpRequestMessage(HttpMethod.Post, isAnthropic ? "/v1/messages" : "/v1/chat/completions")
        {
            Content = new ByteArrayContent(isAnthropic
                ? JsonSerializer.SerializeToUtf8Bytes(new { model = model.Name, max_tokens = Math.Max(1, call.Output), messages = new[] { said } })
                : JsonSerializer.SerializeToUtf8Bytes(new { model = model.Name, max_completion_tokens = Math.Max(1, call.Output), messages = new[] { said } })),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secrets.GetValueOrDefault(person.Email, otherwise));
        request.Headers.Add("x-assay-session", call.Session.ToString("x16", CultureInfo.InvariantCulture));
        request.Headers.Add("x-assay-use-case", WorkCompany.UseCases[call.UseCase]);
        if (call.Work != 0)
        {
            request.Headers.Add("x-assay-work", string.Create(CultureInfo.InvariantCulture, $"WORK-{call.Work}"));
        }

        // OpenAI counts what a cache reads as input and has no price for writing to it.
        request.Headers.Add("x-sim", isAnthropic
            ? string.Create(CultureInfo.InvariantCulture, $"input={call.Input};cache-read={call.CacheRead};cache-write-5m={call.CacheWrite};tokens={call.Output};delay=0ms")
            : string.Create(CultureInfo.InvariantCulture, $"input={call.Input + call.CacheWrite};cache-read={call.CacheRead};tokens={call.Output};delay=0ms"));
        return request;
    }

    private async Task SendAsync(HttpClient http, WorkCompany company, WorkCall call, SemaphoreSlim places, CancellationToken stop)
    {
        var status = 0;
        try
        {
            using var request = Request(company, call);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop);
            status = (int)answer.StatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            // Counted as no answer.
        }
        finally
        {
            places.Release();
        }

        lock (_lock)
        {
            _answers[status] = _answers.GetValueOrDefault(status) + 1;
        }
    }
}
