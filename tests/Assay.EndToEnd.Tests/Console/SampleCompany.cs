using System.Security.Cryptography;
using Assay.Ledger.Money;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Console.Company;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>A small company with seven weeks of plausible traffic, the same at every run.</summary>
internal sealed class SampleCompany : ILiveFigures
{
    public const string Node = "sample";

    private static readonly (string Id, string? Parent, string Name, int People, int Weight)[] s_teams =
    [
        ("org", null, "Northwind Labs", 0, 0),
        ("engineering", "org", "Engineering", 3, 3),
        ("platform", "engineering", "Platform", 7, 9),
        ("payments", "engineering", "Payments", 6, 7),
        ("mobile", "engineering", "Mobile", 3, 5),
        ("research", "org", "Research", 6, 8),
        ("support", "org", "Customer Support", 8, 4),
        ("finance", "org", "Finance", 5, 1),
    ];

    private static readonly string[] s_names =
    [
        "Ada Lindqvist", "Benoît Moreau", "Chiara Conti", "Daniel Okafor", "Emi Tanaka", "Farid Haddad", "Greta Vogel",
        "Hassan Ali", "Ines Duarte", "Jonas Weber", "Katya Orlova", "Liam Byrne", "Mina Park", "Noor Rahman", "Oscar Nilsson",
        "Priya Nair", "Quentin Blanc", "Rosa Jiménez", "Samir Gupta", "Tove Dahl", "Umar Siddiqui", "Vera Novak", "Wei Chen",
        "Ximena Rojas", "Yusuf Kaya", "Zoë Peters", "Anton Reuter", "Bianca Serra", "Cyril Hubert", "Dora Marić", "Elif Demir",
        "Felix Brandt", "Gita Rao", "Hugo Martin", "Ivana Kos", "Jack Doyle", "Kira Holm", "Leo Fabbri",
    ];

    private static readonly (string Provider, string Model, string Client, string Operation, int Weight)[] s_routes =
    [
        ("anthropic", "claude-sonnet-5", "claude-code", "anthropic/messages", 34),
        ("anthropic", "claude-opus-5", "claude-code", "anthropic/messages", 8),
        ("anthropic", "claude-haiku-4-5", "support-desk", "anthropic/messages", 12),
        ("openai", "gpt-5.3-codex", "codex", "openai/responses", 16),
        ("openai", "gpt-5-mini", "openai-python", "openai/chat.completions", 12),
        ("gemini", "gemini-3.5-flash", "gemini-cli", "gemini/generateContent", 9),
        ("gemini", "gemini-2.5-pro", "google-genai", "gemini/generateContent", 4),
        ("metacode", "qwen3-coder", "claude-code", "openai/chat.completions", 18),
        ("metacode", "llama-guard-next", "review-bot", "openai/chat.completions", 1),
    ];

    private static readonly string[] s_uses = ["coding", "code-review", "support-triage", "research", "", "docs"];

    private readonly Random _random = new(20260821);
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly List<Person> _people = [];
    private readonly PriceBook _prices;

    public SampleCompany(PriceBook prices) => _prices = prices;

    /// <summary>The secret of the person's key who has this role (or name) in the story.</summary>
    public string SecretOf(string who) => _secrets[who];

    public IReadOnlyList<Person> People => _people;

    public Person PersonOf(string email) => _people.Single(person => person.Email == email);

    /// <summary>Prices of the models that the company runs itself, as an operator would state them.</summary>
    public static PriceBook WithHousePrices(PriceBook book)
    {
        var text = new PriceRuleText { Provider = "metacode", Model = "qwen3-coder" };
        text.Prices["input"] = "0.11";
        text.Prices["cache_read"] = "0.02";
        text.Prices["output"] = "0.38";
        PriceRule.TryParse(text, out var rule, out var faults).ShouldBeTrue(string.Join('\n', faults));
        return book.With([rule!]);
    }

