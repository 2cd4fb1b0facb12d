namespace Assay.Demo;

/// <summary>What a key of the demo is used with; it decides the shape of its traffic.</summary>
internal enum DemoHabit
{
    ClaudeCode,
    Codex,
    GeminiCli,
    InHouseCoder,
    ChatApp,
    SupportTriage,
    Indexer,
    Notebook,
    NightlyAgent,
}

internal sealed record DemoTeam(string Id, string? Parent, string Name);

/// <param name="Role">As the admin API names it.</param>
internal sealed record DemoPerson(string Email, string Name, string Team, string Role = "employee");

internal sealed record DemoAgent(string Name, string OwnerEmail, string Team);

/// <summary>A key to create: for a person by email or for an agent by name.</summary>
internal sealed record DemoKeyPlan(string Owner, bool OwnerIsAgent, string Name, string UseCase, DemoHabit Habit);

/// <summary>A key that was created, with the secret that the traffic uses.</summary>
internal sealed record DemoKey(string Secret, DemoKeyPlan Plan);

/// <summary>
/// A small company that does not exist: a tree of teams, forty people, their agents and keys. Everybody in it is made up.
/// </summary>
internal static class DemoCompany
{
    /// <summary>The models that the traffic asks for; the last one is in-house and needs a price of its own.</summary>
    public static IReadOnlyList<string> Models { get; } =
    [
        "claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5",
        "gpt-5.5", "gpt-5.3-codex", "gpt-5.4-mini", "text-embedding-3-small",
        "gemini-3.1-pro-preview", "gemini-3.5-flash", "gemini-embedding-001",
        InHouseModel,
    ];

    public const string InHouseModel = "qwen3-coder";

    /// <summary>Whose key the demo prints beside the administrator's.</summary>
    public const string Engineer = "kofi.adjei@example.com";

    public static IReadOnlyList<DemoTeam> Teams { get; } =
    [
        new("org", null, "Lindenhof Logistics"),
        new("engineering", "org", "Engineering"),
        new("platform", "engineering", "Platform"),
        new("routing", "engineering", "Route planning"),
        new("mobile", "engineering", "Driver app"),
        new("data", "engineering", "Data and forecasting"),
        new("operations", "org", "Operations"),
        new("support", "operations", "Customer support"),
        new("finance", "org", "Finance and legal"),
    ];

    public static IReadOnlyList<DemoPerson> People { get; } =
    [
        new("marit.solheim@example.com", "Marit Solheim", "org", "admin"),
        new("tomasz.wrobel@example.com", "Tomasz Wróbel", "engineering", "manager"),
        new("ines.carvalho@example.com", "Inês Carvalho", "platform", "manager"),
        new("kofi.adjei@example.com", "Kofi Adjei", "platform"),
        new("hanna.virtanen@example.com", "Hanna Virtanen", "platform"),
        new("ruben.dewit@example.com", "Ruben de Wit", "platform"),
        new("priya.nambiar@example.com", "Priya Nambiar", "platform"),
        new("yusuf.erdem@example.com", "Yusuf Erdem", "platform"),
        new("clara.fontaine@example.com", "Clara Fontaine", "routing", "manager"),
        new("mateo.ibarra@example.com", "Mateo Ibarra", "routing"),
        new("sinead.corrigan@example.com", "Sinéad Corrigan", "routing"),
        new("li.wenjing@example.com", "Li Wenjing", "routing"),
        new("dara.okonjo@example.com", "Dara Okonjo", "routing"),
        new("felix.brandtner@example.com", "Felix Brandtner", "routing"),
        new("aiko.morishita@example.com", "Aiko Morishita", "routing"),
        new("samira.haddad@example.com", "Samira Haddad", "mobile", "manager"),
        new("jonas.lindqvist@example.com", "Jonas Lindqvist", "mobile"),
        new("bea.kovacs@example.com", "Bea Kovács", "mobile"),
        new("tunde.balogun@example.com", "Tunde Balogun", "mobile"),
        new("elif.demirci@example.com", "Elif Demirci", "mobile"),
        new("noah.verbeek@example.com", "Noah Verbeek", "mobile"),
        new("greta.holzer@example.com", "Greta Holzer", "data", "manager"),
        new("rafael.quintela@example.com", "Rafael Quintela", "data"),
        new("min.seojun@example.com", "Min Seo-jun", "data"),
        new("olga.petrenko@example.com", "Olga Petrenko", "data"),
        new("david.achterberg@example.com", "David Achterberg", "data"),
        new("amara.diallo@example.com", "Amara Diallo", "data"),
        new("viktor.hedlund@example.com", "Viktor Hedlund", "operations", "manager"),
        new("paula.reinoso@example.com", "Paula Reinoso", "operations"),
        new("gil.marchetti@example.com", "Gil Marchetti", "operations"),
        new("leonie.aschauer@example.com", "Leonie Aschauer", "support", "manager"),
        new("chidi.eze@example.com", "Chidi Eze", "support"),
        new("malin.strand@example.com", "Malin Strand", "support"),
        new("radu.ionescu@example.com", "Radu Ionescu", "support"),
        new("fatima.benali@example.com", "Fatima Benali", "support"),
        new("owen.tregarth@example.com", "Owen Tregarth", "support"),
        new("katja.sommerfeld@example.com", "Katja Sommerfeld", "finance", "finance"),
        new("ivo.baltes@example.com", "Ivo Baltes", "finance", "auditor"),
        new("nora.whitlock@example.com", "Nora Whitlock", "finance"),
        new("stefan.dragan@example.com", "Stefan Drăgan", "finance"),
    ];

