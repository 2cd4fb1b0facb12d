using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Assay.Demo.Past;
using Assay.Ledger.Money;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Sim;
using Assay.Sim.Script;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Demo;

/// <summary><c>assay demo</c>: a whole company at work, on this machine alone.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var exitAfter = new Option<string?>("--exit-after")
        {
            Description = "End after this long, as in 20s or 5m, with a summary. Default: until Ctrl-C.",
        };
        var port = new Option<int>("--port")
        {
            Description = "The port on 127.0.0.1; another one if it is taken.",
            DefaultValueFactory = _ => 8080,
        };
        var rate = new Option<double>("--rate")
        {
            Description = "Calls a second, on average.",
            DefaultValueFactory = _ => 4,
        };
        var seed = new Option<int>("--seed") { Description = "Everything derives from it.", DefaultValueFactory = _ => 1 };
        var command = new Command("demo", "Watch a small made-up company at work: no key, no network, no set-up.")
        {
            exitAfter, port, rate, seed,
        };
        command.SetAction(async (result, cancellation) =>
        {
            if (!TryDuration(result.GetValue(exitAfter), out var duration)
                || result.GetValue(rate) is not (> 0 and <= 1000))
            {
                await Console.Error.WriteLineAsync(
                    "--exit-after takes a number with s, m or h, as in 20s; --rate is above 0 and at most 1000.");
                return 2;
            }

            var data = System.IO.Directory.CreateTempSubdirectory("assay-demo-").FullName;
            try
            {
                return await RunAsync(
                    data, FreePort(result.GetValue(port)), result.GetValue(rate), result.GetValue(seed), duration,
                    cancellation);
            }
            finally
            {
                System.IO.Directory.Delete(data, recursive: true);
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string data, int port, double rate, int seed, TimeSpan? duration, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        await using var sim = await SimProviders.StartAsync(
            new SimOptions
            {
                Seed = seed,
                Defaults = new SimInstructions { Delay = TimeSpan.FromMilliseconds(15), First = TimeSpan.FromMilliseconds(120) },
            },
            cancellation);
        var config = DemoSetup.Configure(sim, data, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var drafts = new DemoDrafts(seed);
        var past = await new PastWriter(config, seed, clock.GetUtcNow(), drafts).WriteAsync(cancellation);
        await using var server = await AssayServer.StartAsync(
            config, new AssayServerOptions { LogLevel = LogLevel.Error }, cancellation);
        await DemoSetup.DecideAsync(server.Parts.Store, clock, seed, cancellation);
        await DemoExperiments.DeclareAsync(server.Parts.Store.Directory, clock, cancellation);
        await server.RefreshDirectoryAsync(cancellation);
        Introduce(server.Addresses[0], past, duration);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (duration is { } limit)
        {
            stop.CancelAfter(limit);
        }

        var following = new DemoOutcomes(server.Parts.Store, clock, drafts).FollowAsync(stop.Token);
        var seen = await DemoTraffic.RunAsync(
            new Uri(server.Addresses[0]),
            past.Keys,
            new DemoTrafficOptions { Seed = seed, CallsPerSecond = rate },
            stop.Token);
        await stop.CancelAsync();
        await following;
        return await SumUpAsync(server, sim, past, seen);
    }

    private static void Introduce(string address, WrittenPast past, TimeSpan? duration)
    {
        string SecretOf(string email) => past.Keys.First(k => k.Plan.Owner == email).Secret;
        Console.WriteLine($"""

            Lindenhof Logistics is at work: {DemoCompany.People.Count} people, {DemoCompany.Agents.Count} agents, three wire formats, simulated providers.
            {DemoPast.DaysBefore} days lie behind it: {past.Calls:N0} calls of {past.Cost.ToString()} USD, {past.Reports.Count:N0} outcomes, {past.Found.Count:N0} signals.

              Console        {address}/
              Sign in as     Marit Solheim, administrator, who sees the company:
                               {SecretOf("marit.solheim@example.com")}
                             Kofi Adjei, engineer, who sees himself:
                               {SecretOf("kofi.adjei@example.com")}
                             Inês Carvalho, manager, who answers for her team:
                               {SecretOf("ines.carvalho@example.com")}
              Try it         curl {address}/v1/messages -H 'x-api-key: {SecretOf("kofi.adjei@example.com")}' \
                               -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \
                               -d '{"{"}"model":"claude-sonnet-5","max_tokens":100,"messages":[{"{"}"role":"user","content":"Hello"{"}"}]{"}"}'

            {(duration is { } limit ? $"Ends by itself after {limit.TotalSeconds:0} s." : "Ctrl-C ends it.")}
            """);
    }

    private static async Task<int> SumUpAsync(AssayServer server, SimProviders sim, WrittenPast past, DemoCounts seen)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await sim.Tally.QuietAsync(patience.Token);
        var projector = server.Services.GetRequiredService<Projector>();
        var live = server.Services.GetRequiredService<LiveHub>();
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while (live.InFlight > 0 || projector.LagBytes > 0)
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }

        var audit = await DemoAudit.RunAsync(
            server.Parts.Store.Usage, sim.Tally, server.Services.GetRequiredService<Pricing>().Book, past.Past.UntilMs, patience.Token);
        var liveCost = new NanoUsd(live.Now(LiveFilter.Company).Total.CostNanos);
        var agrees = audit.Agrees && audit.PastCalls == past.Entries && audit.PastCost == past.Cost && liveCost + past.Cost == audit.Cost;
        Console.WriteLine($"""

              Clients sent                 {seen.Sent,14:N0} calls ({seen.Completed:N0} answered, {seen.Errors:N0} errors, {seen.Left:N0} left mid-stream, {seen.Broken:N0} broken off)
              Ledger, since then           {audit.Calls,14:N0} calls
              Ledger, {DemoPast.DaysBefore} days before      {audit.PastCalls,14:N0} entries for {past.Calls:N0} calls
              The past's own sum           {past.Cost,24} USD
              Ledger, of the past          {audit.PastCost,24} USD
              Providers' own count, exact  {audit.ProviderCost,24} USD
              Ledger, exact                {audit.ExactCost,24} USD
              Ledger, estimated            {audit.Cost - audit.ExactCost - audit.PastCost,24} USD in {audit.Estimated:N0} calls that were cut or told no usage
              Ledger, total                {audit.Cost,24} USD
              Live view, since then        {liveCost,24} USD
              Sum of all balances          {audit.BalanceSum,24} USD
              {(agrees ? "Everything agrees to the nano-dollar." : $"THE NUMBERS DO NOT AGREE ({audit.Unmatched} calls without a match).")}
            """);
        return agrees ? 0 : 1;
    }

    private static bool TryDuration(string? text, out TimeSpan? duration)
    {
        duration = null;
        if (text is null)
        {
            return true;
        }

        var unit = text.Length > 0 ? text[^1] : ' ';
        if (!double.TryParse(text.AsSpan(0, Math.Max(text.Length - 1, 0)), CultureInfo.InvariantCulture, out var number)
            || number <= 0 || number > 100_000)
        {
            return false;
        }

        duration = unit switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => null,
        };
        return duration is not null;
    }

    private static int FreePort(int wanted)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, wanted);
            probe.Start();
            return wanted;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
