using Assay.Server.Formats;
using Assay.Translation;
using Assay.Translation.Embeddings;

namespace Assay.Server.Proxy.Translation;

/// <summary>Puts a call's body into the format of the provider that it goes to.</summary>
internal static class RequestTranslation
{
    /// <summary>Null if it was translated: the body to send and the way back are then the call's.</summary>
    public static Refused? Translate(Call call)
    {
        var isStream = call.Facts.Stream;
        var output = new PooledWriter(call.Body!.Length + 512);
        var source = Wire.FormatOf(call.Match.Operation);
        var options = new RequestOptions
        {
            TargetModel = call.ProviderModel,
            ClientModel = call.Model,
            Stream = isStream,
            ClientWantsArray = WireErrors.IsArray(call.Match, call.Http.Request.Query["alt"] == "sse"),
            AnswerId = call.Id.ToString("N"),
            UnixSeconds = call.StartedAtMs / 1000,
        };
        var report = Wire.IsForVectors(call.Match.Operation)
            ? EmbeddingTranslator.Request(source, call.Body.Memory, options, output)
            : Translator.Request(source, Wire.FormatOf(call.Wire.Operation), call.Body.Memory, options, output);
        if (report.Refusal is { } refusal)
        {
            output.ToBody().Dispose();
            var message = $"The model '{call.Model}' is served by '{call.Target!.Provider.Name}' in another format, and this call "
                + $"cannot be said in it: {refusal}";
            return new Refused(refusal.Kind == RefusalKind.TooLarge ? Refusal.BodyTooLarge : Refusal.BodyMalformed, message)
            {
                OthersMayDo = true,
            };
        }

        call.Rewritten?.Dispose();
        call.Rewritten = output.ToBody();
        call.Answer = report.Answer;
        call.Dropped = WithBetas(report.DroppedHeader, call.Http.Request.Headers);
        return null;
    }

    // What a client turned on by a header of its own format is not on at the provider.
    private static string WithBetas(string dropped, IHeaderDictionary headers)
    {
        foreach (var name in (ReadOnlySpan<string>)["anthropic-beta", "openai-beta"])
        {
            if (headers.ContainsKey(name))
            {
                dropped = dropped.Length == 0 ? name : $"{dropped}, {name}";
            }
        }

        return dropped;
    }

    /// <summary>The way back for an error that a cloud tells in its own shape, to a client of the format itself.</summary>
    public static AnswerContext ForErrors(Call call) => new()
    {
        Client = Wire.FormatOf(call.Match.Operation),
        Upstream = Wire.FormatOf(call.Wire.Operation),
        Stream = call.Facts.Stream,
        ClientWantsArray = WireErrors.IsArray(call.Match, call.Http.Request.Query["alt"] == "sse"),
        AnswerId = call.Id.ToString("N"),
        UnixSeconds = call.StartedAtMs / 1000,
    };
}
