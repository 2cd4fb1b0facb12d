using Assay.Server.Budgets;

namespace Assay.Server.Console.Frame;

/// <summary>How a page says why something was not done.</summary>
internal static class DeskWords
{
    public static string Say(this DeskRefusal refusal) => refusal.Faults is { } faults
        ? string.Join(" ", faults.ByField().SelectMany(f => f.Value.Select(v => $"The {f.Key} {v}")))
        : $"{refusal.Title} {refusal.DoThis}";

    public static int Status(this DeskRefusal refusal) => refusal.Kind switch
    {
        DeskRefusalKind.Conflict => StatusCodes.Status409Conflict,
        DeskRefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        DeskRefusalKind.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status400BadRequest,
    };
}
