using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Directory;
using Assay.Server.Judgments;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Apply;

/// <summary>Reads <c>org.yaml</c> and collects everything wrong with it, by line and column.</summary>
internal sealed class OrgFileReader
{
    public const int BytesMax = 16 * 1024 * 1024;
    private const int TeamDepthMax = 32;

    private readonly List<OrgFault> _faults = [];
    private readonly List<OrgTeam> _teams = [];
    private readonly List<OrgPerson> _people = [];
    private readonly List<OrgAgent> _agents = [];
    private readonly List<OrgKey> _keys = [];
    private readonly List<OrgBudget> _budgets = [];
    private readonly List<OrgRateLimit> _rateLimits = [];
    private readonly List<OrgRepository> _repositories = [];
    private readonly List<OrgExperiment> _experiments = [];

    private OrgFileReader()
    {
    }

    /// <summary>The file, or null and the faults in the order of their lines.</summary>
    public static (OrgFile? File, IReadOnlyList<OrgFault> Faults) Read(TextReader text)
    {
        var reader = new OrgFileReader();
        var file = reader.ReadFile(text);
        var faults = reader._faults.OrderBy(f => f.At.Line).ThenBy(f => f.At.Column).Distinct().ToList();
        return faults.Count == 0 ? (file, faults) : (null, faults);
    }

    private OrgFile? ReadFile(TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException fault)
        {
            _faults.Add(new(new(fault.Start.Line, fault.Start.Column), $"This is not valid YAML: {fault.Message}"));
            return null;
        }

