using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Assay.Server.Api;

/// <summary>The query parameters of an endpoint, which it reads itself so that it can refuse the ones it does not know.</summary>
internal sealed record QueryParameters(IReadOnlyList<string> Names);

/// <summary>What the OpenAPI document says beyond what the framework finds by itself.</summary>
internal static class ApiDocument
{
    private static readonly Dictionary<string, string> s_parameters = new(StringComparer.Ordinal)
    {
        ["limit"] = "At most so many entries.",
        ["cursor"] = "The nextCursor of the page before.",
        ["from"] = "From this RFC 3339 time or date on; 30 days before 'to' if absent.",
        ["to"] = "Before this RFC 3339 time or date; now if absent.",
        ["group"] = "What to group by, separated by commas: "
            + string.Join(", ", UsageQuestion.Dimensions.Keys) + ". One sum of all if absent.",
        ["person"] = "Only this person, by e-mail address.",
        ["team"] = "Only this team and the teams below it.",
        ["agent"] = "Only this agent.",
        ["key"] = "Only this key, by id.",
        ["owner"] = "Only keys of this person or agent; of judgments: only those whose owner holds this text.",
        ["revoked"] = "true lists revoked keys too.",
        ["useCase"] = "Only this use case.",
        ["provider"] = "Only this provider.",
        ["model"] = "Only this model, as asked of the provider.",
        ["requestedModel"] = "Only this model, as the client asked for it.",
        ["client"] = "Only this client program.",
        ["session"] = "Only this agent conversation of one's own.",
        ["outcome"] = "Only requests that ended in this way, such as completed or providerError.",
        ["status"] = "Only requests that the provider answered with this HTTP status; of judgments: live, proposed, accepted, rejected, withdrawn or superseded.",
        ["requestId"] = "Only this request, by the id in x-assay-request-id.",
        ["state"] = "Only those in this state: requests are open, granted, partly, lent, declined, withdrawn or expired; signals are open or answered.",
        ["mine"] = "true lists only what the caller asked for.",
        ["inbox"] = "true lists only what is the caller's to decide.",
        ["unread"] = "true lists only what is unread.",
        ["grain"] = "What one row spans: day (default) or hour.",
        ["q"] = "Words that all must occur.",
        ["repository"] = "Only this repository, by name.",
        ["stage"] = "Only this stage: signal, intent, tradeoff, hardening, override or review.",
        ["relation"] = "What the human did with the AI's proposal: none, followed, modified or overrode.",
        ["work"] = "A branch, or whatever else calls named as their work.",
        ["ticket"] = "A ticket.",
        ["tag"] = "Only entries with this tag.",
        ["area"] = "Only entries that affect this path.",
        ["below"] = "Only entries with a confidence below this.",
        ["overdue"] = "true finds only entries whose review is overdue.",
        ["all"] = "true gives all lines.",
        ["by"] = "What to cut by: team, useCase (default), model or route; what to compare: model (default) or route.",
        ["first"] = "The model or route compared with.",
        ["second"] = "The model or route in question.",
        ["gap"] = "How many points of difference are worth finding: 5, 10 (default), 20 or 30. It decides how many outcomes are needed.",
        ["version"] = "Of FOCUS: 1.2 (default), or 1.3, in which charges are split over the outcomes they led to.",
        ["places"] = "How many places the leaderboard has; at most half of the people.",
        ["kind"] = "Only this kind, such as change or ticket.",
        ["source"] = "Only what this source told of: github, gitlab, jira, git, api or csv.",
        ["repo"] = "Only this repository, such as acme/web.",
        ["rung"] = "Only those that have come so far: proposed, accepted, deployed, settled, reviewed, abandoned, reverted or reopened.",
        ["movePercent"] = "What if this share, in whole percent, of the tokens answered outside were answered in-house from now on?",
        ["moveUse"] = "Of this use case alone.",
        ["inHouseUsdPerMillion"] = "What a million tokens costs in-house, in USD; what it cost in the last 28 days if absent.",
        ["format"] = "csv for a table, the same as the header Accept: text/csv; of exports: csv (default) or ndjson.",
    };

    public static TBuilder TakesQuery<TBuilder>(this TBuilder builder, params string[] names)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new QueryParameters(names));

    /// <summary>Statuses that the endpoint answers as problem details.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(
                status, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), [Problems.ContentType]));
        }

        return builder;
    }

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = api =>
            api.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Assay",
                Version = "v1",
                Description = "The directory, budgets and usage of an AI gateway. Money is a decimal string in US "
                    + "dollars with nine places; times are RFC 3339 in UTC.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var parameters in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameters>())
            {
                operation.Parameters ??= [];
                foreach (var name in parameters.Names)
                {
                    operation.Parameters.Add(new OpenApiParameter
                    {
                        Name = name,
                        In = ParameterLocation.Query,
                        Description = s_parameters[name],
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    });
                }
            }

            return Task.CompletedTask;
        });
    }
}
