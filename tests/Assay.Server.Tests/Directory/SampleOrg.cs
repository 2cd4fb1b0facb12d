using Assay.Server.Directory;

namespace Assay.Server.Tests.Directory;

/// <summary>
/// org ─ eng ─ platform (5 people) ─ infra (2), ml (1), docs (1)
///     └ sales (3)
/// </summary>
internal static class SampleOrg
{
    public const long NowMs = 1_790_000_000_000;

    public static IReadOnlyList<Team> Teams { get; } =
    [
        new("org", null, "Example"),
        new("eng", "org", "Engineering"),
        new("platform", "eng", "Platform"),
        new("infra", "platform", "Infrastructure"),
        new("ml", "eng", "Machine learning"),
        new("docs", "eng", "Documentation"),
        new("sales", "org", "Sales"),
    ];

    public static IReadOnlyList<Person> People { get; } =
    [
        Of("root", "org", Role.Admin),
        Of("fin", "org", Role.Finance),
        Of("aud", "org", Role.Auditor),
        Of("boss", "eng", Role.Manager),
        Of("ada", "platform", Role.Employee),
        Of("bob", "platform", Role.Employee),
        Of("cyd", "platform", Role.Employee),
        Of("dan", "platform", Role.Employee),
        Of("lead", "platform", Role.Manager),
        Of("eve", "infra", Role.Employee),
        Of("fay", "infra", Role.Manager),
        Of("gus", "ml", Role.Employee),
        Of("hal", "docs", Role.Employee),
        Of("ivy", "sales", Role.Manager),
        Of("jon", "sales", Role.Employee),
        Of("kim", "sales", Role.Employee),
    ];

    public static IReadOnlyList<Agent> Agents { get; } = [new("ci", "CI reviewer", "p_root", "infra")];

    public static string SecretOf(string name) => $"ask_secret-of-{name}-for-tests-only";

    public static Key KeyOf(string name, OwnerKind kind = OwnerKind.Person) => new()
    {
        Id = "k_" + name,
        Hash = KeySecrets.Hash(SecretOf(name)),
        OwnerKind = kind,
        OwnerId = kind == OwnerKind.Person ? "p_" + name : name,
        Name = "laptop",
        CreatedAtMs = NowMs,
        Hint = SecretOf(name)[^4..],
    };

    public static DirectoryData Data(long version = 1) => new(
        version,
        Teams,
        People,
        Agents,
        [.. People.Select(p => KeyOf(p.Id[2..])), KeyOf("ci", OwnerKind.Agent)],
        []);

    public static Budget Budget(string id, string scope, long limit = 25, BudgetWindow window = BudgetWindow.Month)
    {
        BudgetScope.TryParse(scope, out var parsed).ShouldBeTrue();
        return new(id, parsed, window, BudgetUnit.Usd, limit * 1_000_000_000, AtLimit.Block);
    }

    private static Person Of(string name, string team, Role role) =>
        new("p_" + name, name + "@example.com", char.ToUpperInvariant(name[0]) + name[1..], team, role);
}
