using Assay.Server.Directory;
using Assay.Server.Judgments;

namespace Assay.Server.Hosting;

/// <summary>The rules of the configuration's section <c>judgments</c>.</summary>
internal static class JudgmentRules
{
    public static void Check(JudgmentsConfig config, List<string> faults)
    {
        if (config.FetchSecondsMax is < 1 or > 3600)
        {
            faults.Add("judgments.fetchSecondsMax: must be from 1 to 3600.");
        }

        foreach (var (name, repository) in config.Repositories)
        {
            var key = $"judgments.repositories.{name}";
            Add(key, RepositoryRules.FaultInName(name));
            Add(key + ".branch", RepositoryRules.FaultInBranch(repository.Branch));
            Add(key + ".team", InputRules.FaultInId(repository.Team));
            Add(key + ".webhookSecret", SecretSource.Check(repository.WebhookSecret));
            Add(key + ".fetchFrom", repository.FetchFrom.Length == 0 ? null : RepositoryRules.FaultInAddress(repository.FetchFrom));
            foreach (var pusher in repository.Pushers)
            {
                Add(key + ".pushers", RepositoryRules.FaultInPusher(pusher));
            }
        }

        void Add(string key, string? fault)
        {
            if (fault is not null)
            {
                faults.Add($"{key}: {fault}");
            }
        }
    }
}
