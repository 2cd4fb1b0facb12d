using System.CommandLine;

namespace Assay;

/// <summary>An option that has a value of its own when it is absent.</summary>
internal static class DefaultOption
{
    public static Option<T> Create<T>(string name, string description, T value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };
}
