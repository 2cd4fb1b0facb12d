using Assay.Sim.Tally;

namespace Assay.Sim.Script;

/// <summary>What a script line can choose a call by.</summary>
/// <param name="Format">The wire format.</param>
/// <param name="Operation">As in <c>chat.completions</c>.</param>
/// <param name="Model">The model as asked for.</param>
/// <param name="Streamed">Whether a stream was asked for.</param>
public readonly record struct SimCallFacts(SimFormat Format, string Operation, string Model, bool Streamed);

/// <summary>
/// Instructions from within the process, for tests: each line serves the next call that it fits, once. A line wins
/// over header and model name.
/// </summary>
public sealed class SimScript
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(Func<SimCallFacts, bool> Fits, SimInstructions Instructions)> _lines = [];

    /// <summary>How many lines wait for their call.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>Adds a line for the next call, or for the next one that fits.</summary>
    public void Enqueue(SimInstructions instructions, Func<SimCallFacts, bool>? fits = null)
    {
        lock (_lock)
        {
            _lines.AddLast((fits ?? (static _ => true), instructions));
        }
    }

    /// <summary>Adds a line in the notation of the header.</summary>
    /// <exception cref="FormatException">The text cannot be read.</exception>
    public void Enqueue(string instructions, Func<SimCallFacts, bool>? fits = null)
    {
        if (!SimInstructions.TryParse(instructions, new SimInstructions(), out var parsed, out var error))
        {
            throw new FormatException(error);
        }

        Enqueue(parsed, fits);
    }

    /// <summary>Removes all lines.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _lines.Clear();
        }
    }

    internal SimInstructions? Take(in SimCallFacts facts)
    {
        lock (_lock)
        {
            for (var line = _lines.First; line is not null; line = line.Next)
            {
                if (line.Value.Fits(facts))
                {
                    _lines.Remove(line);
                    return line.Value.Instructions;
                }
            }
        }

        return null;
    }
}
