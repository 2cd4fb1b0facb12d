namespace Assay.Server.Formats;

/// <summary>Stands between the provider's bytes and the client's.</summary>
internal interface IAnswerFilter
{
    /// <summary>What the client may have now of everything that came; valid until the next call.</summary>
    ReadOnlyMemory<byte> Filter(ReadOnlyMemory<byte> bytes);

    /// <summary>Nothing more comes: the rest of what the client gets.</summary>
    ReadOnlyMemory<byte> Complete();
}
