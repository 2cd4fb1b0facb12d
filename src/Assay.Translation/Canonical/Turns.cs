using System.Text.Json;

namespace Assay.Translation.Canonical;

/// <summary>
/// Writes the turns of a conversation as Anthropic and Bedrock want them: the user begins, roles alternate, and a turn is a role
/// and an array of blocks.
/// </summary>
internal static class Turns
{
    /// <summary>Writes <c>messages</c>; what the system says stands elsewhere.</summary>
    /// <exception cref="TranslationException">The assistant begins.</exception>
    public static void Write(Utf8JsonWriter json, Conversation conversation, string whose, Action<Part> writeBlock)
    {
        if (conversation.Messages.Find(message => message.Role != Role.System) is { Role: Role.Assistant } first)
        {
            throw TranslationException.Meaning(first.At, $"the first turn is the assistant's, which {whose} does not accept");
        }

        json.WriteStartArray("messages"u8);
        var role = Role.System;
        foreach (var message in conversation.Messages.Where(message => message.Role != Role.System))
        {
            // A system message that was moved away may leave two neighbours of one role.
            if (message.Role != role)
            {
                End(json, role);
                role = message.Role;
                json.WriteStartObject();
                json.WriteString("role"u8, role == Role.User ? "user"u8 : "assistant"u8);
                json.WriteStartArray("content"u8);
            }

            foreach (var part in message.Parts)
            {
                writeBlock(part);
            }
        }

        End(json, role);
        json.WriteEndArray();
    }

    private static void End(Utf8JsonWriter json, Role role)
    {
        if (role != Role.System)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
