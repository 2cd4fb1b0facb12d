using System.Collections;
using Assay.Server.Budgets;
using Assay.Server.Budgets.Forecasting;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Notifications.Channels;
using Assay.Server.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Assay.Server.Notifications;

/// <summary>What notifications are made of.</summary>
internal static class NotificationsSetup
{
    /// <summary>Telling, reading and settings, without the sending. Needs a store, the directory and a clock.</summary>
    public static IServiceCollection AddNotifier(this IServiceCollection services)
    {
        services.TryAddSingleton(s => s.GetRequiredService<IStore>().Notifications);
        services.TryAddSingleton(new NotificationsConfig());
        services.TryAddSingleton(s => new CompanyWebhooks(s.GetRequiredService<NotificationsConfig>(), new Hashtable()));
        services.TryAddSingleton(s => new PersonalHosts(s.GetRequiredService<NotificationsConfig>().AllowedHosts));
        services.TryAddSingleton<OutboxBell>();
        services.TryAddSingleton<INotifier, Notifier>();
        services.TryAddSingleton<SettingDesk>();
        return services;
    }

    /// <summary>All of it. Needs metrics besides.</summary>
    public static IServiceCollection AddAssayNotifications(
        this IServiceCollection services, AssayConfig config, IDictionary environment)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone);
        services.AddSingleton(config.Notifications);
        services.AddSingleton(_ => new CompanyWebhooks(config.Notifications, environment));
        services.AddSingleton(_ => new NoticeLinks(config.PublicUrl));
        services.AddNotifier();
        services.AddSingleton<BudgetNotices>();
        services.AddSingleton<IBudgetAlerts>(s => s.GetRequiredService<BudgetNotices>());
        services.AddSingleton<IBudgetEvents>(s => s.GetRequiredService<BudgetNotices>());
        services.AddSingleton<IBudgetForecastEvents>(s => s.GetRequiredService<BudgetNotices>());
        services.AddSingleton<Destinations>();
        services.AddSingleton<DeliveryFaults>();
        services.AddSingleton(s => new HttpPost(
            s.GetRequiredService<PersonalHosts>(), s.GetRequiredService<TimeProvider>()));
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
