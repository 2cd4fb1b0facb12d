using Assay.Judgments.Entries;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Judgments;
using Assay.Server.Store;
using Assay.Sim;

namespace Assay.Demo;

/// <summary>Configures the demo's gateway and fills its directory with the company and its keys.</summary>
internal static class DemoSetup
{
    public const string InHouse = "metacode";

    public static AssayConfig Configure(SimProviders sim, string data, string urls) => new()
    {
        Urls = urls,
        Data = data,
        Timeouts = { DrainSeconds = 2 },
        Providers =
        {
            ["openai"] = new() { Format = "openai", BaseUrl = sim.OpenAI.ToString(), ApiKey = "sk-simulated" },
            ["anthropic"] = new() { Format = "anthropic", BaseUrl = sim.Anthropic.ToString(), ApiKey = "sk-ant-simulated" },
            ["gemini"] = new() { Format = "gemini", BaseUrl = sim.Gemini.ToString(), ApiKey = "simulated" },
            [InHouse] = new() { Format = "openai", BaseUrl = sim.OpenAI.ToString(), ApiKey = "in-house", InHouse = true },
        },
        Models =
        {
            ["gpt-*"] = new() { Targets = ["openai"] },
            ["text-embedding-*"] = new() { Targets = ["openai"] },
            ["claude-*"] = new() { Targets = ["anthropic"] },
            ["gemini-*"] = new() { Targets = ["gemini"] },
            [DemoCompany.InHouseModel] = new() { Targets = [InHouse] },
        },
        Prices =
        {
            Overrides =
            [
                new()
                {
                    Provider = InHouse,
                    Model = "*",
                    Prices = { ["input"] = "0.12", ["cache_read"] = "0.012", ["output"] = "0.48" },
                },
            ],
        },
    };

    /// <summary>A year of decisions, and one draft that waits for the engineer whose key the demo prints.</summary>
    public static async Task DecideAsync(IStore store, TimeProvider clock, int seed, CancellationToken cancellation)
    {
        var log = new DemoLog(
            clock.GetUtcNow(), [.. DemoCompany.People.Where(p => p.Role == "employee").Take(12).Select(p => p.Email)], seed);
        await store.Judgments.PutRepositoryAsync(JudgmentRepository.New(DemoLog.Repository, "main", "org", []), "demo", cancellation);
        await store.Judgments.ApplyAsync(DemoLog.Repository, log.Create(), "push", cancellation);
        var draft = log.Draft();
        var person = (await store.Directory.LoadAsync(cancellation)).People.First(p => p.Email == DemoCompany.Engineer);
        await store.Judgments.AddDraftAsync(
            new JudgmentDraft(
                draft.Id, DemoLog.Repository, JudgmentWriter.Write(draft), person.Id, "agent:claude-code", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            10,
            cancellation);
    }

    /// <summary>Creates teams, people, agents and keys in one change; returns the keys with their secrets.</summary>
    public static async Task<IReadOnlyList<DemoKey>> FillAsync(
        IDirectoryStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var people = DemoCompany.People.ToDictionary(
            p => p.Email,
            p => new Person(
                DirectoryIds.NewPerson(clock), p.Email, p.Name, p.Team, Enum.Parse<Role>(p.Role, ignoreCase: true)),
            StringComparer.Ordinal);
        var changes = new List<DirectoryChange>();
        changes.AddRange(DemoCompany.Teams.Select(t => new DirectoryChange.PutTeam(new Team(t.Id, t.Parent, t.Name))));
        changes.AddRange(people.Values.Select(p => new DirectoryChange.PutPerson(p)));
        changes.AddRange(DemoCompany.Agents.Select(a => new DirectoryChange.PutAgent(
            new Agent(a.Name, a.Name, people[a.OwnerEmail].Id, a.Team))));
        var keys = new List<DemoKey>();
        foreach (var plan in DemoCompany.Keys)
        {
            var (secret, hash) = KeySecrets.Create();
            changes.Add(new DirectoryChange.PutKey(new Key
            {
                Id = DirectoryIds.NewKey(clock),
                Hash = hash,
                OwnerKind = plan.OwnerIsAgent ? OwnerKind.Agent : OwnerKind.Person,
                OwnerId = plan.OwnerIsAgent ? plan.Owner : people[plan.Owner].Id,
                Name = plan.Name,
                UseCase = plan.UseCase,
                CreatedAtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Hint = KeySecrets.Hint(secret),
            }));
            keys.Add(new DemoKey(secret, plan));
        }

        await store.ChangeAsync(changes, "demo", cancellation);
        return keys;
    }
}
