using System.Buffers;

namespace Assay.Translation.Canonical;

/// <summary>A block that began while an unfinished call was open; its bytes wait for their turn.</summary>
internal sealed class HeldBlock(BlockKind kind, long key, string id, string name)
{
    public BlockKind Kind => kind;

    public long Key => key;

    public string Id => id;

    public string Name => name;

    public bool IsCall => kind is BlockKind.ToolCall or BlockKind.TextToolCall;

    public ArrayBufferWriter<byte> Bytes { get; } = new();

    public ArrayBufferWriter<byte>? SealBytes { get; set; }

    public ApiFormat SealOrigin { get; set; }

    public bool EndsUnsaid { get; set; }

    public bool Complete { get; set; }
}
