using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Assay.Server.Api;

/// <summary>
/// A request body read strictly: JSON, at most <see cref="BytesMax"/>, no unknown or repeated field. The framework's own
/// binding ignores what it does not know, and a limit that is misspelt would then silently not be a limit.
/// </summary>
internal sealed class JsonBody<T> : IEndpointParameterMetadataProvider
    where T : class
{
    public const int BytesMax = 1024 * 1024;

    /// <summary>The body; null exactly if <see cref="Problem"/> is set.</summary>
    public T? Value { get; private init; }

    /// <summary>What was wrong with the body.</summary>
    public ProblemHttpResult? Problem { get; private init; }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: false));

    /// <summary>Called by the framework for each parameter of this type.</summary>
    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext context)
    {
        var (bytes, tooLarge) = await ReadAsync(context.Request, context.RequestAborted);
        return tooLarge ? new() { Problem = Problems.TooLarge(BytesMax) } : Parse(bytes);
    }

    internal static JsonBody<T> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, JsonBodyOptions.Document);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Malformed("Send one JSON object.");
            }

            var info = (JsonTypeInfo<T>)JsonBodyOptions.Serializer.GetTypeInfo(typeof(T));
            if (UnknownFields(document.RootElement, info) is { Any: true } faults)
            {
                return new() { Problem = Problems.Invalid(faults) };
            }

            return new() { Value = document.RootElement.Deserialize(info)! };
        }
        catch (JsonException fault)
        {
            return Malformed(Describe(fault));
        }
    }

    private static JsonBody<T> Malformed(string detail) => new() { Problem = Problems.Malformed(detail) };

    private static InputFaults UnknownFields(JsonElement body, JsonTypeInfo<T> info)
    {
        var known = info.Properties.Select(p => p.Name).ToList();
        var faults = new InputFaults();
        foreach (var field in body.EnumerateObject())
        {
            if (!known.Contains(field.Name, StringComparer.Ordinal))
            {
                faults.Add(
                    Shorten(field.Name),
                    $"is not a field of this request. Its fields are: {string.Join(", ", known)}.");
            }
        }

        return faults;
    }

    private static string Describe(JsonException fault)
    {
        if (fault.Path is { Length: > 2 } path)
        {
            return $"The field {Shorten(path[2..])} has a value of the wrong kind. "
                + "Text and amounts are JSON strings, lists are arrays of strings, counts are whole numbers.";
        }

        return fault.LineNumber is { } line
            ? $"It is not well-formed JSON: line {line + 1}, byte {fault.BytePositionInLine + 1}. No comments, no trailing commas, no repeated fields."
            : "It is not well-formed JSON, or a field is repeated.";
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static async ValueTask<(ReadOnlyMemory<byte> Bytes, bool TooLarge)> ReadAsync(
        HttpRequest request,
        CancellationToken ct)
    {
        if (request.ContentLength > BytesMax)
        {
            return (default, true);
        }

        var buffer = new byte[(int)Math.Min(request.ContentLength ?? 4096, BytesMax) + 1];
        var length = 0;
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
            {
                return (buffer.AsMemory(0, length), false);
            }

            length += read;
            if (length > BytesMax)
            {
                return (default, true);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, BytesMax + 1));
            }
        }
    }
}

internal static class JsonBodyOptions
{
    public static JsonDocumentOptions Document { get; } = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static JsonSerializerOptions Serializer { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Web defaults would also take "Limit" and "25"; the contract has one spelling.
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            MaxDepth = 8,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
