using System.Text.Json.Serialization;
using Assay.Ledger.Journal;

namespace Assay.Server.Hosting;

/// <summary>
/// Everything that <c>assay.json</c> can say, with the defaults that hold where it is silent. Read by
/// <see cref="ConfigLoader"/>, checked by <see cref="ConfigRules"/>; described for operators in docs/configuration.md.
/// </summary>
public sealed class AssayConfig
{
    /// <summary>The addresses to listen on, separated by semicolons.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The address that people's tools reach this gateway at; empty for the one a page was asked for under.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>The directory of journal, embedded store and node identity.</summary>
    public string Data { get; set; } = "./assay-data";

    /// <summary><c>sqlite</c>, or <c>postgres:</c> followed by an Npgsql connection string.</summary>
    public string Store { get; set; } = "sqlite";

    /// <summary>The IANA time zone in which the organisation's days begin.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>When an appended journal entry counts as kept.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Durability>))]
    public Durability Durability { get; set; } = Durability.Process;

    /// <summary>Who is asked and who bills, by name.</summary>
    public IDictionary<string, ProviderConfig> Providers { get; set; } = new Dictionary<string, ProviderConfig>(StringComparer.Ordinal);

    /// <summary>The names that clients may ask for, with <c>*</c> as wildcard, and where each leads.</summary>
    public IDictionary<string, RouteConfig> Models { get; set; } = new Dictionary<string, RouteConfig>(StringComparer.Ordinal);

    /// <summary>What models can do, by <c>provider/model</c>, with <c>*</c> as wildcard.</summary>
    public IDictionary<string, CapabilityConfig> Capabilities { get; set; } =
        new Dictionary<string, CapabilityConfig>(StringComparer.Ordinal);

    public PricesConfig Prices { get; set; } = new();

    public LimitsConfig Limits { get; set; } = new();

    public BudgetsConfig Budgets { get; set; } = new();

    public BatchesConfig Batches { get; set; } = new();

    public ResilienceConfig Resilience { get; set; } = new();

    public QueueConfig Queue { get; set; } = new();

    public CacheConfig Cache { get; set; } = new();

    public TimeoutsConfig Timeouts { get; set; } = new();

    public TelemetryConfig Telemetry { get; set; } = new();

    public RetentionConfig Retention { get; set; } = new();

    public NotificationsConfig Notifications { get; set; } = new();

    public JudgmentsConfig Judgments { get; set; } = new();

    public OutcomesConfig Outcomes { get; set; } = new();

    public SignalsConfig Signals { get; set; } = new();

    /// <summary>What happens to the provider's stream when the client leaves: <c>stop</c> or <c>drain</c>.</summary>
    public string OnClientGone { get; set; } = "stop";
}

/// <summary>A provider: an address that speaks one wire format and bills for it.</summary>
public sealed class ProviderConfig
{
    /// <summary><c>openai</c>, <c>anthropic</c> or <c>gemini</c>.</summary>
    public string Format { get; set; } = "";

    /// <summary>The address before <c>/v1</c>, as in <c>https://api.openai.com</c>.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>How a cloud serves this format: empty, <c>azure</c>, <c>bedrock</c> or <c>vertex</c>.</summary>
    public string Dialect { get; set; } = "";

    /// <summary>
    /// <c>env:NAME</c>, <c>file:PATH</c>, <c>cmd:COMMAND</c>, or the key itself; empty where the provider asks for none.
    /// </summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Further keys, used in turn with <see cref="ApiKey"/>.</summary>
    public IList<string> ApiKeys { get; set; } = [];

    /// <summary>How the key is sent: <c>bearer</c>, <c>api-key</c>, <c>x-api-key</c> or <c>x-goog-api-key</c>; empty for as usual.</summary>
    public string Auth { get; set; } = "";

    /// <summary>How long what a command printed is used, where it does not say itself.</summary>
    public int CredentialSeconds { get; set; } = 300;

    /// <summary>How long a command may take.</summary>
    public int CredentialTimeoutSeconds { get; set; } = 30;

    /// <summary>Azure's <c>api-version</c>; empty for its current paths.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>The AWS region, where the address does not say it.</summary>
    public string Region { get; set; } = "";

    /// <summary>In a dialect: names of models, and what they are called there (deployments, inference profiles).</summary>
    public IDictionary<string, string> Deployments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the company runs this provider itself.</summary>
    public bool InHouse { get; set; }

