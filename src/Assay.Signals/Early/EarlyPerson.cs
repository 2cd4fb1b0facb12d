using System.Runtime.InteropServices;
using Assay.Signals.Memory;

namespace Assay.Signals.Early;

/// <summary>What is usual of one person's calls: how they use caches, which model, at what pace.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EarlyPerson
{
    // Of calls in a warm conversation: how many there were, how many used no cache, and how many only wrote to it.
    public float WarmOf;
    public float WarmNone;
    public float WarmWrote;

    // Of other calls that are long enough.
    public float ColdOf;
    public float ColdNone;

    /// <summary>The logarithm of the usual price of a token; 0 if it is not known.</summary>
    public float Price;

    /// <summary>The model that is asked for most, and by how many calls it leads.</summary>
    public int Model;
    public float ModelLead;
    public float ModelOf;
    public float ModelOther;

    // The pace: sums that fade over a minute, their peaks in this hour and usually, and the evidence against it.
    public int Hour;
    public long LastMs;
    public float Calls;
    public float CallsOfHour;
    public float CallsPeak;
    public float CallsScore;
    public float Starts;
    public float StartsOfHour;
    public float StartsPeak;
    public float StartsScore;

    public readonly void Save(IMemoryWriter to)
    {
        to.Smalls([WarmOf, WarmNone, WarmWrote, ColdOf, ColdNone, Price, ModelLead, ModelOf, ModelOther, CallsPeak, StartsPeak, CallsOfHour, StartsOfHour, Calls, Starts]);
        to.Whole(Model);
        to.Whole(Hour);
        to.Large(LastMs);
    }

    public static EarlyPerson Load(IMemoryReader from) => new()
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
}
