using System.Collections;
using System.Net;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Notifications;
using Assay.Server.Notifications.Channels;
using Assay.Server.Store;
using Assay.Server.Tests.Directory;
using Assay.Server.Tests.Store;
using Assay.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Notifications;

/// <summary><see cref="SampleOrg"/>, a notifier and workers on one store, and a clock that only the test moves.</summary>
internal sealed class OutboxBench : IAsyncDisposable
{
    public const string CompanySecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly StoreHarness _database;
    private readonly PersonalHosts _hosts;
    private readonly HttpPost _post;
    private readonly CompanyWebhooks _company;
    private readonly AssayConfig _config;

    private OutboxBench(StoreHarness database, IStore store, AssayConfig config, ManualTime time)
    {
        _database = database;
        _config = config;
        Store = store;
        Time = time;
        Faulty = new FaultyNotificationStore(store.Notifications);
        _hosts = new PersonalHosts(config.Notifications.AllowedHosts);
        _post = new HttpPost(_hosts, time, (_, _) => Task.FromResult(Resolved));
        _company = new CompanyWebhooks(config.Notifications, new Hashtable());
        Directory = new DirectorySnapshots(store.Directory, [], time, NullLogger<DirectorySnapshots>.Instance);
        Notifier = new Notifier(Faulty, Directory, _company, config.Notifications, Bell, time);
    }

    public IStore Store { get; }

    /// <summary>The same, with faults that a test puts in.</summary>
    public FaultyNotificationStore Faulty { get; }

    public ManualTime Time { get; }

    public DirectorySnapshots Directory { get; }

    public OutboxBell Bell { get; } = new();

    public Notifier Notifier { get; }

    public AssayMetrics Metrics { get; } = new();

    /// <summary>Where every host's name leads.</summary>
    public IPAddress[] Resolved { get; set; } = [IPAddress.Loopback];

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<OutboxBench> OpenAsync(
        StoreHarness? database = null, Action<AssayConfig>? configure = null)
    {
        database ??= new SqliteHarness();
        var time = new ManualTime();
        var store = await database.OpenAsync(new StoreOptions { Clock = time });
        await store.Directory.ChangeAsync(
            [
                .. SampleOrg.Teams.Select(t => new DirectoryChange.PutTeam(t)),
                .. SampleOrg.People.Select(p => new DirectoryChange.PutPerson(p)),
            ],
            "test",
            Ct);
        var config = new AssayConfig { PublicUrl = "https://assay.example.com", TimeZone = "Europe/Berlin" };
        configure?.Invoke(config);
        ConfigRules.Check(config).ShouldBeEmpty();
        var bench = new OutboxBench(database, store, config, time);
        await bench.Directory.RefreshAsync(Ct);
        return bench;
    }

    /// <summary>A worker, as every node has one.</summary>
    public OutboxWorker NewWorker(
        INotificationStore? store = null, ILogger<OutboxWorker>? log = null, INoticeChannel? channel = null, int seed = 1)
    {
        List<INoticeChannel> channels =
            [new WebhookChannel(_post, Time), new SlackChannel(_post), new TeamsChannel(_post)];
        if (_config.Notifications.Smtp.Host.Length > 0)
        {
            channels.Add(new MailChannel(_config.Notifications.Smtp, new Hashtable()));
        }

        if (channel is not null)
        {
            channels.RemoveAll(c => c.Name == channel.Name);
            channels.Add(channel);
        }

        return new OutboxWorker(
            store ?? Faulty,
            channels,
            new Destinations(_company, Directory, Time),
            new NoticeLinks(_config.PublicUrl),
            Directory,
            new DeliveryFaults(Notifier, Directory, Time),
            Bell,
            Metrics,
            new OutboxOptions(),
            TimeZoneInfo.FindSystemTimeZoneById(_config.TimeZone),
            Time,
            new Random(seed),
            log ?? NullLogger<OutboxWorker>.Instance);
    }

    public Task PutSettingAsync(NotificationSetting setting) => Store.Notifications.PutSettingAsync(setting, Ct).AsTask();

    public static NewNotice Notice(string personId, string key = "key", NoticeSeverity severity = NoticeSeverity.Info) => new()
    {
        PersonId = personId,
        Kind = NoticeKinds.BudgetThreshold,
        Severity = severity,
        Subject = "80 % of your budget is spent",
        Body = "Of $25.00 this month $20.00 are spent.",
        Link = "/me",
        DedupeKey = key,
    };

    public async Task<IReadOnlyList<Notice>> InboxAsync(string personId) =>
        await Store.Notifications.InboxAsync(personId, onlyUnread: false, after: null, 100, NowMs, Ct);

    /// <summary>Id, attempts, next attempt, error, done and given up of everything in the outbox.</summary>
    public Task<string?> OutboxAsync(string columns) =>
        _database.ScalarAsync<string>($"select {columns} from outbox order by id limit 1");

    public Task<long> CountAsync(string question) => _database.ScalarAsync<long>($"select count(*) from {question}");

    public async ValueTask DisposeAsync()
    {
        _post.Dispose();
        Metrics.Dispose();
        Directory.Dispose();
        await Store.DisposeAsync();
        await _database.DisposeAsync();
    }
}
