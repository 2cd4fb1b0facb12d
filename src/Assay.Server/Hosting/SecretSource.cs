using System.Collections;

namespace Assay.Server.Hosting;

/// <summary>
/// Where a secret in the configuration comes from: <c>env:NAME</c>, <c>file:PATH</c>, or the text itself; for a provider
/// also <c>cmd:COMMAND</c>.
/// </summary>
internal static class SecretSource
{
    private const string Env = "env:";
    private const string FilePrefix = "file:";
    private const string CommandPrefix = "cmd:";

    /// <summary>The command that prints the secret; null if it comes from elsewhere.</summary>
    public static string? CommandOf(string source) =>
        source.StartsWith(CommandPrefix, StringComparison.Ordinal) ? source[CommandPrefix.Length..].Trim() : null;

    /// <summary>What is wrong with the source, or null. An unset variable is no fault: the provider is then refused
    /// when it is asked for, so that a configuration can name providers that a machine has no key for.</summary>
    public static string? Check(string source)
    {
        if (source.StartsWith(FilePrefix, StringComparison.Ordinal) && !File.Exists(source[FilePrefix.Length..]))
        {
            return $"the file {source[FilePrefix.Length..]} is not there.";
        }

        return source == Env ? "env: needs the name of a variable."
            : CommandOf(source) is { Length: 0 } ? "cmd: needs a command."
            : null;
    }

    /// <summary>The secret; empty if the variable is not set.</summary>
    public static string Read(string source, IDictionary environment) => source switch
    {
        _ when source.StartsWith(Env, StringComparison.Ordinal) => environment[source[Env.Length..]] as string ?? "",
        _ when source.StartsWith(FilePrefix, StringComparison.Ordinal) =>
            File.ReadAllText(source[FilePrefix.Length..]).Trim(),
        _ => source,
    };
}
