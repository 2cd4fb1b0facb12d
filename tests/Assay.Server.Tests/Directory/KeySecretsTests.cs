using System.Security.Cryptography;
using System.Text;
using Assay.Server.Directory;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Server.Tests.Directory;

public sealed class KeySecretsTests
{
    [Fact]
    public void A_secret_is_ask_and_43_letters_and_digits_and_its_hash_is_the_plain_sha256()
    {
        var (secret, hash) = KeySecrets.Create();

        secret.Length.ShouldBe(47);
        secret.ShouldStartWith("ask_");
        secret[4..].ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
        hash.ShouldBe(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        KeySecrets.Hint(secret).ShouldBe(secret[^4..]);
    }

    [Fact]
    public void Secrets_differ() =>
        Enumerable.Range(0, 1000).Select(_ => KeySecrets.Create().Secret).Distinct(StringComparer.Ordinal).Count()
            .ShouldBe(1000);

    [Fact]
    public void All_32_random_bytes_are_in_the_secret()
    {
        var low = new byte[32];
        var high = new byte[32];
        Array.Fill(high, (byte)0xff);

        KeySecrets.Encode(low).ShouldBe("ask_" + new string('0', 43));
        KeySecrets.Encode(high).Length.ShouldBe(47);
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            seed =>
            {
                var a = new byte[32];
                new System.Random(seed).NextBytes(a);
                var b = a.ToArray();
                b[Math.Abs(seed % 32)] ^= 1;
                return KeySecrets.Encode(a) != KeySecrets.Encode(b);
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Nothing_is_not_a_secret(string? text)
    {
        Span<byte> hash = stackalloc byte[32];
        KeySecrets.TryHash(text, hash).ShouldBeFalse();
    }

    [Fact]
    public void A_text_longer_than_any_key_is_not_hashed()
    {
        Span<byte> hash = stackalloc byte[32];
        KeySecrets.TryHash(new string('€', KeySecrets.LengthMax), hash).ShouldBeTrue();
        KeySecrets.TryHash(new string('a', KeySecrets.LengthMax + 1), hash).ShouldBeFalse();
    }

    [Fact]
    public void A_hash_does_not_print_itself() =>
        new KeyHash(KeySecrets.Create().Hash).ToString().ShouldBe("(hash)");

    [Theory]
    [InlineData("gpt-*", "gpt-5", true)]
    [InlineData("gpt-*", "gpt-", true)]
    [InlineData("gpt-*", "agpt-5", false)]
    [InlineData("gpt-5", "gpt-5", true)]
    [InlineData("gpt-5", "gpt-5-mini", false)]
    [InlineData("*", "", true)]
    [InlineData("*-mini", "gpt-5-mini", true)]
    [InlineData("*-mini", "gpt-5-mini-x", false)]
    [InlineData("a*b*c", "axxbxbxc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("GPT-*", "gpt-5", false)]
    [InlineData("", "x", false)]
    public void A_pattern_matches_whole_names(string pattern, string name, bool matches) =>
        NamePattern.IsMatch(pattern, name).ShouldBe(matches);

    [Fact]
    public void A_pattern_of_many_stars_is_still_fast()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 60)) + "b";
        NamePattern.IsMatch(pattern, new string('a', 5000)).ShouldBeFalse();
    }
}
