using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Assay.Bench.Otlp;
using Assay.Server.Hosting;
using Assay.Testing;

// How many data points a minute a node takes, keeps and counts once. Server and senders share this process and its cores, and so
// does PostgreSQL, a private one that fsyncs nothing.
// usage: dotnet run -c Release --project bench/Assay.Bench.Otlp -- [SECONDS [POINTS-A-REQUEST [SENDERS]]] [postgres]
var isPostgres = args is [.., "postgres"];
int[] numbers = [.. (isPostgres ? args[..^1] : args).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
var (seconds, points, senders) = (Number(0, 60), Number(1, 200), Number(2, 32));
const int AgainEvery = 20;
if (isPostgres && !PostgresCluster.IsInstalled)
{
    Console.Error.WriteLine(PostgresCluster.HowToInstall);
    return 2;
}

var data = Directory.CreateTempSubdirectory("assay-bench-otlp-").FullName;
try
{
    var clock = TimeProvider.System;
    await using var cluster = isPostgres ? await PostgresCluster.StartNewAsync() : null;
    var store = cluster is null ? "sqlite" : "postgres:" + await cluster.CreateDatabaseAsync();
    var config = new AssayConfig { Urls = "http://127.0.0.1:0", Data = data, Store = store };
    await using var server = await AssayServer.StartAsync(
        config, new AssayServerOptions { LogLevel = Microsoft.Extensions.Logging.LogLevel.Error }, CancellationToken.None);
    var address = new Uri(new Uri(server.Addresses[0]), "/v1/metrics");
    using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = senders });
    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.FirstAdministratorSecret);
    var exports = Enumerable.Range(0, senders).Select(i => new Export(i, points)).ToList();
    var begin = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
    await SendAsync(0, 1);
    await SendAsync(0, 1);

    var (sent, again, refused) = (0L, 0L, 0L);
    var (cpu, cpuOfStore) = (Environment.CpuUsage, cluster?.CpuTime() ?? TimeSpan.Zero);
    var watch = Stopwatch.StartNew();
    await Task.WhenAll(Enumerable.Range(0, senders).Select(async i =>
    {
        for (var round = 2; watch.Elapsed.TotalSeconds < seconds; round++)
        {
            if (await SendAsync(i, round))
            {
                Interlocked.Add(ref sent, points);
            }
            else
            {
                Interlocked.Add(ref refused, points);
            }

            if (round % AgainEvery == 0 && await SendAsync(i, round))
            {
                Interlocked.Add(ref again, points);
            }
        }
    }));
    var elapsed = watch.Elapsed.TotalSeconds;
    var used = (Environment.CpuUsage.TotalTime - cpu.TotalTime).TotalSeconds;
    var ofStore = ((cluster?.CpuTime() ?? TimeSpan.Zero) - cpuOfStore).TotalSeconds;
    var kept = (await server.Parts.Store.Telemetry.SumsAsync(0, long.MaxValue)).Sum(s => s.Value);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {(isPostgres ? "PostgreSQL" : "SQLite")}, {senders} senders, {points} points a request, {elapsed:0.0} s
        taken             {sent + again:N0} points, {(sent + again) / elapsed * 60:N0} a minute; {refused:N0} refused
        sent twice        {again:N0} of them
        in the store      {kept:N0}; should be {sent + points:N0}: {(kept == sent + points ? "none lost, none counted twice" : "WRONG")}
        CPU               {used:0.0} s, {used / elapsed:0.00} cores, {used * 1e6 / (sent + again):0.0} us a point; PostgreSQL's {ofStore:0.0} s, {ofStore * 1e6 / (sent + again):0.0} us a point
        """));
    return kept == sent + points ? 0 : 1;

    async Task<bool> SendAsync(int sender, int round)
    {
        // Each sender's clock moves by itself: a time comes once.
        using var content = new ByteArrayContent(exports[sender].At(begin + round));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var answer = await http.PostAsync(address, content);
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
finally
{
    Directory.Delete(data, recursive: true);
}

int Number(int at, int otherwise) => numbers.Length > at ? numbers[at] : otherwise;
