using Assay.Server.Formats;
using Assay.Translation;

namespace Assay.Server.Proxy.Translation;

/// <summary>Puts a call's body into the format of the provider that it goes to.</summary>
internal static class RequestTranslation
{
    /// <summary>Null if it was translated: the body to send and the way back are then the call's.</summary>
    public static Refused? Translate(Call call)
    {
        var isStream = call.Facts.Stream;
        var output = new PooledWriter(call.Body!.Length + 512);
        var report = Translator.Request(
            Wire.FormatOf(call.Match.Operation),
            Wire.FormatOf(call.Wire.Operation),
            call.Body.Memory,
            new RequestOptions
            {
                TargetModel = call.ProviderModel,
                ClientModel = call.Model,
                Stream = isStream,
                ClientWantsArray = WireErrors.IsArray(call.Match, call.Http.Request.Query["alt"] == "sse"),
                AnswerId = call.Id.ToString("N"),
                UnixSeconds = call.StartedAtMs / 1000,
            },
            output);
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
        call.Dropped = report.DroppedHeader;
        return null;
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
