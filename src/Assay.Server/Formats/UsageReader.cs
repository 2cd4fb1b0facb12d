using System.Text;

namespace Assay.Server.Formats;

/// <summary>What a reader wants of the value at a path.</summary>
internal enum Interest : byte
{
    None,

    /// <summary>The value's own members.</summary>
    Enter,

    /// <summary>The value's bytes, whatever it is.</summary>
    Capture,

    /// <summary>The length of the value, if it is a string.</summary>
    Measure,
}

/// <summary>
/// One format's meaning of usage. A skimmer walks each JSON object (an event, or a whole body) and hands it the few
/// values it is interested in.
/// </summary>
internal abstract class UsageReader
{
    protected UsageReading Reading { get; } = new();

    /// <summary>Whether the provider's model is still to be learnt.</summary>
    public bool WantsFirstEvents => Reading.Model.Length == 0 && Reading.Events < 4;

    /// <summary>
    /// The cheap gate: whether an event may carry more than content. It may say yes for nothing, never no for usage.
    /// </summary>
    public abstract bool IsWorthReading(ReadOnlySpan<byte> data);

    public abstract Interest InterestIn(ulong path);

    public abstract void OnValue(ulong path, ReadOnlySpan<byte> json);

    /// <summary>An entered object or array ended.</summary>
    public virtual void OnEnd(ulong path)
    {
    }

    public virtual void BeginObject()
    {
    }

    /// <summary>The outermost object ended; not whole if the answer was cut inside it.</summary>
    public virtual void EndObject(bool isWhole)
    {
    }

    /// <summary>The line <c>event: name</c>; true if the event must be read for its name's sake.</summary>
    public virtual bool OnName(ReadOnlySpan<byte> name) => false;

    /// <summary>The end mark of OpenAI streams.</summary>
    public virtual void OnDone()
    {
    }

    public long OutputBytes => Reading.OutputBytes;

    public void OnMeasured(long bytes) => Reading.OutputBytes += bytes;

    public void OnEvent() => Reading.Events++;

    public void OnTooLarge() => Reading.Malformed = true;

    public abstract UsageReading Finish();

    /// <summary>The name in a captured value, without allocation while it stays the same; never back to nothing.</summary>
    protected static string Latest(ReadOnlySpan<byte> json, string current)
    {
        if (json.Length == current.Length + 2 && Ascii.Equals(json[1..^1], current))
        {
            return current;
        }

        var name = JsonText.Of(json);
        return name.Length > 0 ? name : current;
    }
}