    public async Task FoundAsync(IDirectoryStore store, DateTimeOffset now, CancellationToken ct)
    {
        var changes = new List<DirectoryChange>();
        changes.AddRange(s_teams.Select(team => new DirectoryChange.PutTeam(new Team(team.Id, team.Parent, team.Name))));
        var next = 0;
        foreach (var team in s_teams)
        {
            for (var i = 0; i < team.People; i++)
            {
                var name = s_names[next % s_names.Length];
                var role = (team.Id, i) switch
                {
                    ("engineering", 0) => Role.Manager,
                    ("mobile", 0) => Role.Manager,
                    ("finance", 0) => Role.Finance,
                    ("finance", 1) => Role.Auditor,
                    ("platform", 0) => Role.Admin,
                    _ => Role.Employee,
                };
                var person = new Person($"p_{next:00}", Email(name), name, team.Id, role);
                next++;
                _people.Add(person);
                changes.Add(new DirectoryChange.PutPerson(person));
            }
        }

        foreach (var person in _people)
        {
            AddKey(changes, person, person.Email, now, null);
        }

        // Somebody who has just joined and never made a call.
        var newcomer = new Person("p_new", "new@example.com", "Nils Newman", "platform", Role.Employee);
        _people.Add(newcomer);
        changes.Add(new DirectoryChange.PutPerson(newcomer));
        AddKey(changes, newcomer, "newcomer", now, null);
        AddKey(changes, newcomer, "expired", now, now.AddDays(-1).ToUnixTimeMilliseconds());
        _secrets["employee"] = _secrets[_people.First(p => p.TeamId == "platform" && p.Role == Role.Employee).Email];
        _secrets["manager"] = _secrets[_people.First(p => p.TeamId == "engineering" && p.Role == Role.Manager).Email];
        _secrets["small-manager"] = _secrets[_people.First(p => p.TeamId == "mobile" && p.Role == Role.Manager).Email];
        _secrets["finance"] = _secrets[_people.First(p => p.Role == Role.Finance).Email];
        _secrets["auditor"] = _secrets[_people.First(p => p.Role == Role.Auditor).Email];
        _secrets["admin"] = _secrets[_people.First(p => p.Role == Role.Admin).Email];
        await store.ChangeAsync(changes, "setup", ct);
    }

    public async Task WorkAsync(IUsageStore usage, DateTimeOffset now, int days, CancellationToken ct)
    {
        var position = 0L;
        for (var back = days; back >= 0; back--)
        {
            var day = new DateTimeOffset(now.AddDays(-back).Date, TimeSpan.Zero);
            var events = Day(day, now).OrderBy(call => call.StartedAtMs).ToList();
            await usage.ApplyAsync(Node, position, position + 1 + events.Count, events, ct);
            position += 1 + events.Count;
        }
    }

    /// <summary>The last minute of live traffic.</summary>
    public LiveNow? Now(string? teamId)
    {
        var random = new Random(7);
        var spark = Enumerable.Range(0, 60).Select(_ => random.Next(3) == 0 ? 0L : random.NextInt64(2_000_000, 95_000_000)).ToList();
        return new LiveNow(7, 88, new NanoUsd(spark.Sum()), spark);
    }

    private static string Email(string name) =>
        new string([.. name.Normalize(System.Text.NormalizationForm.FormD).ToLowerInvariant().Where(c => c is >= 'a' and <= 'z' or ' ')])
            .Replace(' ', '.') + "@example.com";

