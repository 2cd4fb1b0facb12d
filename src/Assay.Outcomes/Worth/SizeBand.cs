namespace Assay.Outcomes.Worth;

/// <summary>How large a change is, in bands wide enough to have several changes in each.</summary>
public static class SizeBand
{
    /// <summary>The band of so many lines added and removed; <c>unsized</c> where nobody said.</summary>
    public static string Of(long? lines) => lines switch
    {
        null or < 0 => "unsized",
        < 10 => "below 10 lines",
        < 50 => "10 to 49 lines",
        < 200 => "50 to 199 lines",
        < 1000 => "200 to 999 lines",
        _ => "1000 lines and more",
    };
}
