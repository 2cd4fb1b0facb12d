using Assay.Server.Directory;

namespace Assay.Server.Judgments;

/// <summary>What names of repositories, branches and those who push may look like. Some of them reach git's command line.</summary>
internal static class RepositoryRules
{
    public const int PushersMax = 20;

    private const string AgentPrefix = "agent:";

    public static string? FaultInName(string? name) => name is { Length: > 0 and <= 200 }
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/') && char.IsAsciiLetterOrDigit(name[0])
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal)
            ? null
            : "must be 1 to 200 letters, digits, '.', '_', '-' and '/', as in acme/shop.";

    public static string? FaultInBranch(string? branch) => branch is { Length: > 0 and <= 200 }
        && char.IsAsciiLetterOrDigit(branch[0]) && branch.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/')
        && !branch.Contains("..", StringComparison.Ordinal)
            ? null
            : "must be the name of a branch, as main.";

    /// <summary>Only what git fetches from without running a program that the address names.</summary>
    public static string? FaultInAddress(string address)
    {
        var isPath = Path.IsPathRooted(address);
        var isUrl = Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" or "ssh" or "file" or "git";
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var isScp = at > 0 && address.IndexOf(':', StringComparison.Ordinal) > at && char.IsAsciiLetterOrDigit(address[0]);
        return (isPath || isUrl || isScp) && !address.Contains("::", StringComparison.Ordinal) && !address.StartsWith('-')
            ? null
            : "must be an absolute path, or an address like https://git.example.com/acme/shop.git or git@git.example.com:acme/shop.git.";
    }

    public static string? FaultInPushers(IReadOnlyList<string?> pushers) => pushers.Count > PushersMax
        ? $"must be at most {PushersMax}."
        : pushers.Select(FaultInPusher).FirstOrDefault(fault => fault is not null);

    public static string? FaultInPusher(string? pusher) => pusher is null
        ? "must not be empty."
        : pusher.StartsWith(AgentPrefix, StringComparison.Ordinal)
            ? InputRules.FaultInId(pusher[AgentPrefix.Length..])
            : InputRules.FaultInEmail(pusher);

    /// <summary>Whether somebody may push snapshots of a repository.</summary>
    public static bool MayPush(JudgmentRepository repository, DirectorySnapshot directory, Viewer viewer)
    {
        if (viewer.AgentId.Length > 0)
        {
            return repository.Pushers.Contains(AgentPrefix + viewer.AgentId, StringComparer.Ordinal);
        }

        return viewer.Role == Role.Admin || (directory.FindPerson(viewer.PersonId) is { } person
            && repository.Pushers.Contains(person.Email, StringComparer.OrdinalIgnoreCase));
    }
}
