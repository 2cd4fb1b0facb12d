namespace Assay.Signals.Early;

/// <summary>The evidence that a team's calls have changed: a sum of logarithms of odds that begins anew at nothing.</summary>
internal struct EvidenceRun
{
    // Beyond what is enough, so that a cause that has ended is seen to have.
    private const double Beyond = 6;

    // Half of all causes concern one person alone.
    private const double Apart = -0.69;

    // A run of so few calls that ended by itself was an accident, also if it was told.
    private const int AccidentMax = 2;

    public double Score;
    public int Seen;
    public int Of;

    /// <summary>What the calls that showed it cost, and what they usually would have.</summary>
    public double SpentUsd;
    public double UsualUsd;

    /// <summary>What was seen first: of which sort, whose, when.</summary>
    public int Sort;
    public int Person;
    public long SinceMs;

    /// <summary>How often its person usually shows it.</summary>
    public double Rate;

    /// <summary>Whether several people's calls showed it.</summary>
    public bool IsShared;
    public bool IsTold;

    /// <summary>A call that looks as usual. It is told whether the run ends with it by itself, as an accident.</summary>
    /// <param name="odds">How much likelier it is under a cause that concerns it, as a logarithm: below 0.</param>
    /// <param name="person">Whose it is: while one person's calls show it, those of others may well look as usual.</param>
    public bool Against(double odds, int person)
    {
        if (Score <= 0)
        {
            return false;
        }

        Of++;
        Score += IsShared || person == Person ? odds : Math.Max(odds, Apart);
        if (Score > 0)
        {
            return false;
        }

        var wasAccident = Seen <= AccidentMax;
        this = new EvidenceRun { Sort = Sort, Person = Person, Rate = Rate };
        return wasAccident;
    }

    /// <summary>A call that does not.</summary>
    public void For(double odds, double enough, int sort, double rate, int person, long atMs)
    {
        if (Score <= 0)
        {
            this = default;
            (Sort, Person, SinceMs, Rate) = (sort, person, atMs, rate);
        }

        Of++;
        Seen++;
        IsShared |= Person != person;
        Score = Math.Min(Score + odds, enough + Beyond);
    }
}
