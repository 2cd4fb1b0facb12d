using System.Text.RegularExpressions;

namespace Assay.Judgments.Nudges;

/// <summary>
/// Names of dependencies in the lines of manifests. Lines are enough: whether a package is new is asked, not which version
/// resolves, and a diff has no more.
/// </summary>
public static partial class DependencyLines
{
    private static readonly (Func<string, bool> IsFile, Func<Regex> Pattern)[] s_kinds =
    [
        (name => Ends(name, ".csproj") || Ends(name, ".fsproj") || Ends(name, ".props") || Ends(name, ".targets"), MsBuild),
        (name => name == "package.json", Npm),
        (name => name.StartsWith("requirements", StringComparison.Ordinal) && Ends(name, ".txt"), Pip),
        (name => name == "pyproject.toml", PyProject),
        (name => name == "go.mod", GoMod),
        (name => name == "Cargo.toml", Cargo),
        (name => name == "Gemfile", Gem),
        (name => name == "pom.xml", Maven),
        (name => Ends(name, ".gradle") || Ends(name, ".gradle.kts"), Gradle),
    ];

    private static readonly string[] s_notPackages =
    [
        "name", "version", "description", "license", "edition", "node", "npm", "main", "type", "module", "rust-version", "python",
        "requires-python", "build-backend",
    ];

    public static bool IsManifest(string path) => Array.Exists(s_kinds, kind => kind.IsFile(NameOf(path)));

    /// <summary>Names in the lines that came which are not in those that went: a new version is no new dependency.</summary>
    public static IReadOnlyList<string> NewNames(string path, IReadOnlyList<string> added, IReadOnlyList<string> removed)
    {
        var name = NameOf(path);
        var kind = Array.Find(s_kinds, k => k.IsFile(name));
        if (kind.Pattern is null)
        {
            return [];
        }

        var before = Names(kind.Pattern(), removed).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Names(kind.Pattern(), added).Where(n => !before.Contains(n)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<string> Names(Regex pattern, IEnumerable<string> lines) =>
        lines.Where(line => line.Length < 500).Select(line => pattern.Match(line)).Where(m => m.Success)
            .Select(m => m.Groups["n"].Value).Where(n => !s_notPackages.Contains(n, StringComparer.OrdinalIgnoreCase));

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool Ends(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("<Package(?:Reference|Version)\\s+Include=\"(?<n>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MsBuild();

    [GeneratedRegex("^\\s*\"(?<n>@?[A-Za-z0-9_.\\-/]+)\"\\s*:\\s*\"(?:[~^<>=v]*[0-9]|[*]|latest|workspace:|npm:|file:|git|https?:)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Npm();

    [GeneratedRegex("^\\s*(?<n>[A-Za-z0-9][A-Za-z0-9._\\-]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pip();

    [GeneratedRegex("^\\s*\"?(?<n>[A-Za-z0-9][A-Za-z0-9._\\-]*)(?:\\[[^\\]]*\\])?\\s*(?:[<>=~!^]+\\s*[0-9]|=\\s*(?:\"[~^<>=*0-9]|\\{))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PyProject();

    [GeneratedRegex("^\\s*(?:require\\s+)?(?<n>[a-z0-9.\\-]+\\.[a-z]+/[^\\s]+)\\s+v[0-9]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex GoMod();

    [GeneratedRegex("^\\s*(?<n>[A-Za-z0-9_\\-]+)\\s*=\\s*(?:\"[~^<>=*0-9]|\\{)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Cargo();

    [GeneratedRegex("^\\s*gem\\s+[\"'](?<n>[^\"']+)[\"']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Gem();

    [GeneratedRegex("<artifactId>(?<n>[^<]+)</artifactId>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Maven();

    [GeneratedRegex("^\\s*(?:api|implementation|compileOnly|runtimeOnly|testImplementation|kapt)\\s*\\(?\\s*[\"'](?<n>[^:\"']+:[^:\"']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Gradle();
}
