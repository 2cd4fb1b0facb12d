namespace Assay.Signals.Early;

/// <summary>What the board of spikes knows, asked only when there is evidence: reading it for each call would cost more than the tests.</summary>
internal interface IEarlyContext
{
    /// <summary>The logarithm of the usual price of a model's tokens; not a number if it is not known.</summary>
    double ModelPrice(int model);

    /// <summary>Whether an incident under way is somebody's: what they do now is nothing to learn accidents from.</summary>
    bool IsTold(int person);

    /// <summary>What a team spends on a usual day, in dollars; 0 if that is not known.</summary>
    double TeamUsdPerDay(int team);

    /// <summary>What somebody spent within about a minute.</summary>
    double PersonUsdNow(int person);

    /// <summary>What they do at most.</summary>
    double PersonUsdUsual(int person);
}
