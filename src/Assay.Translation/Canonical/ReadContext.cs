using System.Text.Json;

namespace Assay.Translation.Canonical;

/// <summary>What a reader of requests is given.</summary>
internal sealed class ReadContext(TranslationLimits limits, DroppedNames dropped)
{
    public TranslationLimits Limits => limits;

    /// <summary>A member that no other format knows, or that this translation does not: named.</summary>
    public void Drop(string name) => dropped.Add(name);

    /// <summary>An unknown member of an object; a null says nothing and is not named.</summary>
    public void DropUnknown(string parent, JsonProperty member)
    {
        if (member.Value.ValueKind != JsonValueKind.Null)
        {
            dropped.Add(parent.Length == 0 ? member.Name : parent + "." + member.Name);
        }
    }
}
