namespace Assay.Translation.Canonical;

/// <content>What the answer rests on: sources, and the places in its text that they stand for.</content>
internal sealed partial class AnswerEvents
{
    private readonly List<KeptSource> _sources = [];
    private TextRuler _ruler;
    private long _blockStart;

    /// <summary>How many characters of text were said before the open block ended, or of all blocks if none is open.</summary>
    public long TextCharacters => _ruler.Characters;

    /// <summary>Where the open block begins in the answer's text, in characters.</summary>
    public long BlockStart => _blockStart;

    /// <summary>A source on the web, for a place in the answer's text or for none (<paramref name="end"/> is 0).</summary>
    public void Cite(long key, ReadOnlySpan<byte> url, ReadOnlySpan<byte> title, long start = 0, long end = 0)
    {
        if (IsText(key, url))
        {
            Tell(url, title, start, end);
        }
    }

    /// <summary>The same, for a place in bytes.</summary>
    public void CiteBytes(long key, ReadOnlySpan<byte> url, ReadOnlySpan<byte> title, long start, long end)
    {
        if (IsText(key, url))
        {
            Tell(url, title, _ruler.CharacterOf(start), _ruler.CharacterOf(end));
        }
    }

    /// <summary>A source for all of the open block, whose end is not known yet: it is told when the block is closed.</summary>
    public void CiteBlock(long key, ReadOnlySpan<byte> url, ReadOnlySpan<byte> title)
    {
        if (IsText(key, url))
        {
            TakeHeld(url.Length + title.Length);
            _sources.Add(new KeptSource(url.ToArray(), title.ToArray(), 0, 0));
        }
    }

    // A source of a text that is closed, or waits, cannot be told any more in a stream.
    private bool IsText(long key, ReadOnlySpan<byte> url)
    {
        var isText = _open && _key == key && _kind == BlockKind.Text && !url.IsEmpty;
        if (!isText)
        {
            Dropped.Add("citations");
        }

        return isText;
    }

    private void Tell(ReadOnlySpan<byte> url, ReadOnlySpan<byte> title, long start, long end)
    {
        var isPlaced = start >= 0 && end > start && end <= _ruler.Characters;
        var isWhole = isPlaced && start == _blockStart && end == _ruler.Characters;
        if ((end != 0 && !isPlaced) || (isPlaced && !isWhole && context.Client == ApiFormat.AnthropicMessages))
        {
            Dropped.Add("citations.position"); // Anthropic's sources belong to a whole block of text.
        }

        writer.Cite(new Citation
        {
            Url = url,
            Title = title,
            Start = isPlaced ? start : 0,
            End = isPlaced ? end : 0,
            BlockStart = _blockStart,
            StartByte = isPlaced ? Math.Max(0, _ruler.ByteOf(start)) : 0,
            EndByte = isPlaced ? Math.Max(0, _ruler.ByteOf(end)) : 0,
        });
    }

    /// <summary>Tells the sources of the whole block that ends now.</summary>
    private void TellSources()
    {
        foreach (var source in _sources)
        {
            _heldBytes = Math.Max(0, _heldBytes - source.Url.Length - source.Title.Length);
            Tell(source.Url, source.Title, _blockStart, _ruler.Characters);
        }

        _sources.Clear();
    }
}
