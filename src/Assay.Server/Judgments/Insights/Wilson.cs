using System.Runtime.InteropServices;

namespace Assay.Server.Judgments.Insights;

/// <summary>A share with what it may really be: the 95 % interval of Wilson, which stays honest for few cases.</summary>
/// <param name="Hits">How many of them.</param>
/// <param name="Of">How many in all.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Wilson(int Hits, int Of)
{
    /// <summary>Below this a share says nothing, and the page says so.</summary>
    public const int CasesMin = 5;

    private const double Z = 1.959964;

    public bool IsEnough => Of >= CasesMin;

    public double Share => Of == 0 ? 0 : (double)Hits / Of;

    public double Low => Bound(-1);

    public double High => Bound(1);

    private double Bound(int sign)
    {
        if (Of == 0)
        {
            return sign < 0 ? 0 : 1;
        }

        var z2 = Z * Z / Of;
        var spread = Z * Math.Sqrt((Share * (1 - Share) / Of) + (z2 / (4 * Of)));
        return Math.Clamp((Share + (z2 / 2) + (sign * spread)) / (1 + z2), 0, 1);
    }
}
