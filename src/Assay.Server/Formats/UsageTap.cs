namespace Assay.Server.Formats;

/// <summary>
/// Reads usage from an answer while its bytes go by. It never throws on what a provider sends, holds a bounded part of
/// it, and costs some two hundred nanoseconds for an event of content. Not thread-safe.
/// </summary>
internal abstract class UsageTap
{
    private bool _broken;
    private UsageReading? _reading;

    /// <summary>How many bytes of generated content went by so far; what is not known yet counts when it is.</summary>
    public virtual long OutputBytes => 0;

    /// <summary>Takes the next bytes of the answer's body, cut anywhere.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        if (_broken || bytes.IsEmpty || _reading is not null)
        {
            return;
        }

        try
        {
            Read(bytes);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A fault in reading usage must never become a fault in serving the client.
            _broken = true;
        }
    }

    /// <summary>Says that no more bytes come, for whatever reason, and gives what was read. May be called again.</summary>
    public UsageReading Complete()
    {
        if (_reading is null)
        {
            try
            {
                _reading = Finish();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _reading = new UsageReading();
                _broken = true;
            }

            _reading.GaveUp |= _broken;
        }

        return _reading;
    }

    protected abstract void Read(ReadOnlySpan<byte> bytes);

    protected abstract UsageReading Finish();
}
