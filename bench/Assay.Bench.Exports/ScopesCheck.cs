using System.Globalization;
using Assay.Sim.Workforce;

namespace Assay.Bench.Exports;

/// <summary>
/// Holds the pages and statements of divisions and teams, those of a manager and those of one person against what the simulation
/// says that these people spent.
/// </summary>
internal sealed class ScopesCheck(
    Host host, Sums sums, WorkCompany company, IReadOnlyDictionary<(int Person, DateOnly Day), long> byPerson, DateOnly first, DateOnly end)
{
    /// <summary>How many teams are looked at beside all divisions, evenly spread.</summary>
    private const int Teams = 24;

    private DateOnly ThisMonth => new(end.Year, end.Month, 1);

    public async Task RunAsync(IReadOnlyList<(string Who, string Secret)> known)
    {
        var teams = company.People.Select(p => p.Team).Distinct().Order().ToList();
        foreach (var division in company.People.Select(p => WorkCompany.DivisionName(p.Team)).Distinct(StringComparer.Ordinal))
        {
            await ScopeAsync(host.Pages, division, "/company", p => WorkCompany.DivisionName(p.Team) == division);
        }

        foreach (var team in teams.Where((_, i) => i % Math.Max(1, teams.Count / Teams) == 0))
        {
            await ScopeAsync(host.Pages, WorkCompany.TeamName(team), "/company", p => p.Team == team);
        }

        foreach (var (who, secret) in known.Where(k => k.Who is "Manager" or "Employee"))
        {
            using var pages = await host.SignInAsync(secret);
            var person = Whose(who);
            if (who == "Manager")
            {
                await ScopeAsync(pages, WorkCompany.TeamName(person.Team), "/team", p => p.Team == person.Team);
            }

            var html = await pages.GetStringAsync(new Uri("/me", UriKind.Relative));
            Check($"page /me of a {who}, the month", Money.Titles(html, "data-figure=\"month\"", "</dd>").Single(), p => p == person, ThisMonth, end);
            html = await pages.GetStringAsync(new Uri("/worth?period=now", UriKind.Relative));
            // "Last 30 days" has today in it, on which nothing was spent, in place of the first.
            Check(
                $"page /worth of a {who}", Money.Titles(html, "What became of the spend", "</dl>").Sum(),
                p => who == "Manager" ? p.Team == person.Team : p == person, end.AddDays(-29), end);
        }
    }

    // The directory's keys are told of the first of each role: administrator, finance, then by order a manager and an employee.
    private WorkPerson Whose(string who)
    {
        var managed = new HashSet<int>();
        return company.People.Where(p => p.Index > 1).First(p => managed.Add(p.Team) == (who == "Manager"));
    }

    private async Task ScopeAsync(HttpClient pages, string team, string page, Func<WorkPerson, bool> isIn)
    {
        var html = await pages.GetStringAsync(new Uri(page == "/team" ? page : $"{page}?team={team}", UriKind.Relative));
        Check($"page {page} of {team}, the month", Money.Titles(html, "data-figure=\"month\"", "</dd>").Single(), isIn, ThisMonth, end);
        for (var at = new DateOnly(first.Year, first.Month, 1); at < end; at = at.AddMonths(1))
        {
            html = await pages.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/statement?team={team}&month={at:yyyy-MM}"), UriKind.Relative));
            var (from, to) = (at, at.AddMonths(1));
            Check($"page /statement of {team} {at:yyyy-MM}, sum", Money.Titles(html, "data-figure=\"sum\"", "</dd>").Single(), isIn, from, to);
            foreach (var part in html.Split("<section class=\"statement\"")[1..].Where(part => part.Contains("<tbody>", StringComparison.Ordinal)))
            {
                Check($"page /statement of {team} {at:yyyy-MM}, lines of a table", Money.Titles(part, "<tbody>", "</tbody>").Sum(), isIn, from, to);
            }
        }
    }

    private void Check(string what, long nanos, Func<WorkPerson, bool> isIn, DateOnly from, DateOnly to) => sums.Check(
        what,
        nanos,
        null,
        company.People.Where(isIn).Sum(p =>
        {
            var sum = 0L;
            for (var day = from; day < to; day = day.AddDays(1))
            {
                sum += byPerson.GetValueOrDefault((p.Index, day));
            }

            return sum;
        }));
}
