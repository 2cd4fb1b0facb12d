using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Anthropic;

/// <summary>Writes the content blocks of a Messages request.</summary>
internal sealed class AnthropicBlocks(WriteContext context)
{
    private readonly Utf8JsonWriter _json = context.Json;

    public void Write(Part part)
    {
        switch (part)
        {
            case TextPart { Text.IsEmpty: true } or RefusalPart { Text.IsEmpty: true }:
                return; // Anthropic refuses empty texts.
            case ReasoningPart reasoning when reasoning.Sealed.Origin != ApiFormat.AnthropicMessages || !reasoning.Sealed.IsSet:
                context.Drop("reasoning");
                return;
        }

        _json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                WriteTextBlock(text.Text);
                break;
            case RefusalPart refusal:
                WriteTextBlock(refusal.Text);
                break;
            case MediaPart media:
                WriteMedia(media);
                break;
            case ToolCallPart call:
                _json.WriteString("type"u8, "tool_use"u8);
                _json.WriteString("id"u8, CleanId(call.Id));
                _json.WriteString("name"u8, call.IsText ? context.Names.TargetOfText(call.Name) : context.Names.Target(call.Name));
                _json.WritePropertyName("input"u8);
                context.DropIf(!call.WriteObject(_json), "tool_call.arguments(not_json)");
                break;
            case ToolResultPart result:
                WriteResult(result);
                break;
            case ReasoningPart { IsRedacted: true } redacted:
                _json.WriteString("type"u8, "redacted_thinking"u8);
                _json.WriteText("data"u8, redacted.Sealed.Value);
                break;
            case ReasoningPart travelled when travelled.Sealed.TryRedacted(out var data):
                _json.WriteString("type"u8, "redacted_thinking"u8);
                _json.WriteText("data"u8, data);
                break;
            case ReasoningPart reasoning:
                _json.WriteString("type"u8, "thinking"u8);
                _json.WriteText("thinking"u8, reasoning.Text.IsSet ? reasoning.Text : RawText.Of(""));
                _json.WriteText("signature"u8, reasoning.Sealed.Value);
                break;
        }

        WriteCache(part.Cache);
        _json.WriteEndObject();
    }

    private void WriteTextBlock(RawText text)
    {
        _json.WriteString("type"u8, "text"u8);
        _json.WriteText("text"u8, text);
    }

    private void WriteMedia(MediaPart media)
    {
        if (media.Kind is MediaKind.Audio or MediaKind.Video)
        {
            throw TranslationException.Meaning(media.At, "Anthropic takes neither audio nor video");
        }

        context.DropIf(media.Detail.Length > 0 && media.Detail != "auto", "image.detail");
        _json.WriteString("type"u8, media.Kind == MediaKind.Image ? "image"u8 : "document"u8);
        _json.WriteStartObject("source"u8);
        if (media.Url.IsSet)
        {
            _json.WriteString("type"u8, "url"u8);
            _json.WriteText("url"u8, media.Url);
        }
        else if (media.PlainText.IsSet)
        {
            _json.WriteString("type"u8, "text"u8);
            _json.WriteString("media_type"u8, "text/plain"u8);
            _json.WriteText("data"u8, media.PlainText);
        }
        else
        {
            _json.WriteString("type"u8, "base64"u8);
            _json.WriteString("media_type"u8, media.MediaType == "image/jpg" ? "image/jpeg" : media.MediaType);
            _json.WriteText("data"u8, media.Data);
        }

        _json.WriteEndObject();
        if (media.Kind == MediaKind.Document)
        {
            _json.WriteTextIfSet("title"u8, media.Name);
        }
    }

    private void WriteResult(ToolResultPart result)
    {
        _json.WriteString("type"u8, "tool_result"u8);
        _json.WriteString("tool_use_id"u8, CleanId(result.CallId));
        if (result.Content is [TextPart { Cache: CacheMark.None } only])
        {
            _json.WriteText("content"u8, only.Text);
        }
        else if (result.Content.Count > 0)
        {
            _json.WriteStartArray("content"u8);
            foreach (var part in result.Content)
            {
                Write(part);
            }

            _json.WriteEndArray();
        }

        if (result.IsError)
        {
            _json.WriteBoolean("is_error"u8, true);
        }
    }

    public void WriteCache(CacheMark mark)
    {
        if (mark != CacheMark.None)
        {
            _json.WriteStartObject("cache_control"u8);
            _json.WriteString("type"u8, "ephemeral"u8);
            if (mark == CacheMark.OneHour)
            {
                _json.WriteString("ttl"u8, "1h"u8);
            }

            _json.WriteEndObject();
        }
    }

    /// <summary>Anthropic takes letters, digits, <c>_</c> and <c>-</c> in identifiers; some servers put dots and colons there.</summary>
    private static string CleanId(string id)
    {
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
            {
                return string.Create(id.Length, id, static (to, from) =>
                {
                    for (var i = 0; i < to.Length; i++)
                    {
                        to[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '-' ? from[i] : '_';
                    }
                });
            }
        }

        return id;
    }
}