    /// <summary>
    /// Whether a provider with the format <c>openai</c> has Responses besides Chat Completions; where it has not, calls are
    /// translated. Where silent: yes, unless it is in-house.
    /// </summary>
    public bool? Responses { get; set; }

    /// <summary>The price book's name for this provider, where it is not clear from name or format.</summary>
    public string Prices { get; set; } = "";

    /// <summary>How many calls it gets at once from this node; 0 for any number.</summary>
    public int CallsMax { get; set; }

    /// <summary>Headers added to every request, such as <c>OpenAI-Organization</c>.</summary>
    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Where a model name leads.</summary>
public sealed class RouteConfig
{
    /// <summary><c>provider</c> or <c>provider/model</c>, in the order of preference.</summary>
    public IList<string> Targets { get; set; } = [];

    /// <summary><c>ordered</c>, <c>prefer-in-house</c>, <c>cheapest</c> or <c>weighted</c>.</summary>
    public string Policy { get; set; } = "ordered";

    /// <summary>Shares by target as it is written in <see cref="Targets"/>; 1 where silent, 0 for fallback only.</summary>
    public IDictionary<string, int> Weights { get; set; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>When targets outside the house go first although the policy prefers those inside.</summary>
    public IList<RouteExceptionConfig> Exceptions { get; set; } = [];

    /// <summary>A model on trial that answers a share of the sessions.</summary>
    public TrialConfig? Canary { get; set; }

    /// <summary>A model on trial that is asked a share of the calls again, unseen.</summary>
    public TrialConfig? Shadow { get; set; }
}

/// <summary>A model on trial.</summary>
public sealed class TrialConfig
{
    /// <summary><c>provider/model</c>; none of the route's own targets.</summary>
    public string Target { get; set; } = "";

    /// <summary>Its share of the traffic.</summary>
    public double Percent { get; set; }

    /// <summary>For a shadow: the id of the key that its calls are charged to.</summary>
    public string Key { get; set; } = "";
}

/// <summary>What a model can do. What is left out it is trusted to.</summary>
public sealed class CapabilityConfig
{
    public bool? Vision { get; set; }

    public bool? Tools { get; set; }

    /// <summary>How many tokens it takes; 0 for not stated.</summary>
    public long ContextTokens { get; set; }
}

/// <summary>An exception from preferring the house; all that it states must hold.</summary>
public sealed class RouteExceptionConfig
{
    /// <summary>For this team and those below it.</summary>
    public string Team { get; set; } = "";

    public string UseCase { get; set; } = "";

    /// <summary>For requests of about so many tokens or more.</summary>
    public long ContextTokensMin { get; set; }

    /// <summary>For requests that need all of these: <c>vision</c>, <c>tools</c>.</summary>
    public IList<string> Needs { get; set; } = [];
}

/// <summary>Answers to identical deterministic requests, kept in memory.</summary>
public sealed class CacheConfig
{
    /// <summary>The use cases whose answers may be kept; none by default.</summary>
    public IList<string> UseCases { get; set; } = [];

    public long BytesMax { get; set; } = 64L * 1024 * 1024;

    /// <summary>How long an answer is kept.</summary>
    public int Seconds { get; set; } = 3600;
}

/// <summary>Waiting when every target is busy.</summary>
public sealed class QueueConfig
{
    /// <summary>How long a call waits; 0 for not at all.</summary>
    public int WaitSeconds { get; set; }

    /// <summary>How many calls wait for one provider at most.</summary>
    public int LengthMax { get; set; } = 256;
}

/// <summary>What happens when a provider fails.</summary>
public sealed class ResilienceConfig
{
    /// <summary>How many targets of a route a call tries at most.</summary>
    public int AttemptsMax { get; set; } = 3;

    /// <summary>
    /// Whether a call goes on to the next target when the first may already have billed it: the connection broke or stayed
    /// silent before a byte of the answer. What the first may bill is charged too.
    /// </summary>
    public bool FallbackAfterSend { get; set; } = true;

    /// <summary>So many failures one after the other keep calls away from a target.</summary>
    public int BreakerFailures { get; set; } = 5;

    /// <summary>For how long, the first time.</summary>
    public int BreakerSeconds { get; set; } = 30;

    /// <summary>How long a busy target (429, 529) is left alone that does not say for how long; 0 for never.</summary>
    public int CooldownSeconds { get; set; } = 5;

    /// <summary>The longest pause that a provider may ask for.</summary>
    public int CooldownSecondsMax { get; set; } = 600;
}

/// <summary>Prices beside the built-in book.</summary>
public sealed class PricesConfig
{
    /// <summary>A price book made by <c>assay prices import</c>; empty for the built-in one.</summary>
    public string File { get; set; } = "";

