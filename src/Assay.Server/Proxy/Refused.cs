using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Routing;

namespace Assay.Server.Proxy;

/// <summary>A call that the gateway itself refuses, with a message that says what to do about it.</summary>
internal sealed record Refused(Refusal Kind, string Message)
{
    public string Reason => Kind.Shape().Reason;

    /// <summary>In how many seconds the same call may pass; null if nobody can say.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Whether it is this target alone that cannot be asked for this.</summary>
    public bool OthersMayDo { get; init; }

    public static Refused NoKey() => new(Refusal.KeyMissing,
        "No Assay key was sent. Send yours as 'Authorization: Bearer ask_…', 'x-api-key' or 'x-goog-api-key'.");

    public static Refused BadKey() => new(Refusal.BadKey,
        "This Assay key is not known or was revoked. Ask for a new one, or check that the whole key was copied.");

    public static Refused KeyExpired() => new(Refusal.KeyExpired,
        "This Assay key has expired or its owner was disabled. Ask an administrator for a new one.");

    public static Refused UseCaseNotAllowed(string useCase) => new(Refusal.UseCaseNotAllowed,
        $"This key may not be used for '{useCase}'. Leave out x-assay-use-case, or use a key that allows it.");

    public static Refused ModelNotAllowed(string model) => new(Refusal.ModelNotAllowed,
        $"This key may not use the model '{model}'. GET /v1/models lists those that it may use.");

    public static Refused UnknownModel(string model) => new(Refusal.UnknownModel,
        $"The model '{model}' leads nowhere here. GET /v1/models lists the models that exist; an administrator adds "
        + "one under 'models' in assay.json.");

    public static Refused UnknownProvider(string name) => new(Refusal.UnknownProvider,
        $"No provider is called '{name}' here.");

    public static Refused NoProvider(WireFormat format) => new(Refusal.UnknownProvider,
        $"No provider here speaks the {format} format, so nobody can take this. An administrator adds one under "
        + "'providers' in assay.json.");

    public static Refused FormatMismatch(string model, Provider provider, WireFormat format) => new(
        Refusal.FormatMismatch,
        $"The model '{model}' is served by '{provider.Name}', which speaks the {provider.Format} format; this call is "
        + $"in the {format} format. Use a client for {provider.Format}.");

    public static Refused PassthroughNotAllowed() => new(Refusal.ModelNotAllowed,
        "This key is restricted to certain models, and this path does not say which model it uses.");

    public static Refused NoCredential(string provider) => new(Refusal.ProviderUnreachable,
        $"The provider '{provider}' has no credential here: its apiKey in assay.json names a variable that is not set.");

    public static Refused Busy(string provider, bool full) => new(Refusal.ProviderBusy, full
        ? $"The provider '{provider}' and all others that could answer are busy, and as many calls wait as may. Try again later."
        : $"The provider '{provider}' and all others that could answer were busy for as long as a call may wait. Try again later.")
    {
        RetryAfterSeconds = 5,
        OthersMayDo = true,
    };

    public static Refused NotCapable(string model) => new(Refusal.NotCapable,
        $"None of the models behind '{model}' can take this: it has pictures, tools or a length that they are stated not to take. "
        + "Ask for another model.");

    public static Refused NotServed(Provider provider, Operation operation) => new(Refusal.FormatMismatch,
        $"'{provider.Name}' does not serve {operation}: the cloud that it is has nothing of the kind.")
    {
        OthersMayDo = true,
    };

    public static Refused Unpriced(string provider, string model) => new(Refusal.UnpricedRefused,
        $"No price is known for {provider}/{model}, and the policy here is to refuse such calls. An administrator adds "
        + "one under prices.overrides in assay.json.");

    public static Refused BodyTooLarge(int bytesMax) => new(Refusal.BodyTooLarge,
        $"The request body is larger than {bytesMax:N0} bytes (limits.bodyBytesMax).");

    public static Refused EncodedBody() => new(Refusal.BodyMalformed,
        "The request body is compressed, so its model cannot be read. Send it without a content-encoding.");

    public static Refused Malformed(string message) => new(Refusal.BodyMalformed, message);

    public static Refused TooManyStreams(int max) => new(Refusal.TooManyStreams,
        $"This key already has {max} calls under way (limits.streamsPerKeyMax). Wait for one to end.");

    public static Refused JournalUnavailable() => new(Refusal.JournalUnavailable,
        "The gateway cannot keep its ledger at the moment and takes no calls. An operator must look at its disk.");

    public static Refused ClientGone() => new(Refusal.ClientGone, "The client left before its request was complete.");

    public static Refused NotFound(HttpRequest request) => new(Refusal.NotFound,
        $"There is nothing at {request.Path}. Other paths of a provider are under /providers/NAME/.");

    public static Refused Method(HttpRequest request) => new(Refusal.MethodNotAllowed,
        $"{request.Method} is not allowed at {request.Path}.");

    /// <summary>Why nothing came from the provider.</summary>
    public static Refused ByOutcome(Call call) => call.Outcome switch
    {
        _ when call.CredentialFault.Length > 0 => new(Refusal.ProviderUnreachable,
            $"The provider '{call.Target!.Provider.Name}' was not asked, for its credential cannot be had: {call.CredentialFault}"),
        CallOutcome.NotConnected => new(Refusal.ProviderUnreachable,
            $"No connection to the provider '{call.Target!.Provider.Name}' could be made. Nothing was billed."),
        CallOutcome.ProviderSilent => new(Refusal.ProviderTimeout,
            $"The provider '{call.Target!.Provider.Name}' did not answer in time."),
        CallOutcome.ShutDown => new(Refusal.ShuttingDown, "This node is stopping. Send the request again."),
        _ => new(Refusal.ProviderBroke,
            $"The provider '{call.Target!.Provider.Name}' broke the connection before it answered."),
    };

    public async Task WriteAsync(HttpContext http, RouteMatch match, Guid requestId)
    {
        var response = http.Response;
        if (response.HasStarted || http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var shape = Kind.Shape();
        var asArray = WireErrors.IsArray(match, wantsEvents: http.Request.Query["alt"] == "sse");
        var body = WireErrors.Body(match.ErrorFormat, Kind, Message, requestId.ToString(), asArray);
        response.Clear();
        response.StatusCode = shape.Status;
        response.Headers["x-assay-request-id"] = requestId.ToString();
        response.Headers["x-assay-reason"] = shape.Reason;
        if (!shape.MayRetry)
        {
            // The official clients would repeat a 429 that no repetition can mend.
            response.Headers["x-should-retry"] = "false";
        }

        if (match.ErrorFormat == WireFormat.Converse)
        {
            response.Headers["x-amzn-ErrorType"] = WireErrors.BedrockType(shape.Status);
        }

        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        response.ContentType = WireErrors.ContentType(match.ErrorFormat);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }
}
