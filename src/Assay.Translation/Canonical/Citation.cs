namespace Assay.Translation.Canonical;

/// <summary>A source on the web, and the place in the answer's text that it belongs to.</summary>
internal readonly ref struct Citation
{
    /// <summary>Escaped.</summary>
    public ReadOnlySpan<byte> Url { get; init; }

    /// <summary>Escaped; may be empty.</summary>
    public ReadOnlySpan<byte> Title { get; init; }

    /// <summary>The first character, in all of the answer's text.</summary>
    public long Start { get; init; }

    /// <summary>Behind the last character; 0 if the source belongs to no place.</summary>
    public long End { get; init; }

    /// <summary>Where the open block begins.</summary>
    public long BlockStart { get; init; }

    public long StartByte { get; init; }

    /// <summary>Behind the last byte; 0 if that is not known.</summary>
    public long EndByte { get; init; }

    /// <summary>The place within the open block; zeros if it has none.</summary>
    public (long Start, long End) InBlock => Start >= BlockStart && End > 0 ? (Start - BlockStart, End - BlockStart) : (0, 0);
}

/// <summary>A source that is kept until it can be told.</summary>
internal readonly record struct KeptSource(byte[] Url, byte[] Title, long Start, long End)
{
    public static KeptSource Of(in Citation citation, bool inBytes = false) => new(
        citation.Url.ToArray(),
        citation.Title.ToArray(),
        inBytes ? citation.StartByte : citation.Start,
        inBytes ? citation.EndByte : citation.End);
}