    /// <summary>What happens when a price is unknown: <c>charge</c> the fallback price, or <c>refuse</c> the call.</summary>
    public string Unknown { get; set; } = "charge";

    /// <summary>USD per million input tokens where the price is unknown.</summary>
    public string FallbackInput { get; set; } = "15";

    /// <summary>USD per million output tokens where the price is unknown.</summary>
    public string FallbackOutput { get; set; } = "75";

    /// <summary>Prices that win over the book.</summary>
    public IList<PriceOverrideConfig> Overrides { get; set; } = [];
}

/// <summary>One price that wins over the book. Amounts are decimal strings in USD per million tokens (or units).</summary>
public sealed class PriceOverrideConfig
{
    /// <summary>The provider's name in the price book, or its configured name.</summary>
    public string Provider { get; set; } = "";

    /// <summary>A model name, with <c>*</c> as wildcard.</summary>
    public string Model { get; set; } = "";

    /// <summary>The first day (UTC) of this price, as in <c>2026-09-01</c>; empty for always.</summary>
    public string From { get; set; } = "";

    /// <summary>Prices by usage class, as in <c>{"input": "3", "output": "15", "cache_read": "0.3"}</c>.</summary>
    public IDictionary<string, string> Prices { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A factor for the book's token prices, as in <c>0.8</c>; empty for none.</summary>
    public string Multiplier { get; set; } = "";

    /// <summary>Factors for service tiers, as in <c>{"batch": "1/2"}</c>.</summary>
    public IDictionary<string, string> ServiceTiers { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a single client may ask of a node.</summary>
public sealed class LimitsConfig
{
    public int BodyBytesMax { get; set; } = 32 * 1024 * 1024;

    public int HeaderBytesMax { get; set; } = 64 * 1024;

    /// <summary>The longest request line: method, path and query.</summary>
    public int LineBytesMax { get; set; } = 16 * 1024;

    /// <summary>Calls under way at once by one key.</summary>
    public int StreamsPerKeyMax { get; set; } = 256;

    /// <summary>Calls under way at once on this node.</summary>
    public int StreamsMax { get; set; } = 20_000;
}

/// <summary>How budgets act.</summary>
public sealed class BudgetsConfig
{
    /// <summary>
    /// What becomes of a stream that outgrows its reservation when a hard budget has nothing left: <c>end</c> it with
    /// an error in the client's format, or let it <c>finish</c> as overage.
    /// </summary>
    public string OnStreamExhausted { get; set; } = "end";

    /// <summary>How far apart calls are that a used-up budget with <c>atLimit: throttle</c> lets pass.</summary>
    public int ThrottleSeconds { get; set; } = 10;
}

/// <summary>Batch jobs: handed in today, done tomorrow.</summary>
public sealed class BatchesConfig
{
    /// <summary>How often a provider is asked whether its jobs are done; looking at one asks at once.</summary>
    public int PollSeconds { get; set; } = 60;

    /// <summary>After how long a job without results is charged its estimate.</summary>
    public int GiveUpHours { get; set; } = 72;

    /// <summary>How large the input file of a job may be.</summary>
    public long InputBytesMax { get; set; } = 256L * 1024 * 1024;
}

/// <summary>How long a provider may take.</summary>
public sealed class TimeoutsConfig
{
    public int ConnectSeconds { get; set; } = 10;

    /// <summary>Until the first byte of the answer; reasoning models think for minutes.</summary>
    public int FirstByteSeconds { get; set; } = 600;

    /// <summary>Between two reads of the answer.</summary>
    public int IdleSeconds { get; set; } = 300;

    public int TotalSeconds { get; set; } = 3600;

    /// <summary>How long a stopping node lets calls finish.</summary>
    public int DrainSeconds { get; set; } = 30;
}

/// <summary>OTLP export; nothing is sent while the endpoint is empty.</summary>
public sealed class TelemetryConfig
{
    /// <summary>The OTLP/HTTP endpoint, as in <c>http://collector:4318</c>.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>Headers as <c>name=value,name=value</c>; <c>env:NAME</c> reads the whole string from the environment.</summary>
    public string OtlpHeaders { get; set; } = "";
}

/// <summary>How long rows are kept.</summary>
public sealed class RetentionConfig
{
    /// <summary>Days that single calls are kept; rollups are kept for good.</summary>
    public int UsageDays { get; set; } = 400;
}
