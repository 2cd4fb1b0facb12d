namespace Assay.Sim.Faults;

/// <summary>What can go wrong on demand. An error status is asked for with <c>status</c> instead.</summary>
public enum SimFault
{
    None,

    /// <summary>The connection closes in the middle of an event (or of the body).</summary>
    CutMidEvent,

    /// <summary>The connection closes between two events (or before the body's last byte).</summary>
    Cut,

    /// <summary>The connection is reset (TCP RST) after some events; without a stream, before the headers.</summary>
    Reset,

    /// <summary>One event (or the body) is not JSON, in an answer that is otherwise complete.</summary>
    MalformedJson,

    /// <summary>Bytes that are not UTF-8 stand in the text.</summary>
    InvalidUtf8,

    /// <summary>The stream tells an error in its format's own way, and ends.</summary>
    ErrorMidStream,

    /// <summary>The stream never ends by itself.</summary>
    Endless,

    /// <summary>The body, or one event of the stream, has <c>bytes</c> more bytes.</summary>
    HugeBody,

    /// <summary>After the headers nothing comes until the client leaves.</summary>
    Silent,

    /// <summary>Not even headers come.</summary>
    NoAnswer,

    /// <summary>The stream stops sending after some events, with the connection open, until the client leaves.</summary>
    Stall,

    /// <summary>The declared Content-Length is longer than the body; the connection closes after the body.</summary>
    WrongContentLength,
}

/// <summary>How the answer tells its usage.</summary>
public enum UsageTelling
{
    /// <summary>As the provider does.</summary>
    Normal,

    /// <summary>Not at all.</summary>
    Never,

    /// <summary>Twice with the same numbers.</summary>
    Twice,

    /// <summary>In every chunk, growing, asked for or not.</summary>
    Every,

    /// <summary>In the last chunk that has a choice, not in one of its own.</summary>
    LastChoice,

    /// <summary>With explicit zeros, which is what such an answer is billed.</summary>
    Zero,

    /// <summary>As <c>null</c>.</summary>
    Null,
}
