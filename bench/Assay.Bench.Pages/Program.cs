using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

// How long each page of the console takes, over HTTP, signed in as each role: from the request to the last byte.
// usage: dotnet run -c Release --project bench/Assay.Bench.Pages -- http://127.0.0.1:8080 ROLE=KEY… [--also PATH,PATH] [--times 40]
const int TargetMs = 100;
string[] paths =
[
    "/me", "/company", "/team", "/budget", "/requests", "/inbox", "/log", "/log/debt", "/log/learning", "/worth", "/worth/outcomes",
    "/worth/audit", "/worth/compare", "/worth/experiments", "/worth/measures", "/statement", "/signals", "/forecast", "/models", "/prices",
    "/connect",
];
var times = 40;
if (Array.IndexOf(args, "--times") is > 0 and var at)
{
    times = int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    args = args[..at];
}

if (Array.IndexOf(args, "--also") is > 0 and var also)
{
    paths = [.. paths, .. args[also + 1].Split(',')];
    args = args[..also];
}

Console.WriteLine("| role | page | first | p50 | p95 | bytes |");
Console.WriteLine("|---|---|---|---|---|---|");
var missed = 0;
foreach (var who in args[1..])
{
    var (role, key) = (who[..who.IndexOf('=', StringComparison.Ordinal)], who[(who.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = new Uri(args[0]),
        Timeout = TimeSpan.FromMinutes(5),
    };
    var form = await http.GetStringAsync(new Uri("/signin", UriKind.Relative));
    var token = Token().Match(form).Groups["token"].Value;
    using var fields = new FormUrlEncodedContent([new("form-token", token), new("key", key), new("return", "/")]);
    using (var signedIn = await http.PostAsync(new Uri("/signin", UriKind.Relative), fields))
    {
        if ((int)signedIn.StatusCode != 302)
        {
            Console.Error.WriteLine($"{role} cannot sign in: {signedIn.StatusCode}");
            return 2;
        }
    }

    foreach (var path in paths)
    {
        var (first, _, status) = await AskAsync(http, path);
        if (status != 200)
        {
            // Not a page of this role.
            continue;
        }

        var taken = new double[first > 20_000 ? 1 : times];
        var bytes = 0L;
        for (var i = 0; i < taken.Length; i++)
        {
            (taken[i], bytes, _) = await AskAsync(http, path);
        }

        Array.Sort(taken);
        var p95 = taken[(int)Math.Ceiling(taken.Length * 0.95) - 1];
        missed += p95 > TargetMs ? 1 : 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {role} | `{path}` | {first:0} ms | {taken[taken.Length / 2]:0.0} ms | {p95:0.0} ms{(p95 > TargetMs ? " **over**" : "")} | {bytes:#,##0} |"));
    }
}

Console.WriteLine();
Console.WriteLine(missed == 0 ? $"Every page is within {TargetMs} ms at p95." : $"{missed} pages take longer than {TargetMs} ms at p95.");
return missed == 0 ? 0 : 1;

static async Task<(double Ms, long Bytes, int Status)> AskAsync(HttpClient http, string path)
{
    var watch = Stopwatch.StartNew();
    using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
    var body = await answer.Content.ReadAsByteArrayAsync();
    return (watch.Elapsed.TotalMilliseconds, body.Length, (int)answer.StatusCode);
}

internal static partial class Program
{
    [GeneratedRegex("name=\"form-token\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
