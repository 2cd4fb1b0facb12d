using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Assay.Translation.Json;

/// <summary>
/// Where an element stands, found only when somebody has to be told: by walking to the bytes of the element. So the
/// good path pays nothing for paths.
/// </summary>
internal static class JsonPaths
{
    private const int PathCharsMax = 256;

    public static string Of(JsonElement root, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return "";
        }

        var target = JsonMarshal.GetRawUtf8Value(element);
        var path = new StringBuilder();
        var at = root;
        while (!IsSame(JsonMarshal.GetRawUtf8Value(at), target) && path.Length < PathCharsMax && TryStep(ref at, target, path))
        {
        }

        return Clean(path.ToString());
    }

    /// <summary>The path at which a document of its own stops being readable.</summary>
    public static string OfFault(ReadOnlySpan<byte> json, int depthMax)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depthMax });
        var names = new List<(string Name, int Index)>();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        names[^1] = (Encoding.UTF8.GetString(reader.ValueSpan), -1);
                        continue;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        names.RemoveAt(names.Count - 1);
                        continue;
                    default:
                        if (names.Count > 0 && names[^1].Index >= 0)
                        {
                            names[^1] = (names[^1].Name, names[^1].Index + 1);
                        }

                        break;
                }

                if (reader.TokenType == JsonTokenType.StartArray)
                {
                    names.Add(("", 0));
                }
                else if (reader.TokenType == JsonTokenType.StartObject)
                {
                    names.Add(("", -1));
                }
            }
        }
        catch (JsonException)
        {
            // The stack now says where.
        }

        var path = new StringBuilder();
        foreach (var (name, index) in names)
        {
            if (path.Length > PathCharsMax)
            {
                break;
            }

            if (index >= 0)
            {
                // Counted when an element begins, so the one that broke is the last that did.
                path.Append('[').Append(Math.Max(0, index - 1)).Append(']');
            }
            else if (name.Length > 0)
            {
                path.Append(path.Length == 0 ? "" : ".").Append(name);
            }
        }

        return Clean(path.ToString());
    }

    private static bool TryStep(ref JsonElement at, ReadOnlySpan<byte> target, StringBuilder path)
    {
        if (at.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in at.EnumerateObject())
            {
                if (Contains(JsonMarshal.GetRawUtf8Value(member.Value), target))
                {
                    path.Append(path.Length == 0 ? "" : ".").Append(member.Name);
                    at = member.Value;
                    return true;
                }
            }
        }
        else if (at.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in at.EnumerateArray())
            {
                if (Contains(JsonMarshal.GetRawUtf8Value(item), target))
                {
                    path.Append('[').Append(index).Append(']');
                    at = item;
                    return true;
                }

                index++;
            }
        }

        return false;
    }

    private static bool IsSame(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length == b.Length && Unsafe.AreSame(ref MemoryMarshal.GetReference(a), ref MemoryMarshal.GetReference(b));

    private static bool Contains(ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        var offset = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(outer), ref MemoryMarshal.GetReference(inner));
        return offset >= 0 && offset + inner.Length <= outer.Length;
    }

    private static string Clean(string path)
    {
        var cut = path.Length > PathCharsMax ? path[..PathCharsMax] : path;
        return string.Create(cut.Length, cut, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = char.IsControl(from[i]) ? '?' : from[i];
            }
        });
    }
}
