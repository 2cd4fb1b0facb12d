using System.CommandLine;

namespace Assay;

/// <summary>The option that every command with a configuration has.</summary>
internal static class ConfigOption
{
    public static Option<string?> Create() => new("--config", "-c")
    {
        Description = "The configuration file. Default: assay.json in this directory, if it is there.",
        HelpName = "assay.json",
    };
}
