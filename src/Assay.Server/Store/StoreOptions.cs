namespace Assay.Server.Store;

/// <summary>What both kinds of store need to know.</summary>
internal sealed record StoreOptions
{
    /// <summary>Decides where days begin. Fixed at the first start, since rollups by day are computed with it.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How long single attempts are kept. Rollups and balances are kept for good. Default: 400 days.</summary>
    public TimeSpan UsageRetention { get; init; } = TimeSpan.FromDays(400);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
