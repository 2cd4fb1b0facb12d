using Assay.Server.Hosting;

namespace Assay.Server.Routing;

/// <summary>What a model at a provider can do, as far as it is stated; what is not stated it is trusted to.</summary>
/// <param name="Vision">Whether it understands pictures.</param>
/// <param name="Tools">Whether it calls tools.</param>
/// <param name="ContextTokens">How many tokens it takes; 0 if not stated.</param>
internal sealed record Capabilities(bool? Vision, bool? Tools, long ContextTokens)
{
    // Bytes per token, as for a model of which nothing is known yet.
    private const long BytesPerToken = 4;

    public static Capabilities Unstated { get; } = new(null, null, 0);

    public bool IsStated => this != Unstated;

    public bool Suffices(in CallNeeds call) =>
        !(call.Needs.HasFlag(Needs.Vision) && Vision == false)
        && !(call.Needs.HasFlag(Needs.Tools) && Tools == false)
        && (ContextTokens == 0 || call.TextBytes / BytesPerToken <= ContextTokens);

    /// <summary>What the configuration states of a model: an exact name goes before a wildcard, a longer one before a shorter.</summary>
    public static Capabilities Of(IDictionary<string, CapabilityConfig> stated, string provider, string? model)
    {
        if (stated.Count == 0)
        {
            return Unstated;
        }

        var name = model is null ? provider + "/*" : $"{provider}/{model}";
        var found = stated.TryGetValue(name, out var exact)
            ? exact
            : stated.Where(each => each.Key.EndsWith('*') && name.AsSpan().StartsWith(each.Key.AsSpan(0, each.Key.Length - 1)))
                .OrderByDescending(each => each.Key.Length).Select(each => each.Value).FirstOrDefault();
        return found is null ? Unstated : new Capabilities(found.Vision, found.Tools, found.ContextTokens);
    }
}
