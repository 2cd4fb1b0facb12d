using Assay.Outcomes.Ladder;
using Assay.Server.Directory;
using Assay.Server.Judgments;

namespace Assay.Server.Hosting;

/// <summary>The rules of the configuration's section <c>outcomes</c>.</summary>
internal static class OutcomeRules
{
    public const int SettleDaysMax = 365;

    private const int TextLengthMax = 200;

    public static void Check(OutcomesConfig config, List<string> faults)
    {
        foreach (var (name, kind) in config.Kinds)
        {
            var key = $"outcomes.kinds.{name}";
            Add(key, InputRules.FaultInId(name));
            if (kind.SettleDays is < 0 or > SettleDaysMax)
            {
                faults.Add($"{key}.settleDays: must be from 0 to {SettleDaysMax}.");
            }

            var isNew = OutcomeKind.BuiltIn.All(k => k.Name != name);
            AddText(key + ".acceptance", kind.Acceptance, isNew);
            AddText(key + ".unit", kind.Unit, isNew);
            AddText(key + ".counterMetric", kind.CounterMetric, isNew);
            AddText(key + ".owner", kind.Owner, isNew);
        }

        foreach (var reporter in config.Reporters)
        {
            Add("outcomes.reporters", RepositoryRules.FaultInPusher(reporter));
        }

        foreach (var (login, email) in config.People)
        {
            Add($"outcomes.people.{login}", InputRules.FaultInEmail(email));
        }

        foreach (var (section, sources) in new[] { ("github", config.GitHub), ("gitlab", config.GitLab), ("jira", config.Jira) })
        {
            foreach (var (name, source) in sources)
            {
                var key = $"outcomes.{section}.{name}";
                Add(key + ".webhookSecret", source.WebhookSecret.Length == 0 ? "is missing." : SecretSource.Check(source.WebhookSecret));
                Add(key + ".team", source.Team.Length == 0 ? null : InputRules.FaultInId(source.Team));
                Add(key + ".useCase", source.UseCase.Length == 0 ? null : InputRules.FaultInId(source.UseCase));
            }
        }

        void AddText(string key, string text, bool isRequired) => Add(
            key,
            text.Length > TextLengthMax ? $"must have at most {TextLengthMax} characters."
                : text.Length == 0 && isRequired ? "is missing: a kind says what accepts one, what is counted, what is read beside it, and who answers for it."
                : null);

        void Add(string key, string? fault)
        {
            if (fault is not null)
            {
                faults.Add($"{key}: {fault}");
            }
        }
    }
}
