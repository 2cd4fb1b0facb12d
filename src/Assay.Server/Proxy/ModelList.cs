using Assay.Server.Directory;
using Assay.Server.Formats;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Proxy;

/// <summary>
/// Answers which models a key may use: every configured name, and for a wildcard the models of the price book that it
/// covers. Several providers stand behind one address, so no single provider could answer this.
/// </summary>
internal sealed class ModelList
{
    private readonly IReadOnlyList<Listed> _models;

    public ModelList(RouteTable routes, Pricing pricing)
    {
        var catalogue = pricing.Book.Catalogue()
            .Where(e => !e.Deprecated)
            .ToLookup(e => e.Provider, StringComparer.OrdinalIgnoreCase);
        var models = new Dictionary<string, Listed>(StringComparer.Ordinal);
        foreach (var route in routes.Routes)
        {
            foreach (var model in Names(route, pricing, catalogue))
            {
                models.TryAdd(model.Entry.Id, model);
            }
        }

        _models = [.. models.Values.OrderBy(m => m.Entry.Id, StringComparer.Ordinal)];
    }

    public async Task AnswerAsync(Call call)
    {
        var http = call.Http;
        var match = call.Match;
        var format = match.Format == WireFormat.OpenAI && http.Request.Headers.ContainsKey("anthropic-version")
            ? WireFormat.Anthropic
            : match.Format;
        var allowed = Allowed(call.Identity!, format);
        byte[] body;
        if (match.Operation is Operation.Models or Operation.GeminiModels)
        {
            body = ModelLists.List(format, allowed);
        }
        else if (allowed.FirstOrDefault(m => m.Id == match.PathModel) is { } one)
        {
            body = ModelLists.One(format, one);
        }
        else
        {
            await Refused.UnknownModel(match.PathModel ?? "").WriteAsync(http, match with { Format = format }, call.Id);
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private List<ModelListing> Allowed(KeyIdentity identity, WireFormat format) =>
        [.. _models.Where(m => m.Formats.Contains(format) && identity.AllowsModel(m.Entry.Id)).Select(m => m.Entry)];

    private static IEnumerable<Listed> Names(
        ModelRoute route, Pricing pricing, ILookup<string, Assay.Ledger.Prices.CatalogueEntry> catalogue)
    {
        // A name that was configured can be asked for in any format: where its target speaks another, calls are translated.
        HashSet<WireFormat> formats = [WireFormat.OpenAI, WireFormat.Anthropic, WireFormat.Gemini];
        HashSet<WireFormat> ofVectors = [WireFormat.OpenAI, WireFormat.Gemini];
        if (!route.Pattern.EndsWith('*'))
        {
            var isForVectors = IsForVectors(route.Targets[0].Model ?? route.Pattern);
            yield return new Listed(
                new ModelListing(route.Pattern, "", DateTimeOffset.UnixEpoch, null, route.Targets[0].Provider.Name) { IsForVectors = isForVectors },
                isForVectors ? ofVectors : formats);
            yield break;
        }

        foreach (var provider in route.Targets.Select(t => t.Provider))
        {
            foreach (var known in catalogue[pricing.PriceProvider(provider)])
            {
                if (known.Model.AsSpan().StartsWith(route.Pattern.AsSpan(0, route.Pattern.Length - 1)))
                {
                    // Like a name, a wildcard's models can be asked for in any format that knows what they do.
                    var isForVectors = IsForVectors(known.Model);
                    yield return new Listed(
                        new ModelListing(
                            known.Model, known.Name, DateTimeOffset.UnixEpoch, known.ContextWindow, provider.Name)
                        {
                            IsForVectors = isForVectors,
                        },
                        route.IsImplied ? [provider.Format] : isForVectors ? ofVectors : formats);
                }
            }
        }
    }

    // Neither the price book nor the configuration says it; the makers' names do.
    private static bool IsForVectors(string model) => model.Contains("embed", StringComparison.OrdinalIgnoreCase);

    private sealed record Listed(ModelListing Entry, HashSet<WireFormat> Formats);
}
