using System.Net.Http.Json;
using System.Text.Json;

namespace Assay.Bench.Load.Servers;

/// <summary>Assay as it is shipped: keys, reservation, metering, journal and the projector into SQLite are all on.</summary>
internal static class AssayGateway
{
    private const string AdminKey = "ask_bench0administrator0key0000000000000000000";

    // Six budgets that a call must be held on, none of which ever has no room: key, person, team, org, use case, model.
    private static readonly string[] s_scopes = ["key:", "person:ada@example.com", "team:platform", "org", "use:coding", "model:gpt-*"];

    internal static async Task<Contestant> StartAsync(
        string name,
        bool governed,
        Options options,
        int port,
        int upstream,
        string directory,
        Func<ServerProcess, ServerProcess> own,
        params (string Name, string Value)[] environment)
    {
        Directory.CreateDirectory(directory);
        var url = $"http://127.0.0.1:{port}";
        var configuration = Path.Combine(directory, "assay.json");
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new
        {
            urls = url,
            data = Path.Combine(directory, "data"),
            store = "sqlite",
            providers = new { openai = new { format = "openai", baseUrl = $"http://127.0.0.1:{upstream}", apiKey = "sk-bench" } },
            models = new Dictionary<string, object> { ["gpt-*"] = new { targets = (List<string>)["openai"] }, ["translated"] = new { targets = (List<string>)["openai/gpt-4o"] } },
        }));

        var process = own(await ServerProcess.StartAsync(
            options.ProxyCore,
            port,
            "dotnet",
            [options.Built("Assay", "assay"), "serve", "--config", configuration],
            [("ASSAY_ADMIN_KEY", AdminKey), .. environment]));
        return new Contestant(name, port, await CreateKeyAsync(url, governed, process), process);
    }

    /// <summary>A person in a team in the organisation, with a key for a use case.</summary>
    private static async Task<string> CreateKeyAsync(string url, bool governed, ServerProcess process)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {AdminKey}");
        await PostAsync("/api/v1/teams", new { id = "platform", parent = "org", name = "Platform" });
        await PostAsync("/api/v1/people", new { email = "ada@example.com", name = "Ada", team = "platform", role = "employee" });
        var key = await PostAsync("/api/v1/keys", new { owner = "ada@example.com", name = "bench", useCase = "coding" });
        foreach (var scope in governed ? s_scopes : [])
        {
            var id = scope == "key:" ? key.GetProperty("id").GetString() : "";
            await PostAsync("/api/v1/budgets", new { scope = scope + id, window = "month", limit = "1000000.00" });
        }

        return key.GetProperty("secret").GetString()!;

        async Task<JsonElement> PostAsync(string path, object body)
        {
            using var response = await client.PostAsJsonAsync(path, body);
            var text = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode
                ? JsonDocument.Parse(text).RootElement
                : throw new InvalidOperationException($"POST {path}: {(int)response.StatusCode} {text}\n{process.Output()}");
        }
    }
}
