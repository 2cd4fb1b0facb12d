using System.Diagnostics.CodeAnalysis;

namespace Assay.Server.Directory;

/// <summary>
/// What a budget limits, written <c>org</c>, <c>team:ID</c>, <c>person:ID</c>, <c>agent:ID</c>,
/// <c>key:ID</c>, <c>use:NAME</c>, <c>model:PATTERN</c> or <c>provider:NAME</c>.
/// A person is named by id here; the API turns the email that people write into the id.
/// </summary>
/// <param name="Id">The id within the kind; empty for the org.</param>
internal readonly record struct BudgetScope(BudgetScopeKind Kind, string Id)
{
    public static BudgetScope Org => new(BudgetScopeKind.Org, "");

    public static bool TryParse([NotNullWhen(true)] string? text, out BudgetScope scope)
    {
        scope = Org;
        if (text is null or "org")
        {
            return text is not null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon == text.Length - 1)
        {
            return false;
        }

        BudgetScopeKind? kind = text[..colon] switch
        {
            "team" => BudgetScopeKind.Team,
            "person" => BudgetScopeKind.Person,
            "key" => BudgetScopeKind.Key,
            "use" => BudgetScopeKind.UseCase,
            "agent" => BudgetScopeKind.Agent,
            "model" => BudgetScopeKind.Model,
            "provider" => BudgetScopeKind.Provider,
            _ => null,
        };
        scope = kind is { } known ? new BudgetScope(known, text[(colon + 1)..]) : Org;
        return kind is not null;
    }

    public override string ToString() => Kind switch
    {
        BudgetScopeKind.Org => "org",
        BudgetScopeKind.Team => $"team:{Id}",
        BudgetScopeKind.Person => $"person:{Id}",
        BudgetScopeKind.Key => $"key:{Id}",
        BudgetScopeKind.UseCase => $"use:{Id}",
        BudgetScopeKind.Agent => $"agent:{Id}",
        BudgetScopeKind.Model => $"model:{Id}",
        BudgetScopeKind.Provider => $"provider:{Id}",
        _ => throw new InvalidOperationException($"Unknown kind of budget scope: {Kind}."),
    };
}
