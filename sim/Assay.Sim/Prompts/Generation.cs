using Assay.Sim.Faults;
using Assay.Sim.Script;
using Assay.Sim.Tally;

namespace Assay.Sim.Prompts;

/// <summary>A tool call that the simulated model makes.</summary>
internal sealed record ToolUse(string Id, string Name, string Arguments)
{
    /// <summary>What it costs in output tokens.</summary>
    public int Tokens => 6 + (Arguments.Length + 3) / 4;

    /// <summary>The arguments in fragments, as they are streamed.</summary>
    public IEnumerable<string> Fragments()
    {
        for (var at = 0; at < Arguments.Length; at += 9)
        {
            yield return Arguments.Substring(at, Math.Min(9, Arguments.Length - at));
        }
    }
}

/// <summary>A piece of text as one event of a stream carries it.</summary>
internal readonly record struct Piece(string Text, int Tokens);

/// <summary>
/// What the simulated model answers, before any format: lengths, tools, reasoning and the exact usage. Everything is
/// drawn from the seed and the prompt, or was asked for.
/// </summary>
internal sealed class Generation
{
    public required int Seed { get; init; }

    public required int TokensPerChoice { get; init; }

    public required int Choices { get; init; }

    public required int TokensPerEvent { get; init; }

    public required IReadOnlyList<ToolUse> Tools { get; init; }

    public required bool OutOfTokens { get; init; }

    public required SimUsage Usage { get; init; }

    public required SimInstructions Instructions { get; init; }

    public int ReasoningTokens => (int)Usage.Reasoning;

    public int ToolTokens => Tools.Sum(t => t.Tokens);

    /// <summary>How many content events one choice has.</summary>
    public int Events => (TokensPerChoice + TokensPerEvent - 1) / TokensPerEvent;

    /// <summary>The text of one choice in the pieces of its events; without end if that was asked for.</summary>
    public IEnumerable<Piece> Pieces(int choice)
    {
        var random = new Random(Seed ^ (choice * 7919));
        var text = new System.Text.StringBuilder();
        for (var done = 0; done < TokensPerChoice || Instructions.Fault == SimFault.Endless;)
        {
            text.Clear();
            var take = Instructions.Fault == SimFault.Endless
                ? TokensPerEvent
                : Math.Min(TokensPerEvent, TokensPerChoice - done);
            for (var i = 0; i < take; i++)
            {
                text.Append(Words.Next(random, done + i == 0));
                if (Instructions.Fault == SimFault.InvalidUtf8 && done + i == TokensPerChoice / 2)
                {
                    text.Append(Words.InvalidMarker);
                }
            }

            done += take;
            yield return new Piece(text.ToString(), take);
        }
    }

    /// <summary>The whole text of one choice.</summary>
    public string Text(int choice) =>
        Instructions.Fault == SimFault.Endless ? "" : string.Concat(Pieces(choice).Select(p => p.Text));

    /// <summary>A summary of the reasoning, in a few words.</summary>
    public IEnumerable<string> ReasoningPieces()
    {
        var random = new Random(Seed ^ 104729);
        for (var i = 0; i < Math.Clamp(ReasoningTokens / 8, 1, 12); i++)
        {
            yield return Words.Next(random, i == 0);
        }
    }
}