    private void AddKey(List<DirectoryChange> changes, Person person, string who, DateTimeOffset now, long? expiresAtMs)
    {
        // Derived, so that the same company has the same keys; nothing but this test's store ever knows them.
        var secret = "ask_" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("sample:" + who)))[..43];
        _secrets[who] = secret;
        changes.Add(new DirectoryChange.PutKey(new Key
        {
            Id = $"k_{person.Id}{(expiresAtMs is null ? "" : "_old")}",
            Hash = KeySecrets.Hash(secret),
            OwnerKind = OwnerKind.Person,
            OwnerId = person.Id,
            Name = "laptop",
            CreatedAtMs = now.AddDays(-60).ToUnixTimeMilliseconds(),
            ExpiresAtMs = expiresAtMs,
            Hint = secret[^4..],
        }));
    }

    private IEnumerable<UsageEvent> Day(DateTimeOffset day, DateTimeOffset now)
    {
        var weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        foreach (var person in _people.Where(person => person.Id != "p_new"))
        {
            var weight = s_teams.Single(team => team.Id == person.TeamId).Weight;
            var sessions = weekend ? _random.Next(weight) / 7 : _random.Next(weight + 2) / 2;
            for (var s = 0; s < sessions; s++)
            {
                foreach (var call in Session(person, day, now))
                {
                    yield return call;
                }
            }
        }
    }

    private IEnumerable<UsageEvent> Session(Person person, DateTimeOffset day, DateTimeOffset now)
    {
        var route = Pick(person);
        var session = route.Client is "claude-code" or "codex" ? new Guid(Bytes(16)).ToString() : "";
        var use = s_uses[person.TeamId switch
        {
            "support" => 2,
            "research" => _random.Next(3) == 0 ? 4 : 3,
            _ => _random.Next(5) switch { 0 => 1, 1 => 4, 2 => 5, _ => 0 },
        }];
        // Two humps, before and after noon.
        var hour = 7.5 + (_random.NextDouble() * 4) + (_random.Next(2) * 4.2) + (_random.NextDouble() * 1.5);
        var at = day.AddHours(hour);
        var context = 12_000 + _random.Next(50_000);
        var calls = 3 + _random.Next(16);
        for (var i = 0; i < calls && at < now; i++, at = at.AddSeconds(20 + _random.Next(400)))
        {
            yield return Call(person, route, session, use, at, context, i);
            context += _random.Next(9_000);
        }
    }

    private UsageEvent Call(
        Person person,
        (string Provider, string Model, string Client, string Operation, int Weight) route,
        string session,
        string use,
        DateTimeOffset at,
        int context,
        int turn)
    {
        var outcome = _random.Next(1000) switch
        {
            < 8 => CallOutcome.ProviderError,
            < 18 => CallOutcome.ClientGone,
            < 20 => CallOutcome.ProviderBroke,
            _ => CallOutcome.Completed,
        };
        var counts = new UsageCounts();
        if (outcome != CallOutcome.ProviderError)
        {
            var cached = turn == 0 ? 0 : (int)(context * (0.6 + (_random.NextDouble() * 0.35)));
            counts[UsageClass.CacheRead] = cached;
            counts[UsageClass.Input] = route.Provider == "anthropic" ? 40 + _random.Next(900) : context - cached;
            counts[UsageClass.CacheWrite5m] = route.Provider == "anthropic" ? context - cached : 0;
            counts[UsageClass.Output] = 80 + _random.Next(1600);
            counts[UsageClass.Reasoning] = route.Model is "gpt-5.3-codex" or "gemini-2.5-pro" ? _random.Next(2400) : 0;
            counts[UsageClass.Request] = 1;
        }

        var sheet = _prices.Find(route.Provider == "gemini" ? "google" : route.Provider, route.Model, at.ToUnixTimeMilliseconds());
        var charge = sheet?.Cost(counts, "", at.ToUnixTimeMilliseconds()) ?? new Charge(NanoUsd.FromDollars(1) with { Nanos = 41_000_000 }, false);
        var marks = UsageMarks.Streamed
            | (outcome == CallOutcome.ClientGone ? UsageMarks.Estimated : UsageMarks.None)
            | (sheet is null ? UsageMarks.Unpriced | UsageMarks.FallbackPrice : charge.Complete ? UsageMarks.None : UsageMarks.Unpriced);
        var took = 900 + _random.Next(14_000);
        var id = Guid.CreateVersion7(at);
        return new UsageEvent
        {
            Id = id,
            RequestId = id,
            StartedAtMs = at.ToUnixTimeMilliseconds(),
            DurationMs = took,
            FirstByteMs = Math.Min(took, 250 + _random.Next(1_500)),
            KeyId = $"k_{person.Id}",
            PersonId = person.Id,
            TeamId = person.TeamId,
            UseCase = use,
            Session = session,
            WorkRef = session is ['0' or '1' or '2' or '3', .. var rest] ? $"LIN-{Convert.ToInt32(rest[..1], 16) + 400}" : "",
            Client = route.Client,
            Operation = route.Operation,
            RequestedModel = route.Model,
            Provider = route.Provider,
            Model = route.Model,
            Status = outcome == CallOutcome.ProviderError ? 529 : 200,
            Outcome = outcome,
            Resolution = Resolution.Posted,
            Marks = outcome == CallOutcome.ProviderError ? UsageMarks.None : marks,
            Counts = counts,
            Cost = outcome == CallOutcome.ProviderError ? NanoUsd.Zero : charge.Amount,
            Reserved = charge.Amount + charge.Amount,
            PriceVersion = _prices.Version,
        };
    }

    private (string Provider, string Model, string Client, string Operation, int Weight) Pick(Person person)
    {
        var routes = person.TeamId == "support"
            ? s_routes.Where(route => route.Client is "support-desk" or "openai-python" or "review-bot").ToArray()
            : s_routes.Where(route => route.Client != "support-desk").ToArray();
        var at = _random.Next(routes.Sum(route => route.Weight));
        return routes.First(route => (at -= route.Weight) < 0);
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
