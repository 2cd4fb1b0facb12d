using Assay.Server.Directory;
using Assay.Server.Metering;
using Assay.Server.Notifications.Channels;
using Assay.Server.Store;

namespace Assay.Server.Notifications;

/// <summary>
/// Sends what waits in the outbox. Every node has one; a row is claimed before it is sent, so that one of them sends it.
/// At least once: who dies between sending and writing it down leaves the row to be sent again, under the same id.
/// </summary>
internal sealed partial class OutboxWorker(
    INotificationStore store,
    IEnumerable<INoticeChannel> channels,
    Destinations destinations,
    NoticeLinks links,
    DirectorySnapshots directory,
    DeliveryFaults faults,
    OutboxBell bell,
    AssayMetrics metrics,
    OutboxOptions options,
    TimeZoneInfo zone,
    TimeProvider clock,
    Random random,
    ILogger<OutboxWorker> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;
    private readonly Dictionary<string, INoticeChannel> _channels =
        channels.ToDictionary(c => c.Name, StringComparer.Ordinal);

    private bool _isStoreDown;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweptAt = DateTimeOffset.MinValue;
        try
        {
            while (true)
            {
                var wait = options.LookEvery;
                try
                {
                    while (await SendDueAsync(stoppingToken) == options.AtOnceMax)
                    {
                        // There may be more.
                    }

                    wait = await UntilNextAsync(stoppingToken);
                    if (clock.GetUtcNow() - sweptAt >= options.SweepEvery)
                    {
                        sweptAt = clock.GetUtcNow();
                        await store.RemoveBeforeAsync((sweptAt - options.Retention).ToUnixTimeMilliseconds(), stoppingToken);
                    }

                    ReportStoreUp();
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    ReportStoreDown(fault);
                }

                await bell.WaitAsync(wait, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops. What was being sent is sent again when its lease has ended.
        }
    }

    /// <summary>One round: claims what is due, as much as is sent at once, and sends it. Returns how much that was.</summary>
    internal async Task<int> SendDueAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();

        // Looking first is a question to a reader; claiming would be a write, every few seconds, for nothing.
        if (!(await store.NextDueAsync(ct) <= now.ToUnixTimeMilliseconds()))
        {
            return 0;
        }

        var claimed = await store.ClaimAsync(
            now.ToUnixTimeMilliseconds(), (now + options.Lease).ToUnixTimeMilliseconds(), options.AtOnceMax, ct);
        var settings = await store.SettingsAsync(
            [.. claimed.Select(i => i.Notice.PersonId).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)], ct);
        await Task.WhenAll(claimed.Select(item => SendAsync(item, settings.GetValueOrDefault(item.Notice.PersonId), ct)));
        return claimed.Count;
    }

    private async Task SendAsync(OutboxItem item, NotificationSetting? setting, CancellationToken ct)
    {
        var channel = item.Target.Channel;
        var now = clock.GetUtcNow();
        var destination = destinations.Find(channel, item.Target.Target, item.Notice.PersonId, setting);
        if (destination is null || !_channels.TryGetValue(channel, out var way))
        {
            metrics.NoticeSent(channel, "unwanted");
            await ResolveAsync(item, new OutboxResult.GivenUp("not wanted any more"), ct);
            return;
        }

        if (destination.IsPersonal && item.Notice.Severity != NoticeSeverity.Critical
            && setting?.Quiet?.EndIfQuiet(now, zone) is { } quietEnds)
        {
            metrics.NoticeSent(channel, "postponed");
            await ResolveAsync(item, new OutboxResult.Postponed(quietEnds.ToUnixTimeMilliseconds()), ct);
            return;
        }

        var delivery = new Delivery(
            item.Id,
            item.Notice,
            links.Absolute(item.Notice.Link),
            directory.Current.FindPerson(item.Notice.PersonId)?.Email,
            destination);
        var result = await AttemptAsync(way, delivery, ct);
        var outcome = Judge(item, result);
        metrics.NoticeSent(channel, outcome switch
        {
            OutboxResult.Done => "sent",
            OutboxResult.GivenUp => "given_up",
            _ => "retried",
        });
        if (await ResolveAsync(item, outcome, ct) && outcome is OutboxResult.GivenUp givenUp)
        {
            LogGivenUp(item.Id, channel, item.Attempts, givenUp.Error);
            await faults.TellAsync(item, givenUp.Error, ct);
        }
    }

    private async Task<SendResult> AttemptAsync(INoticeChannel channel, Delivery delivery, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.SendTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            // Not every channel lets itself be cancelled at every point.
            return await channel.SendAsync(delivery, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new SendResult.Failed($"no answer within {options.SendTimeout.TotalSeconds:0} seconds");
        }
        catch (Exception bug) when (!ct.IsCancellationRequested)
        {
            // One notice that a channel cannot take must not keep the others.
            LogChannelBroken(delivery.Id, channel.Name, bug.GetType().Name);
            return new SendResult.Failed("the channel failed");
        }
    }

    private OutboxResult Judge(OutboxItem item, SendResult result)
    {
        switch (result)
        {
            case SendResult.Sent:
                return new OutboxResult.Done();
            case SendResult.Refused refused:
                return new OutboxResult.GivenUp(refused.Reason);
            case SendResult.Failed failed when item.Attempts >= options.AttemptsMax:
                return new OutboxResult.GivenUp(failed.Reason);
            case SendResult.Failed failed:
                var wait = options.RetryAfter(item.Attempts, random);
                if (failed.RetryAfter is { } asked && asked > wait)
                {
                    wait = asked < options.RetryMax ? asked : options.RetryMax;
                }

                return new OutboxResult.Later((clock.GetUtcNow() + wait).ToUnixTimeMilliseconds(), failed.Reason);
            default:
                throw new ArgumentOutOfRangeException(nameof(result));
        }
    }

    private ValueTask<bool> ResolveAsync(OutboxItem item, OutboxResult result, CancellationToken ct) =>
        store.ResolveAsync(item, result, clock.GetUtcNow().ToUnixTimeMilliseconds(), ct);

    private async Task<TimeSpan> UntilNextAsync(CancellationToken ct)
    {
        if (await store.NextDueAsync(ct) is not { } nextMs)
        {
            return options.LookEvery;
        }

        var wait = DateTimeOffset.FromUnixTimeMilliseconds(nextMs) - clock.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < options.LookEvery ? wait : options.LookEvery;
    }

    private void ReportStoreDown(Exception fault)
    {
        if (!_isStoreDown)
        {
            LogStoreDown(fault);
        }

        _isStoreDown = true;
    }

    private void ReportStoreUp()
    {
        if (_isStoreDown)
        {
            LogStoreUp();
        }

        _isStoreDown = false;
    }

    [LoggerMessage(LogLevel.Warning, "The outbox cannot be read; notices wait until it can.")]
    private partial void LogStoreDown(Exception fault);

    [LoggerMessage(LogLevel.Information, "The outbox can be read again.")]
    private partial void LogStoreUp();

    [LoggerMessage(LogLevel.Warning, "Notice {Id} by {Channel} is given up after {Attempts} attempts: {Reason}")]
    private partial void LogGivenUp(string id, string channel, int attempts, string reason);

    [LoggerMessage(LogLevel.Error, "Notice {Id}: the channel {Channel} failed with {Fault}.")]
    private partial void LogChannelBroken(string id, string channel, string fault);
}
