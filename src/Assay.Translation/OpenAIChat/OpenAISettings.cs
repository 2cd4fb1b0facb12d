using System.Text;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.OpenAIChat;

/// <summary>Settings that Chat and Responses say alike.</summary>
internal static class OpenAISettings
{
    private const int UserIdCharsMax = 64;

    public static void WriteSampling(Utf8JsonWriter json, Sampling s, WriteContext context, Thinking thinking)
    {
        if (OpenAIModels.Reasons(context.Model) && thinking.Effort != Effort.None)
        {
            // These models answer 400 to any other temperature than their own.
            context.DropIf(!s.Temperature.IsNull() && s.Temperature.GetDouble() != 1, "temperature");
            context.DropIf(!s.TopP.IsNull() && s.TopP.GetDouble() != 1, "top_p");
            return;
        }

        json.WriteElementIfSet("temperature"u8, s.Temperature);
        json.WriteElementIfSet("top_p"u8, s.TopP);
    }

    public static void WriteSchema(Utf8JsonWriter json, OutputFormat output)
    {
        json.WriteText("name"u8, output.Name.IsSet ? output.Name : RawText.Of("answer"));
        json.WriteTextIfSet("description"u8, output.Description);
        json.WritePropertyName("schema"u8);
        json.WriteRawValue(output.Schema.Span, skipInputValidation: true);
        if (output.Strict is { } strict)
        {
            json.WriteBoolean("strict"u8, strict);
        }
    }

    /// <param name="verbosity">The member's name; empty where it stands elsewhere.</param>
    public static void WriteCommon(Utf8JsonWriter json, Conversation c, WriteContext context, ReadOnlySpan<byte> verbosity)
    {
        if (c.UserId.IsSet)
        {
            if (Encoding.UTF8.GetCharCount(c.UserId.Escaped) <= UserIdCharsMax)
            {
                json.WriteText("user"u8, c.UserId);
            }
            else
            {
                context.Drop("metadata.user_id"); // OpenAI refuses longer ones.
            }
        }

        if (c.ServiceTier is "auto" or "default" or "flex" or "priority")
        {
            json.WriteString("service_tier"u8, c.ServiceTier);
        }
        else
        {
            context.DropIf(c.ServiceTier.Length > 0, "service_tier");
        }

        json.WriteElementIfSet("metadata"u8, c.Metadata);
        json.WriteTextIfSet("prompt_cache_key"u8, c.CacheKey);
        if (c.Verbosity.Length > 0 && !verbosity.IsEmpty)
        {
            json.WriteString(verbosity, c.Verbosity);
        }
    }
}
