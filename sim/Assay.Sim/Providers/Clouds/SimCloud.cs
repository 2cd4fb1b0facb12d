namespace Assay.Sim.Providers.Clouds;

/// <summary>A cloud that serves somebody else's models at paths of its own.</summary>
internal enum SimCloud : byte
{
    None,
    Azure,
    Bedrock,
    Vertex,
}
