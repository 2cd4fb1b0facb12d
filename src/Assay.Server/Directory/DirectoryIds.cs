namespace Assay.Server.Directory;

/// <summary>
/// New identities: a letter for the kind and a UUIDv7. Teams and agents are named by people instead, since people write
/// those ids.
/// </summary>
internal static class DirectoryIds
{
    public static string NewPerson(TimeProvider clock) => "p_" + New(clock);

    public static string NewKey(TimeProvider clock) => "k_" + New(clock);

    public static string NewBudget(TimeProvider clock) => "b_" + New(clock);

    public static string NewGrant(TimeProvider clock) => "gr_" + New(clock);

    public static string NewRateLimit(TimeProvider clock) => "rl_" + New(clock);

    public static string NewBudgetRequest(TimeProvider clock) => "rq_" + New(clock);

    public static string NewSignal(TimeProvider clock) => "sg_" + New(clock);

    private static string New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
}
