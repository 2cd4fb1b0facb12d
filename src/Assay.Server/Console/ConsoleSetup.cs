using Assay.Ledger.Prices;
using Assay.Server.Api;
using Assay.Server.Console.Assets;
using Assay.Server.Console.Company;
using Assay.Server.Console.Connect;
using Assay.Server.Console.Decide;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Forecast;
using Assay.Server.Console.Frame;
using Assay.Server.Console.Inbox;
using Assay.Server.Console.Limits;
using Assay.Server.Console.Log;
using Assay.Server.Console.Me;
using Assay.Server.Console.MyBudget;
using Assay.Server.Console.Prices;
using Assay.Server.Console.Requests;
using Assay.Server.Console.Signals;
using Assay.Server.Console.SignIn;
using Assay.Server.Console.Statements;
using Assay.Server.Console.Worth;
using Assay.Server.Directory;
using Assay.Server.Judgments.Insights;
using Assay.Server.Notifications;
using Assay.Server.Signals;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Assay.Server.Console;

/// <summary>
/// The console: pages for people, beside the API for programs. It needs a <see cref="TimeProvider"/>, the directory's
/// snapshots and the usage store to be registered, and authentication and authorization to run before its endpoints.
/// </summary>
public static class ConsoleSetup
{
    public static IServiceCollection AddAssayConsole(this IServiceCollection services, Action<ConsoleOptions>? configure = null)
    {
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddRazorComponents();
        services.AddSingleton<ConsoleAssets>();
        services.AddSingleton<PageFrames>();
        services.AddSingleton(provider =>
            new OrgClock(provider.GetRequiredService<TimeProvider>(), Options(provider).TimeZone));
        services.AddSingleton(provider => new SignInAttempts(
            provider.GetRequiredService<TimeProvider>(), Options(provider).SignInFailuresMax, Options(provider).SignInWindow));
        services.AddSingleton<ConnectAddress>();
        services.AddSingleton<MeReport>();
        services.AddSingleton<CompanyReport>();
        services.AddSingleton<ForecastReport>();
        services.AddSingleton<BudgetRows>();
        services.AddSingleton<RequestsReport>();
        services.AddSingleton<RequestReport>();
        services.AddSingleton<CallPrices>();
        services.AddSingleton<PricesReport>();
        services.AddSingleton<DecideReport>();
        services.AddSingleton<BudgetReport>();
        services.AddSingleton<LimitEditor>();
        services.AddSingleton<InboxReport>();
        services.AddLogPages();
        services.AddSignalDesk();
        services.AddWorthPages();
        services.AddSingleton<StatementReport>();
        services.AddStandingFigure<StatementReport>((report, caller, ct) =>
            report.ReadAsync(caller, new CompanyScope("/statement", Team.OrgId, true, caller.Directory, caller.Rules), null, ct));
        services.AddStandingFigure<ShadowArchive>((archive, _, ct) => archive.CostliestAsync(null, ct).AsTask());
        services.AddHostedService<StandingFigures>();
        services.AddSingleton<SignalReport>();
        services.AddNotifier();
        services.TryAddSingleton(PriceBook.Default);
        services.TryAddSingleton<ILiveFigures, NoLiveFigures>();

        // It warns that the keys are not encrypted at rest. They are files for the owner alone, as the journal is.
        services.AddLogging(logging => logging.AddFilter(
            "Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
        services.AddDataProtection().SetApplicationName("assay");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<ConsoleOptions>>((keys, options) =>
            keys.XmlRepository = new SealKeys(Path.Combine(options.Value.DataDirectory, "console-keys")));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "assay-form";
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.FormFieldName = "form-token";
            // The pages' own headers are stricter.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthentication().AddCookie(ConsoleSession.Scheme);
        services.AddOptions<CookieAuthenticationOptions>(ConsoleSession.Scheme)
            .Configure<IOptions<ConsoleOptions>, TimeProvider>((cookie, options, clock) =>
            {
                cookie.TimeProvider = clock;
                ConsoleSession.Configure(cookie, options.Value);
            });
        services.AddAuthorization();
        return services;
    }

    public static IEndpointRouteBuilder MapAssayConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapConsoleAssets();
        var signedIn = routes.MapGroup("");
        signedIn.RequireAuthorization(policy => policy
            .AddAuthenticationSchemes(ConsoleSession.Scheme)
            .AddRequirements(new RoleRequirement(Enum.GetValues<Role>())));
        routes.MapSignIn();
        routes.MapDecidePages();
        signedIn.AddEndpointFilter<UnreadFilter>();
        signedIn.MapMePages();
        signedIn.MapBudgetPages();
        signedIn.MapInboxPages();
        signedIn.MapSignalPages();
        signedIn.MapWorthPages();
        signedIn.MapStatementPages();
        signedIn.MapCompanyPages();
        signedIn.MapForecastPage();
        signedIn.MapRequestPages();
        signedIn.MapPricesPage();
        signedIn.MapLogPages();
        signedIn.MapConnectPage();
        return routes;
    }

    private static ConsoleOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ConsoleOptions>>().Value;
}
