using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>
/// Reads from a request's body what admission and metering need: one pass over the top level. What is of no interest
/// is skipped, and thereby checked to be JSON. Where a member occurs twice the last one counts, as in nearly every
/// server.
/// </summary>
internal static class RequestScanner
{
    /// <summary>A longer model name is refused.</summary>
    public const int ModelCharactersMax = 256;

    /// <summary>Longer session and work names are cut.</summary>
    public const int LabelCharactersMax = 256;

    public static ScanResult TryScan(RouteMatch match, ReadOnlySpan<byte> body, out RequestFacts facts)
    {
        facts = new RequestFacts
        {
            Model = match.PathModel ?? "",
            Stream = match.Operation == Operation.StreamGenerateContent || match.Streams,
        };

        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var start = body.StartsWith(mark) ? mark.Length : 0;
        try
        {
            var scan = new RequestScan(body, start, match);
            var result = scan.Run(ref facts);
            facts.Stream |= match.Streams;
            return result == ScanResult.Ok ? CheckModel(match, facts) : result;
        }
        catch (JsonException)
        {
            return ScanResult.NotJson;
        }
        catch (InvalidOperationException)
        {
            // A string that is not valid UTF-16 once unescaped, as a lone surrogate in a name.
            return ScanResult.NotJson;
        }
    }

    private static ScanResult CheckModel(RouteMatch match, in RequestFacts facts)
    {
        if (facts.Model.Length == 0)
        {
            return match.Operation == Operation.Passthrough ? ScanResult.Ok : ScanResult.ModelMissing;
        }

        if (facts.Model.Length > ModelCharactersMax)
        {
            return ScanResult.ModelTooLong;
        }

        return Labels.HasControl(facts.Model) ? ScanResult.ModelInvalid : ScanResult.Ok;
    }
}
