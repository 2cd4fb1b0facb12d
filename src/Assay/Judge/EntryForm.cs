using Assay.Judgments.Entries;
using Spectre.Console;

namespace Assay.Judge;

/// <summary>The short form: five questions, and Enter skips what does not apply.</summary>
internal static class EntryForm
{
    private const int RejectedMax = 10;

    public static EntryDraft Ask(JudgeSite site, string? title)
    {
        var console = AnsiConsole.Console;
        console.MarkupLine("[grey]Enter skips a question. Ctrl-C writes nothing.[/]");
        var decided = EntryOptions.OneLine(title ?? console.Prompt(
            new TextPrompt<string>("Decided, in one line?").Validate(t => t.Trim().Length is > 0 and <= FrontMatter.TitleMax)));
        var proposal = Optional(console, "What did the AI propose?");
        var relation = proposal is null ? AiRelation.None : AskRelation(console);
        var because = Optional(console, relation == AiRelation.Overrode ? "Why not that?" : "Why?");
        var rejected = new List<string>();
        while (rejected.Count < RejectedMax
            && Optional(console, rejected.Count == 0 ? "Rejected (Option: reason)?" : "Also rejected?") is { } option)
        {
            rejected.Add(option);
        }

        return new EntryDraft
        {
            Title = decided,
            Relation = relation,
            Proposed = proposal,
            Because = because,
            Rejected = rejected,
            Confidence = AskConfidence(site),
        };
    }

    /// <summary>Null if it was skipped: then the entry stays a draft.</summary>
    public static int? AskConfidence(JudgeSite site)
    {
        _ = site;
        var answer = AnsiConsole.Console.Prompt(new TextPrompt<string>("How sure are you, 0 to 100?").AllowEmpty()
            .Validate(text => text.Length == 0 || (int.TryParse(text.TrimEnd('%'), out var number) && number is >= 0 and <= 100)
                ? ValidationResult.Success()
                : ValidationResult.Error("A whole number from 0 to 100, or Enter to leave it a draft.")));
        return EntryOptions.Percent("confidence", answer.Length == 0 ? null : answer);
    }

    public static bool AskAgain(JudgeSite site)
    {
        _ = site;
        return AnsiConsole.Console.Confirm("Open it again?");
    }

    private static AiRelation AskRelation(IAnsiConsole console)
    {
        var answer = console.Prompt(new TextPrompt<string>("And you [green]f[/]ollowed, [green]m[/]odified or [green]o[/]verrode it?")
            .AddChoices(["f", "m", "o"]).ShowChoices(false).DefaultValue("o"));
        return answer switch
        {
            "f" => AiRelation.Followed,
            "m" => AiRelation.Modified,
            _ => AiRelation.Overrode,
        };
    }

    private static string? Optional(IAnsiConsole console, string question)
    {
        var answer = console.Prompt(new TextPrompt<string>(question).AllowEmpty()).Trim();
        return answer.Length == 0 ? null : answer;
    }
}
