using System.CommandLine;
using System.Globalization;
using System.Text;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Server.Hosting;
using Assay.Server.Store;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.Sim;

/// <summary><c>assay sim workforce</c>: the calls, outcomes and truth of a labelled company as lines of JSON.</summary>
internal static class WorkforceCommand
{
    private const string FirstDay = "2026-03-02";
    private const string DayFormat = "yyyy-MM-dd";

    public static Command Create()
    {
        var seed = DefaultOption.Create("--seed", "The seed that everything derives from.", 1);
        var people = DefaultOption.Create("--people", "How many people; 50 to 85000.", 200);
        var days = DefaultOption.Create("--days", "How many days; 1 to 400.", 30);
        var first = new Option<string?>("--first") { Description = "The first day, as 2026-03-02, which is the default; with --into the days end today." };
        var pressure = DefaultOption.Create("--pressure-from", "On which day people begin to be ranked by tokens; -1 for never.", 15);
        var intensity = DefaultOption.Create("--intensity", "Multiplies how much everybody works.", 1.0);
        var evasive = new Option<bool>("--evasive") { Description = "Those who game the count know how they are looked for." };
        var summary = new Option<bool>("--summary") { Description = "Print the sums of each day instead of each call." };
        var into = new Option<string?>("--into")
        {
            Description = "Write the calls into the journal and the store of this configuration instead of printing them: an empty store, and nothing else running on it.",
            HelpName = "assay.json",
        };
        var turns = DefaultOption.Create("--turns", "With --into: up to how many turns of a conversation one entry of the ledger stands for.", 1);
        var joined = new Option<bool>("--joined") { Description = "With --turns: an entry may stand for several conversations of a person with one model on a day." };
        var command = new Command("workforce", "Make a labelled company from a seed and print what it does (docs/signals.md).")
        {
            seed, people, days, first, pressure, intensity, evasive, summary, into, turns, joined,
        };
        command.SetAction((result, cancellation) => Task.Run(
            async () =>
            {
                var console = result.InvocationConfiguration;
                try
                {
                    var intoStore = result.GetValue(into);
                    var begins = result.GetValue(first) ?? (intoStore is null
                        ? FirstDay
                        : DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1 - result.GetValue(days)).ToString(DayFormat, CultureInfo.InvariantCulture));
                    if (!DateOnly.TryParseExact(begins, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                    {
                        throw new FormatException("write --first as 2026-03-02");
                    }

                    var company = new WorkCompany(new WorkforceOptions
                    {
                        Seed = result.GetValue(seed),
                        People = result.GetValue(people),
                        Days = result.GetValue(days),
                        First = day,
                        PressureFrom = result.GetValue(pressure),
                        Intensity = result.GetValue(intensity),
                        Evasive = result.GetValue(evasive),
                    });
                    if (intoStore is { } config)
                    {
                        await LoadAsync(company, config, result.GetValue(turns), result.GetValue(joined), console, cancellation);
                        return 0;
                    }

                    using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
                    Print(company, result.GetValue(summary), output, cancellation);
                    return 0;
                }
                catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidOperationException or JournalException or DirectoryConflictException)
                {
                    console.Error.WriteLine($"assay sim workforce: {fault.Message}");
                    return 2;
                }
            },
            cancellation));
        return command;
    }

    private static async Task LoadAsync(
        WorkCompany company, string config, int turns, bool isJoined, InvocationConfiguration console, CancellationToken cancellation)
    {
        if (turns is < 1 or > 10_000)
        {
            throw new FormatException("write --turns as 1 to 10000");
        }

        var loaded = ConfigLoader.Load(config, Environment.GetEnvironmentVariables());
        var result = await new WorkforceLoad(loaded, company, turns, TimeProvider.System, console.Error, isJoined).RunAsync(cancellation);
        var output = console.Output;
        await output.WriteLineAsync(Inv($"{result.Calls:#,##0} calls and {result.Tokens:#,##0} tokens of ${new NanoUsd(result.CostNanos)} in {result.Entries:#,##0} entries"));
        await output.WriteLineAsync(Inv($"journal: {result.JournalBytes:#,##0} bytes, written in {result.Written.TotalSeconds:0} s; applied to the store after {result.Applied.TotalSeconds:0} s"));
        await output.WriteLineAsync(result.Totals.Cost.Nanos == result.CostNanos && result.Totals.BalanceSum.Nanos == 0
            ? "the store has the same cost to the nano-dollar, and its balances sum to zero"
            : Inv($"THE STORE HAS ${result.Totals.Cost}, its balances sum to {result.Totals.BalanceSum}"));
    }

