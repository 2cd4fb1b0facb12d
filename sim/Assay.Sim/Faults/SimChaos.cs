using Assay.Sim.Script;

namespace Assay.Sim.Faults;

/// <summary>A provider's bad hour: of so many calls in a hundred, each goes wrong in one of the ways that occur.</summary>
internal static class SimChaos
{
    public static SimInstructions Apply(SimInstructions asked, Random random)
    {
        if (asked.Chaos is not { } percent || random.Next(100) >= percent)
        {
            return asked;
        }

        return random.Next(8) switch
        {
            0 => asked with { Status = 429, RetryAfter = 1 },
            1 => asked with { Status = 500 },
            2 => asked with { Status = 503 },
            3 => asked with { Status = 529 },
            4 => asked with { First = TimeSpan.FromMilliseconds(40) },
            5 => asked with { Fault = SimFault.Reset },
            6 => asked with { Fault = SimFault.Cut },
            _ => asked with { Fault = SimFault.CutMidEvent },
        };
    }
}
