namespace Assay.Server.Store;

/// <summary>What both kinds of store need to know.</summary>
internal sealed record StoreOptions
{
    /// <summary>Decides where days begin. Fixed at the first start, since rollups by day are computed with it.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How long single attempts are kept. Rollups and balances are kept for good. Default: 400 days.</summary>
    public TimeSpan UsageRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>
    /// Whether the store is opened to be filled: SQLite then keeps a gigabyte of its indexes in memory and moves its log to the
    /// file eight times less often. What is committed is on the disk all the same.
    /// </summary>
    public bool IsBulk { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