        if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            _faults.Add(new(
                new(1, 1),
                "The file must be one YAML mapping with the fields teams, people, agents, keys, budgets, rateLimits, repositories and experiments."));
            return null;
        }

        var map = new YamlMap(root, "the file", _faults);
        var prune = map.Flag("prune");
        ReadTeams(map, "teams", Team.OrgId, depth: 1);
        ReadPeople(map);
        ReadAgents(map);
        ReadKeys(map);
        ReadBudgets(map);
        ReadRateLimits(map);
        ReadRepositories(map);
        ReadExperiments(map);
        map.End();
        return new OrgFile(prune, _teams, _people, _agents, _keys, _budgets, _rateLimits, _repositories, _experiments);
    }

    private void ReadTeams(YamlMap map, string field, string parent, int depth)
    {
        foreach (var team in map.Maps(field, "a team"))
        {
            if (depth > TeamDepthMax)
            {
                team.Fault("id", $"is nested more than {TeamDepthMax} teams deep: flatten the tree.");
                return;
            }

            var id = team.Text("id", InputRules.FaultInId, required: true) ?? "";
            var name = team.Text("name", InputRules.FaultInName) ?? id;
            var stated = team.Text("parent", InputRules.FaultInId);
            if (stated is not null && depth > 1 && stated != parent)
            {
                team.Fault("parent", $"'{stated}' contradicts the nesting under '{parent}': remove one of the two.");
            }

            if (stated is not null && id == Team.OrgId)
            {
                team.Fault("parent", "is not for the org, which is the root of the tree: remove it.");
            }

            _teams.Add(new(team.At, id, name, id == Team.OrgId ? "" : stated ?? parent, ReadAttribution(team)));
            ReadTeams(team, "teams", id, depth + 1);
            team.End();
        }
    }

    private void ReadPeople(YamlMap map)
    {
        foreach (var person in map.Maps("people", "a person"))
        {
            var email = person.Text("email", InputRules.FaultInEmail, required: true) ?? "";
            _people.Add(new(
                person.At,
                InputRules.CanonicalEmail(email),
                person.Text("name", InputRules.FaultInName) ?? email,
                person.Text("team", InputRules.FaultInId) ?? Team.OrgId,
                person.Word("role", DirectoryWords.Roles, Role.Employee),
                ReadAttribution(person)));
            person.End();
        }
    }

    private void ReadAgents(YamlMap map)
    {
        foreach (var agent in map.Maps("agents", "an agent"))
        {
            var id = agent.Text("id", InputRules.FaultInId, required: true) ?? "";
            _agents.Add(new(
                agent.At,
                id,
                agent.Text("name", InputRules.FaultInName) ?? id,
                InputRules.CanonicalEmail(agent.Text("owner", InputRules.FaultInEmail, required: true) ?? ""),
                agent.Text("team", InputRules.FaultInId)));
            agent.End();
        }
    }

    private void ReadKeys(YamlMap map)
    {
        foreach (var key in map.Maps("keys", "a key"))
        {
            var owner = key.Text("owner", OwnerFault, required: true) ?? "";
            _keys.Add(new(
                key.At,
                owner.Contains('@', StringComparison.Ordinal) ? InputRules.CanonicalEmail(owner) : owner,
                key.Text("name", InputRules.FaultInName, required: true) ?? "",
                key.Text("useCase", InputRules.FaultInId) ?? "",
                key.Texts("models", InputRules.FaultInPatterns),
                key.Texts("useCases", InputRules.FaultInUseCases),
                ReadTime(key, "expires")));
            key.End();
        }
    }

    private void ReadBudgets(YamlMap map)
    {
        foreach (var budget in map.Maps("budgets", "a budget"))
        {
            var unit = budget.Word("unit", DirectoryWords.Units, BudgetUnit.Usd);
            long limit = 0;
            var scope = budget.Text("scope", OrgScope.Fault, required: true) ?? "";
            var window = budget.Word("window", DirectoryWords.Windows);
            budget.Text(
                "limit",
                text => unit == BudgetUnit.Usd
                    ? InputRules.FaultInUsd(text, out limit)
                    : InputRules.FaultInTokens(text, out limit),
                required: true);
            var atLimit = budget.Word("atLimit", DirectoryWords.AtLimits, AtLimit.Block);
            var rerouteTo = budget.Text("rerouteTo", InputRules.FaultInTarget) ?? "";
            if (ScopeText.FaultInReroute(atLimit, rerouteTo) is { } fault)
            {
                budget.Fault("rerouteTo", fault);
            }

            var parent = budget.Text("parent", OrgScope.Fault);
            _budgets.Add(new(
                budget.At,
                OrgScope.Canonical(scope),
                window,
                unit,
                limit,
                atLimit,
                rerouteTo,
                parent is null ? null : OrgScope.Canonical(parent),
                budget.Flag("overAllocation")));
            budget.End();
        }
    }

    private void ReadRateLimits(YamlMap map)
    {
        foreach (var limit in map.Maps("rateLimits", "a rate limit"))
        {
            var scope = limit.Text("scope", OrgScope.Fault, required: true) ?? "";
            var requests = ReadRate(limit, "requestsPerMinute");
            var tokens = ReadRate(limit, "tokensPerMinute");
            var streams = (int?)ReadRate(limit, "concurrentStreams", int.MaxValue);
            if (requests is null && tokens is null && streams is null)
            {
                limit.Fault(
                    "requestsPerMinute", "is missing, and so are tokensPerMinute and concurrentStreams: give at least one.");
            }

            _rateLimits.Add(new(limit.At, OrgScope.Canonical(scope), requests, tokens, streams));
            limit.End();
        }
    }

    private void ReadRepositories(YamlMap map)
    {
        foreach (var repository in map.Maps("repositories", "a repository"))
        {
            _repositories.Add(new(
                repository.At,
                repository.Text("name", RepositoryRules.FaultInName, required: true) ?? "",
                repository.Text("branch", RepositoryRules.FaultInBranch) ?? "main",
                repository.Text("team", InputRules.FaultInId) ?? Team.OrgId,
                [.. repository.Texts("pushers", RepositoryRules.FaultInPushers).Select(p => p.Contains('@', StringComparison.Ordinal) ? InputRules.CanonicalEmail(p) : p)]));
            repository.End();
        }
    }

    private void ReadExperiments(YamlMap map)
    {
        foreach (var experiment in map.Maps("experiments", "an experiment"))
        {
            _experiments.Add(new(experiment.At, new DeclareExperiment
            {
                Id = experiment.Text("id", required: true),
                Question = experiment.Text("question", required: true),
                Route = experiment.Text("route", required: true),
                UseCase = experiment.Text("useCase"),
                Unit = experiment.Text("unit", required: true),
                Units = experiment.Texts("units", _ => null),
                Control = experiment.Texts("control", _ => null),
                Treatment = experiment.Texts("treatment", _ => null),
                Design = experiment.Text("design", required: true),
                Start = experiment.Text("start", required: true),
                PeriodHours = Whole("periodHours"),
                Periods = Whole("periods"),
                Waves = Whole("waves"),
                Metric = experiment.Text("metric", required: true),
                WorthFinding = experiment.Text("worthFinding", required: true),
                Owner = experiment.Text("owner", InputRules.FaultInEmail, required: true),
            }));
            experiment.End();

            int? Whole(string field)
            {
                var number = 0;
                var text = experiment.Text(field, t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? null : $"'{InputRules.Shorten(t)}' is not a whole number.");
                return text is null ? null : number;
            }
        }
    }

    private static long? ReadRate(YamlMap map, string field, long max = InputRules.TokensMax)
    {
        long number = 0;
        var text = map.Text(field, t => long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1 && number <= max
            ? null
            : $"'{InputRules.Shorten(t)}' is not valid: give a whole number from 1 to {max}, or leave it out for no limit.");
        return text is null ? null : Math.Min(number, max);
    }

    private static string? OwnerFault(string owner) =>
        owner.Contains('@', StringComparison.Ordinal) ? InputRules.FaultInEmail(owner) : InputRules.FaultInId(owner);

    private static AttributionSwitch? ReadAttribution(YamlMap map) =>
        map.Text("attribution", InputRules.FaultInAttribution) is { } word && DirectoryWords.Switches.TryGetValue(word, out var known) ? known : null;

    private static long? ReadTime(YamlMap map, string field)
    {
        var time = default(DateTimeOffset);
        var text = map.Text(field, t => Rfc3339.TryParse(t, out time)
            ? null
            : $"'{InputRules.Shorten(t)}' is not a time such as 2027-01-31T00:00:00Z or a date such as 2027-01-31.");
        return text is null ? null : time.ToUnixTimeMilliseconds();
    }
}