    public static IReadOnlyList<DemoAgent> Agents { get; } =
    [
        new("review-bot", "ines.carvalho@example.com", "platform"),
        new("dependency-updater", "kofi.adjei@example.com", "platform"),
        new("route-tuner", "clara.fontaine@example.com", "routing"),
        new("test-writer", "samira.haddad@example.com", "mobile"),
        new("forecast-explainer", "greta.holzer@example.com", "data"),
        new("search-indexer", "olga.petrenko@example.com", "data"),
        new("ticket-triage", "leonie.aschauer@example.com", "support"),
        new("contract-reader", "nora.whitlock@example.com", "finance"),
    ];

    public static IReadOnlyList<DemoKeyPlan> Keys { get; } = [.. PersonKeys(), .. AgentKeys()];

    private static IEnumerable<DemoKeyPlan> PersonKeys()
    {
        // Engineers code with agents, each with a tool of their own; others chat; a few do both.
        DemoHabit[] tools = [DemoHabit.ClaudeCode, DemoHabit.ClaudeCode, DemoHabit.Codex, DemoHabit.GeminiCli, DemoHabit.InHouseCoder];
        var engineers = 0;
        foreach (var person in People)
        {
            switch (person.Team)
            {
                case "platform" or "routing" or "mobile":
                    yield return Of(person, "laptop", "coding", tools[engineers++ % tools.Length]);
                    break;
                case "data":
                    yield return Of(person, "notebook", "analysis", DemoHabit.Notebook);
                    break;
                default:
                    yield return Of(person, "chat", person.Team == "support" ? "support-drafts" : "writing", DemoHabit.ChatApp);
                    break;
            }

            if (person.Role == "manager")
            {
                yield return Of(person, "chat", "planning", DemoHabit.ChatApp);
            }
        }
    }

    private static IEnumerable<DemoKeyPlan> AgentKeys()
    {
        yield return new DemoKeyPlan("review-bot", true, "ci", "code-review", DemoHabit.ClaudeCode);
        yield return new DemoKeyPlan("dependency-updater", true, "ci", "maintenance", DemoHabit.NightlyAgent);
        yield return new DemoKeyPlan("route-tuner", true, "cluster", "route-tuning", DemoHabit.InHouseCoder);
        yield return new DemoKeyPlan("test-writer", true, "ci", "tests", DemoHabit.Codex);
        yield return new DemoKeyPlan("forecast-explainer", true, "reports", "forecasting", DemoHabit.Notebook);
        yield return new DemoKeyPlan("search-indexer", true, "indexer", "search", DemoHabit.Indexer);
        yield return new DemoKeyPlan("ticket-triage", true, "helpdesk", "support-triage", DemoHabit.SupportTriage);
        yield return new DemoKeyPlan("contract-reader", true, "archive", "contracts", DemoHabit.Notebook);
    }

    private static DemoKeyPlan Of(DemoPerson person, string name, string useCase, DemoHabit habit) =>
        new(person.Email, OwnerIsAgent: false, name, useCase, habit);
}
