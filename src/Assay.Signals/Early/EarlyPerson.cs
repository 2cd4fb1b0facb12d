using System.Runtime.InteropServices;
using Assay.Signals.Memory;

namespace Assay.Signals.Early;

/// <summary>What is usual of one person's calls: how they use caches, which model, at what pace.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EarlyPerson
{
    // What every call changes comes first, so that it lies together: how many calls could have shown a missed cache or another
    // model; the pace as sums that fade over a minute, their usual peaks, and the evidence against it.
    public long LastMs;
    public int Hour;
    public float WarmOf;
    public float ColdOf;
    public float ModelOf;

    /// <summary>The model that is asked for most, and by how many calls it leads.</summary>
    public int Model;
    public float ModelLead;

    /// <summary>The logarithm of the usual price of a token; 0 if it is not known.</summary>
    public float Price;
    public float Calls;
    public float CallsOfHour;
    public float CallsPeak;
    public float CallsScore;
    public float Starts;
    public float StartsPeak;
    public float StartsScore;

    // Seldom: the highest pace of this hour at which conversations began; the calls in a warm conversation that used no cache, or
    // only wrote to it; other calls that used none; calls for another model.
    public float StartsOfHour;
    public float WarmNone;
    public float WarmWrote;
    public float ColdNone;
    public float ModelOther;

    /// <summary>Whether enough is known to say how conversations use caches, and whether one of them never used any.</summary>
    public bool IsKnown;
    public bool IsSilentSometimes;

    public readonly void Save(IMemoryWriter to)
    {
        to.Smalls([WarmOf, WarmNone, WarmWrote, ColdOf, ColdNone, Price, ModelLead, ModelOf, ModelOther, CallsPeak, StartsPeak, CallsOfHour, StartsOfHour, Calls, Starts]);
        to.Whole(Model);
        to.Whole(Hour);
        to.Large(LastMs);
        to.Whole((IsKnown ? 1 : 0) + (IsSilentSometimes ? 2 : 0));
    }

    public static EarlyPerson Load(IMemoryReader from)
    {
        var person = new EarlyPerson
        {
            WarmOf = from.Small(),
            WarmNone = from.Small(),
            WarmWrote = from.Small(),
            ColdOf = from.Small(),
            ColdNone = from.Small(),
            Price = from.Small(),
            ModelLead = from.Small(),
            ModelOf = from.Small(),
            ModelOther = from.Small(),
            CallsPeak = from.Small(),
            StartsPeak = from.Small(),
            CallsOfHour = from.Small(),
            StartsOfHour = from.Small(),
            Calls = from.Small(),
            Starts = from.Small(),
            Model = from.Whole(),
            Hour = from.Whole(),
            LastMs = from.Large(),
        };
        var said = from.Count(3);
        (person.IsKnown, person.IsSilentSometimes) = ((said & 1) != 0, (said & 2) != 0);
        return person;
    }
}
