using Assay.Server.Formats;
using Assay.Server.Proxy.Translation;

namespace Assay.Server.Proxy;

/// <summary>
/// Makes the body that the provider is sent. Where it speaks the client's format the only two changes are that an alias
/// becomes the provider's name, and that usage is asked for; where not, the call is translated. A cloud wraps the result.
/// </summary>
internal static class Preparation
{
    /// <summary>Null if the call can be sent; else why this target cannot be asked.</summary>
    public static Refused? Prepare(Call call)
    {
        call.Wire = Wire.At(call.Target!.Provider, call.Match, call.Facts.Stream);
        (call.Answer, call.Dropped, call.AsksForUsage) = (null, "", false);
        if (call.Body is not { Length: > 0 } || call.Match.Operation.IsOpaque())
        {
            return null;
        }

        if (call.Wire != call.Match)
        {
            return RequestTranslation.Translate(call) ?? Wrap(call);
        }

        call.AsksForUsage = BodyRewrite.MustAskForUsage(call.Match, call.Facts);
        var model = call.ProviderModel != call.Model ? call.ProviderModel : null;
        var isBatch = model is not null && call.Match.Operation == Operation.BatchEmbedContents;
        if (isBatch || BodyRewrite.IsNeeded(call.Facts, model, call.AsksForUsage))
        {
            var rewritten = new PooledWriter(call.Body.Length + 128);
            if (isBatch)
            {
                BatchEmbedModels.Write(call.Body.Span, model!, rewritten);
            }
            else
            {
                BodyRewrite.Write(call.Body.Span, call.Facts, model, call.AsksForUsage, rewritten);
            }

            call.Rewritten?.Dispose();
            call.Rewritten = rewritten.ToBody();
        }

        return Wrap(call);
    }

    private static Refused? Wrap(Call call)
    {
        var provider = call.Target!.Provider;
        if (provider.Dialect is not { } dialect)
        {
            return null;
        }

        if (ProviderRequest.DialectAddress(call) is null && !(dialect.TakesPathsAsTheyAre && call.Match.ProviderPath is not null))
        {
            return Refused.NotServed(provider, call.Match.Operation);
        }

        if (call.IsNative)
        {
            // The cloud's own client wrote it as the cloud wants it.
            return null;
        }

        var betas = call.Answer is null && call.Http.Request.Headers.TryGetValue("anthropic-beta", out var values)
            ? values.ToString()
            : null;
        var output = new PooledWriter(call.Outgoing!.Length + 256);
        if (!dialect.TryWrap(call.Wire, call.Outgoing.Span, dialect.NameOf(call.ProviderModel), betas, output))
        {
            output.ToBody().Dispose();
            return null;
        }

        call.Rewritten?.Dispose();
        call.Rewritten = output.ToBody();
        return null;
    }
}
