using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.BedrockConverse;

/// <summary>Writes the content blocks of a <c>Converse</c> request: objects of one member, which says what they are.</summary>
internal sealed class ConverseBlocks(WriteContext context)
{
    private readonly Utf8JsonWriter _json = context.Json;
    private int _documents;

    public void Write(Part part)
    {
        switch (part)
        {
            case TextPart { Text.IsEmpty: true } or RefusalPart { Text.IsEmpty: true }:
                break; // Bedrock refuses empty texts.
            case TextPart text:
                WriteText(text.Text);
                break;
            case RefusalPart refusal:
                WriteText(refusal.Text);
                break;
            case MediaPart media:
                WriteMedia(media);
                break;
            case ToolCallPart call:
                WriteCall(call);
                break;
            case ToolResultPart result:
                WriteResult(result);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(reasoning);
                break;
        }

        WriteCache(part.Cache);
    }

    /// <summary>A mark is a block of its own, behind what shall be cached.</summary>
    public void WriteCache(CacheMark mark)
    {
        if (mark == CacheMark.None)
        {
            return;
        }

        _json.WriteStartObject();
        _json.WriteStartObject("cachePoint"u8);
        _json.WriteString("type"u8, "default"u8);
        if (mark == CacheMark.OneHour)
        {
            _json.WriteString("ttl"u8, "1h"u8);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    public void WriteText(RawText text)
    {
        _json.WriteStartObject();
        _json.WriteText("text"u8, text);
        _json.WriteEndObject();
    }

    private void WriteCall(ToolCallPart call)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("toolUse"u8);
        _json.WriteString("toolUseId"u8, CleanId(call.Id));
        _json.WriteString("name"u8, call.IsText ? context.Names.TargetOfText(call.Name) : context.Names.Target(call.Name));
        _json.WritePropertyName("input"u8);
        context.DropIf(!call.WriteObject(_json), "tool_call.arguments(not_json)");
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteResult(ToolResultPart result)
    {
        _json.WriteStartObject();
        _json.WriteStartObject("toolResult"u8);
        _json.WriteString("toolUseId"u8, CleanId(result.CallId));
        _json.WriteStartArray("content"u8);
        foreach (var part in result.Content)
        {
            // A mark inside a result has no place there; the text of it has.
            context.DropIf(part.Cache != CacheMark.None, "tool_result.cache_control");
            Write(part with { Cache = CacheMark.None });
        }

        _json.WriteEndArray();
        if (result.IsError)
        {
            _json.WriteString("status"u8, "error"u8);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    /// <summary>Only what Bedrock sealed itself goes back: several of its models refuse any other thought.</summary>
    private void WriteReasoning(ReasoningPart reasoning)
    {
        if (reasoning.Sealed.Origin != ApiFormat.BedrockConverse || !reasoning.Sealed.IsSet)
        {
            context.Drop("reasoning");
            return;
        }

        _json.WriteStartObject();
        _json.WriteStartObject("reasoningContent"u8);
        if (reasoning.Sealed.TryRedacted(out var data))
        {
            _json.WriteText("redactedContent"u8, data);
        }
        else if (reasoning.IsRedacted)
        {
            _json.WriteText("redactedContent"u8, reasoning.Sealed.Value);
        }
        else
        {
            _json.WriteStartObject("reasoningText"u8);
            _json.WriteText("text"u8, reasoning.Text.IsSet ? reasoning.Text : RawText.Of(""));
            _json.WriteText("signature"u8, reasoning.Sealed.Value);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteMedia(MediaPart media)
    {
        if (media.Url.IsSet)
        {
            throw TranslationException.Meaning(media.At, "Bedrock fetches nothing from addresses; send the data itself");
        }

        var (kind, format) = FormatOf(media);
        context.DropIf(media.Detail.Length > 0 && media.Detail != "auto", "image.detail");
        _json.WriteStartObject();
        _json.WriteStartObject(kind);
        _json.WriteString("format"u8, format);
        if (media.Kind == MediaKind.Document)
        {
            // A name is demanded, and few characters are allowed in it: the client's is not carried.
            context.DropIf(media.Name.IsSet, "document.name");
            _json.WriteString("name"u8, string.Create(CultureInfo.InvariantCulture, $"document {++_documents}"));
        }

        _json.WriteStartObject("source"u8);
        _json.WritePropertyName("bytes"u8);
        if (media.PlainText.IsSet)
        {
            _json.WriteStringValue(Convert.ToBase64String(Encoding.UTF8.GetBytes(media.PlainText.Decode())));
        }
        else
        {
            media.Data.WriteTo(_json);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private static (string Kind, string Format) FormatOf(MediaPart media)
    {
        var type = media.MediaType;
        var ending = type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return media.Kind switch
        {
            MediaKind.Image when ending is "png" or "jpeg" or "gif" or "webp" => ("image", ending),
            MediaKind.Image when ending is "jpg" => ("image", "jpeg"),
            MediaKind.Document when media.PlainText.IsSet || type == "text/plain" => ("document", "txt"),
            MediaKind.Document when ending is "pdf" or "csv" or "html" => ("document", ending),
            MediaKind.Document when type == "text/markdown" => ("document", "md"),
            MediaKind.Document when type == "application/msword" => ("document", "doc"),
            MediaKind.Document when type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => ("document", "docx"),
            MediaKind.Document when type == "application/vnd.ms-excel" => ("document", "xls"),
            MediaKind.Document when type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ("document", "xlsx"),
            MediaKind.Video when ending is "mp4" or "mov" or "mpeg" or "mpg" or "webm" or "wmv" or "flv" => ("video", ending),
            MediaKind.Video when ending is "quicktime" => ("video", "mov"),
            MediaKind.Audio when ending is "mp3" or "wav" or "ogg" or "flac" or "aac" or "opus" or "webm" or "mpeg" => ("audio", ending),
            _ => throw TranslationException.Meaning(media.At, "Bedrock does not take files of this type"),
        };
    }

    /// <summary>Bedrock takes up to 64 letters, digits, <c>_</c> and <c>-</c> in identifiers.</summary>
    private static string CleanId(string id)
    {
        var isClean = id.Length <= 64;
        foreach (var c in id)
        {
            isClean &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        }

        return isClean ? id : string.Concat(
            id[..Math.Min(id.Length, 47)].Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '_'))
            + "_" + ToolNames.Fingerprint(id).ToString("x8", CultureInfo.InvariantCulture);
    }
}
