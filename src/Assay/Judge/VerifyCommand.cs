using System.CommandLine;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Reports;
using Assay.Judgments.Seals;

namespace Assay.Judge;

/// <summary><c>assay judge verify</c>: the seals alone; they can be listed for a witness, and compared with what one kept.</summary>
internal static class VerifyCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string?>("entry") { Description = "Only this entry. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        var seals = new Option<bool>("--seals") { Description = "Print the seals as JSON lines, for a witness to keep." };
        var witness = new Option<string?>("--witness") { Description = "Compare with seals that were kept elsewhere: a file, or `server`.", HelpName = "FILE" };
        var noCache = CheckVerb.NoCacheOption();
        var command = new Command("verify", "Verify that accepted entries never changed since.") { which, seals, witness, noCache };
        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository(isHistoryKept: !parsed.GetValue(noCache));
            var settings = JudgeSite.Settings(repository.Root);
            var result = await RepositoryCheck.RunAsync(
                repository, new CheckOptions(site.Clock.GetUtcNow(), DefaultBranch: settings.DefaultBranch), cancellation);
            var ledger = result.Context.Seals;
            var findings = result.Findings.Where(f => f.Rule is "JL100" or "JL101" or "JL102").ToList();
            if (parsed.GetValue(witness) is { } file && !result.IsImpossible)
            {
                using var kept = await WitnessAsync(site, repository.Root, file, cancellation);
                findings.AddRange(Compare(file, kept, ledger));
            }

            IReadOnlyList<Seal> chosen = [.. ledger.Seals.OrderBy(s => s.At.UtcTicks).ThenBy(s => s.Id)];
            if (parsed.GetValue(which) is { } text)
            {
                var entry = EntryLookup.One(result.Context.Log, text);
                chosen = [.. chosen.Where(s => s.Id == entry.Judgment.Id)];
                findings.RemoveAll(f => !f.Message.Contains(entry.Judgment.Id.ToString("D"), StringComparison.Ordinal));
                await site.Output.WriteLineAsync(chosen.Count > 0
                    ? $"{entry.Path} is sealed since {JudgmentWriter.Time(chosen[0].At)}, in commit {chosen[0].Commit}."
                    : $"{entry.Path} is not sealed: it is not accepted on the default branch.");
            }

            if (parsed.GetValue(seals))
            {
                foreach (var seal in chosen)
                {
                    await site.Output.WriteLineAsync(SealList.Line(seal));
                }
            }

            var sorted = Linter.Sort(settings.Apply(findings));
            var output = parsed.GetValue(seals) ? site.Error : site.Output;
            foreach (var finding in sorted)
            {
                await output.WriteLineAsync($"{finding.Path}: {TextReport.Word(finding.Severity)} {finding.Rule}: {finding.Message}");
            }

            await output.WriteLineAsync($"{chosen.Count} sealed, {sorted.Count(f => f.Severity == Severity.Error)} broken.");
            return result.IsImpossible ? 2 : sorted.Any(f => f.Severity == Severity.Error) ? 1 : 0;
        });
        return command;
    }

    private static async Task<TextReader> WitnessAsync(JudgeSite site, string root, string file, CancellationToken cancellation)
    {
        if (file != "server")
        {
            return File.OpenText(Path.Combine(site.Directory, file));
        }

        using var server = await LogServer.NeedAsync(site, root, null, cancellation);
        return new StringReader(await server.GetTextAsync(
            "judgments/seals?repository=" + Uri.EscapeDataString(server.Repository), cancellation));
    }

    private static List<Finding> Compare(string file, TextReader text, SealLedger ledger)
    {
        try
        {
            return
            [
                .. SealList.Differences(ledger, SealList.Read(text))
                    .Select(d => new Finding("JL103", Severity.Error, d.Path, 1, 1, d.Message)),
            ];
        }
        catch (FormatException fault)
        {
            throw new JudgeException($"{file}: {fault.Message}");
        }
    }
}
