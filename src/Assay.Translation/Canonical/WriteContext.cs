using System.Buffers;
using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>What a writer of requests is given.</summary>
internal sealed class WriteContext(RequestOptions options, DroppedNames dropped, ToolNames names, IBufferWriter<byte> output)
    : IDisposable
{
    public RequestOptions Options => options;

    public string Model => options.TargetModel;

    public ToolNames Names => names;

    public Utf8JsonWriter Json { get; } = new(output, JsonWriting.Options);

    public bool Stream { get; init; }

    public void Drop(string name) => dropped.Add(name);

    public void DropIf(bool said, string name)
    {
        if (said)
        {
            dropped.Add(name);
        }
    }

    public void Dispose() => Json.Dispose();
}
