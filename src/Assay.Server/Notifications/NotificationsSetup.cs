using System.Collections;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Notifications.Channels;
using Assay.Server.Store;

namespace Assay.Server.Notifications;

/// <summary>What notifications are made of.</summary>
internal static class NotificationsSetup
{
    /// <summary>Needs a store, the directory, metrics and a <see cref="TimeProvider"/> among the services.</summary>
    public static IServiceCollection AddAssayNotifications(
        this IServiceCollection services, AssayConfig config, IDictionary environment)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone);
        services.AddSingleton(config.Notifications);
        services.AddSingleton(_ => new CompanyWebhooks(config.Notifications, environment));
        services.AddSingleton(_ => new PersonalHosts(config.Notifications.AllowedHosts));
        services.AddSingleton(_ => new NoticeLinks(config.PublicUrl));
        services.AddSingleton<OutboxBell>();
        services.AddSingleton<INotifier, Notifier>();
        services.AddSingleton<Destinations>();
        services.AddSingleton<DeliveryFaults>();
        services.AddSingleton<HttpPost>();
        services.AddSingleton<INoticeChannel, WebhookChannel>();
        services.AddSingleton<INoticeChannel, SlackChannel>();
        services.AddSingleton<INoticeChannel, TeamsChannel>();
        if (config.Notifications.Smtp.Host.Length > 0)
        {
            services.AddSingleton<INoticeChannel>(_ => new MailChannel(config.Notifications.Smtp, environment));
        }

        services.AddHostedService(s => new OutboxWorker(
            s.GetRequiredService<INotificationStore>(),
            s.GetServices<INoticeChannel>(),
            s.GetRequiredService<Destinations>(),
            s.GetRequiredService<NoticeLinks>(),
            s.GetRequiredService<Directory.DirectorySnapshots>(),
            s.GetRequiredService<DeliveryFaults>(),
            s.GetRequiredService<OutboxBell>(),
            s.GetRequiredService<AssayMetrics>(),
            new OutboxOptions(),
            zone,
            s.GetRequiredService<TimeProvider>(),
            new Random(),
            s.GetRequiredService<ILogger<OutboxWorker>>()));
        return services;
    }
}
