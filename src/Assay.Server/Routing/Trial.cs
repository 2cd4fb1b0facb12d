using System.Text;

namespace Assay.Server.Routing;

/// <summary>
/// A model on trial for a share of a route's traffic. As a canary it answers that share; as a shadow it is asked the same
/// beside the one that answers, and nobody sees what it says.
/// </summary>
/// <param name="Target">The model on trial.</param>
/// <param name="Percent">Its share.</param>
/// <param name="KeyId">For a shadow: the key that its calls are charged to.</param>
internal sealed record Trial(Target Target, double Percent, string KeyId = "")
{
    /// <summary>Whether a session takes part. The same session always does or never does.</summary>
    public bool Takes(string affinity) => Even(affinity) * 100 < Percent;

    private double Even(string affinity)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in Encoding.UTF8.GetBytes($"{affinity}\n{Target.Provider.Name}/{Target.Model}"))
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        // The last steps of SplitMix64: FNV alone leaves the high bits of short texts alike.
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return ((hash ^ (hash >> 31)) >> 11) / (double)(1UL << 53);
    }
}
