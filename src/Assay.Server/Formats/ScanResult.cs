namespace Assay.Server.Formats;

/// <summary>What came of reading a request's body.</summary>
internal enum ScanResult : byte
{
    Ok,
    NotJson,
    NotAnObject,
    ModelMissing,
    ModelNotAString,
    ModelTooLong,
    ModelInvalid,
}

internal static class ScanResults
{
    /// <summary>The message for the caller.</summary>
    public static string Message(this ScanResult result) => result switch
    {
        ScanResult.Ok => "",
        ScanResult.NotJson => "The request body is not valid JSON.",
        ScanResult.NotAnObject => "The request body must be a JSON object.",
        ScanResult.ModelMissing => "The request must name a model.",
        ScanResult.ModelNotAString => "The member 'model' must be a string.",
        ScanResult.ModelTooLong =>
            $"The name in 'model' is longer than {RequestScanner.ModelCharactersMax} characters.",
        ScanResult.ModelInvalid => "The name in 'model' has control characters.",
        _ => "The request body could not be read.",
    };
}
