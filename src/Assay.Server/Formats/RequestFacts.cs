using System.Runtime.InteropServices;

namespace Assay.Server.Formats;

/// <summary>A part of a body: where it starts and how many bytes it has.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BytePart(int Start, int Length)
{
    public int End => Start + Length;

    public bool IsEmpty => Length == 0;
}

/// <summary>How a <c>stream_options</c> member stands in a request.</summary>
internal enum StreamOptionsShape : byte
{
    Absent,
    Null,

    /// <summary>An object without members.</summary>
    Empty,

    /// <summary>An object with members, but not <c>include_usage</c>.</summary>
    WithoutUsage,

    /// <summary><c>include_usage</c> is false or null.</summary>
    UsageOff,

    /// <summary><c>include_usage</c> is true.</summary>
    UsageOn,

    /// <summary>Something a provider will refuse; it is left alone.</summary>
    Invalid,
}

/// <summary>What admission and metering need to know of a request's body. Strings are empty, never null.</summary>
internal struct RequestFacts
{
    public RequestFacts()
    {
    }

    /// <summary>The model asked for, from the body or from the path.</summary>
    public string Model = "";

    /// <summary>Whether the answer is to be streamed.</summary>
    public bool Stream;

    /// <summary>
    /// The most output tokens that the request allows, over all its choices; null if it sets no bound.
    /// </summary>
    public long? OutputBound;

    /// <summary>How many alternative answers are asked for; at least 1.</summary>
    public int ChoiceCount = 1;

    /// <summary>The agent conversation, as far as the body tells.</summary>
    public string Session = "";

    /// <summary>The ticket, branch or pull request, as far as the body tells.</summary>
    public string WorkRef = "";

    /// <summary>The service tier asked for, as sent; empty for the standard.</summary>
    public string ServiceTier = "";

    /// <summary>Whether the client itself asks for the usage event of an OpenAI stream.</summary>
    public readonly bool AsksForUsage => StreamOptions == StreamOptionsShape.UsageOn;

    /// <summary>
    /// Whether a member that decides routing or price (model, stream) occurs more than once. The last
    /// one is taken, as nearly every server does; a strict gateway may refuse the request.
    /// </summary>
    public bool IsAmbiguous;

    /// <summary>How <c>stream_options</c> stands.</summary>
    public StreamOptionsShape StreamOptions;

    /// <summary>The body's <c>model</c> value with its quotes; empty if the body has none.</summary>
    public BytePart ModelValue;

    /// <summary>The value of <c>stream_options</c>; empty if absent.</summary>
    public BytePart StreamOptionsValue;

    /// <summary>The value of <c>stream_options.include_usage</c>; empty if absent.</summary>
    public BytePart IncludeUsageValue;

    /// <summary>Just behind the opening brace of the body.</summary>
    public int FirstMemberAt;

    /// <summary>
    /// What is new in the conversation: the last element of <c>messages</c>, <c>input</c>, <c>contents</c> or <c>prompt</c>, or the
    /// text that stands there. Empty if there is none.
    /// </summary>
    public BytePart LastMessage;
}