    private static void Print(WorkCompany company, bool isSummary, TextWriter output, CancellationToken cancellation)
    {
        if (!isSummary)
        {
            foreach (var person in company.People)
            {
                output.Write(Inv($"{{\"type\":\"person\",\"id\":\"{person.Email}\",\"team\":\"{WorkCompany.TeamName(person.Team)}\",\"division\":\"{WorkCompany.DivisionName(person.Team)}\",\"zone\":{person.Zone},\"truth\":\"{person.Kind}\"}}\n"));
            }

            foreach (var incident in company.Incidents)
            {
                output.Write(Inv($"{{\"type\":\"incident\",\"id\":{incident.Id},\"kind\":\"{incident.Kind}\",\"team\":\"{WorkCompany.TeamName(incident.Team)}\",\"from\":\"{Time(incident.FromMs)}\",\"to\":\"{Time(incident.ToMs)}\"}}\n"));
            }
        }

        foreach (var day in company.Play())
        {
            cancellation.ThrowIfCancellationRequested();
            if (isSummary)
            {
                var at = day.Calls.Count > 0 ? Time(day.Calls[0].AtMs)[..10] : "";
                output.Write(Inv($"{{\"day\":\"{at}\",\"calls\":{day.Calls.Count},\"people\":{day.Calls.Select(c => c.Person).Distinct().Count()},\"tokens\":{day.Calls.Sum(c => c.Tokens)},\"usd\":{day.Calls.Sum(c => c.CostNanos) / 1e9:0.00},\"gamingUsd\":{day.Calls.Where(c => c.IsGaming).Sum(c => c.CostNanos) / 1e9:0.00},\"outcomes\":{day.Outcomes.Count}}}\n"));
                continue;
            }

            foreach (var call in day.Calls)
            {
                Write(company, call, output);
            }

            foreach (var outcome in day.Outcomes)
            {
                output.Write(Inv($"{{\"type\":\"outcome\",\"at\":\"{Time(outcome.AtMs)}\",\"person\":\"{company.People[outcome.Person].Email}\",\"work\":\"WORK-{outcome.Work}\"}}\n"));
            }
        }
    }

    private static void Write(WorkCompany company, in WorkCall call, TextWriter output)
    {
        var person = company.People[call.Person];
        var model = WorkModel.All[call.Model];
        output.Write(Inv($"{{\"type\":\"call\",\"at\":\"{Time(call.AtMs)}\",\"durationMs\":{call.DurationMs},\"person\":\"{person.Email}\",\"agent\":{(call.IsAgent ? "true" : "false")},\"session\":\"{call.Session:x16}\",\"provider\":\"{model.Provider}\",\"model\":\"{model.Name}\",\"useCase\":\"{WorkCompany.UseCases[call.UseCase]}\","));
        output.Write(Inv($"\"work\":\"{(call.Work == 0 ? "" : $"WORK-{call.Work}")}\",\"human\":{(call.IsHuman ? "true" : "false")},\"input\":{call.Input},\"cacheRead\":{call.CacheRead},\"cacheWrite\":{call.CacheWrite},\"output\":{call.Output},\"usd\":{call.CostNanos / 1e9:0.000000},\"gaming\":{(call.IsGaming ? "true" : "false")},\"incident\":{call.Incident}}}\n"));
    }

    private static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Inv(FormattableString text) => FormattableString.Invariant(text);
}
