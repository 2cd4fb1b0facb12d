namespace Assay.Server.Formats;

/// <summary>The wire format in which a client speaks, or in which a provider is spoken to.</summary>
internal enum WireFormat : byte
{
    OpenAI,
    Anthropic,
    Gemini,

    /// <summary>A governed pass-through under <c>/providers/{name}</c> whose format is not known.</summary>
    None,

    /// <summary>Amazon Bedrock's <c>Converse</c>: of a provider there, or of a native client's call to it.</summary>
    Converse,
}
