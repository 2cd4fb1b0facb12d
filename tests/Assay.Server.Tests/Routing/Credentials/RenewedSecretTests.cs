using Assay.Server.Routing.Credentials;
using Assay.Testing;

namespace Assay.Server.Tests.Routing.Credentials;

public sealed class RenewedSecretTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(s_start);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_fetch_serves_all_who_wait_and_is_kept()
    {
        var secret = new Fetched(_time);
        var gate = new TaskCompletionSource();
        secret.Gate = gate.Task;

        var readers = Enumerable.Range(0, 20).Select(_ => secret.ReadAsync(Cancel).AsTask()).ToArray();
        gate.SetResult();

        (await Task.WhenAll(readers)).Distinct(StringComparer.Ordinal).ShouldBe(["token-1"]);
        (await secret.ReadAsync(Cancel)).ShouldBe("token-1");
    }

    [Fact]
    public async Task It_is_renewed_before_it_ends_and_nobody_waits_for_that()
    {
        var secret = new Fetched(_time);
        await secret.ReadAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(3300));
        var gate = new TaskCompletionSource();
        secret.Gate = gate.Task;

        var meanwhile = secret.ReadAsync(Cancel);
        meanwhile.IsCompletedSuccessfully.ShouldBeTrue();
        (await meanwhile).ShouldBe("token-1");
        gate.SetResult();
        await secret.LastFetch;
        await UntilAsync(async () => await secret.ReadAsync(Cancel) == "token-2");
    }

    [Fact]
    public async Task A_failure_is_told_and_not_repeated_for_every_call()
    {
        var secret = new Fetched(_time) { Fails = true };

        (await Should.ThrowAsync<CredentialException>(() => secret.ReadAsync(Cancel).AsTask())).Message.ShouldBe("it failed.");
        await UntilAsync(async () =>
        {
            await Should.ThrowAsync<CredentialException>(() => secret.ReadAsync(Cancel).AsTask());
            return true;
        });
        secret.Fetches.ShouldBe(1);

        secret.Fails = false;
        _time.Advance(TimeSpan.FromMilliseconds(RenewedSecret.PauseMs));
        (await secret.ReadAsync(Cancel)).ShouldBe("token-2");
    }

    [Fact]
    public async Task One_that_is_refused_is_fetched_again_but_not_at_once()
    {
        var secret = new Fetched(_time);
        await secret.ReadAsync(Cancel);

        secret.Renew().ShouldBeFalse("it is as new as it can be");
        _time.Advance(TimeSpan.FromMilliseconds(RenewedSecret.RenewalMs));
        secret.Renew().ShouldBeTrue();
        (await secret.ReadAsync(Cancel)).ShouldBe("token-2");
    }

    [Theory]
    [InlineData("sk-plain", "sk-plain", null)]
    [InlineData("""{"access_token":"t","expires_on":1800000000}""", "t", 1_800_000_000_000L)]
    [InlineData("""{"accessToken":"t","expiresOn":"2026-11-22 10:00:00.000000","expires_on":1800000000}""", "t", 1_800_000_000_000L)]
    [InlineData("""{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"s","SessionToken":"x","Expiration":"2027-01-15T08:00:00Z"}""", "AKID:s:x", 1_800_000_000_000L)]
    public void What_the_clouds_tools_print_is_understood(string text, string value, long? end) =>
        PrintedSecret.Read(text).ShouldBe(new PrintedSecret(value, end));

    [Theory]
    [InlineData("{}")]
    [InlineData("{broken-sk-secret")]
    public void Other_JSON_is_told_without_quoting_it(string text) =>
        Should.Throw<CredentialException>(() => PrintedSecret.Read(text)).ToString().ShouldNotContain("sk-secret");

    [Fact]
    public async Task A_command_that_takes_too_long_is_ended()
    {
        var secret = new CommandSecret("sleep 60", TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(50), TimeProvider.System);

        (await Should.ThrowAsync<CredentialException>(() => secret.ReadAsync(Cancel).AsTask())).Message.ShouldContain("took longer");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        // As long as it may take until a busy machine runs the other thread.
        for (var i = 0; i < 10_000_000 && !await condition(); i++)
        {
            await Task.Yield();
        }

        (await condition()).ShouldBeTrue();
    }

    private sealed class Fetched(TimeProvider clock) : RenewedSecret(clock)
    {
        public Task Gate { get; set; } = Task.CompletedTask;

        public Task LastFetch { get; private set; } = Task.CompletedTask;

        public bool Fails { get; set; }

        public int Fetches { get; private set; }

        protected override Task<FetchedSecret> FetchAsync()
        {
            var fetch = FetchOnceAsync();
            LastFetch = fetch;
            return fetch;
        }

        private async Task<FetchedSecret> FetchOnceAsync()
        {
            var number = ++Fetches;
            await Gate;
            return Fails
                ? throw new CredentialException("it failed.")
                : FetchedSecret.Until($"token-{number}", NowMs, NowMs + 3_600_000);
        }
    }
}
