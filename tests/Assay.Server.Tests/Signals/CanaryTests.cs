using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Server.Signals;

namespace Assay.Server.Tests.Signals;

/// <summary>What people write is compared, and can neither be found in nor made again from what is kept.</summary>
public sealed class CanaryTests
{
    private const string Canary = "the zanzibar merger with quokkatech closes on the ninth of wintermonth for elevendy billion doubloons";

    [Fact]
    public async Task A_prompt_that_raised_a_signal_is_in_no_file_as_words_hashes_or_sketch()
    {
        await using var gateway = await SignalGateway.StartAsync(config => config.SessionRepeats = 5);
        for (var i = 0; i < 8; i++)
        {
            (await gateway.ChatAsync("s1", text: Canary, role: "tool")).EnsureSuccessStatusCode();
        }

        (await gateway.SignalAsync(Signal.SessionLoop)).Subject.ShouldContain("nearly the same");
        var sketch = gateway.SketchOf(Canary);
        sketch.IsTelling.ShouldBeTrue();

        var files = await gateway.StopAndReadAsync();

        files.Select(file => file.Name).ShouldContain("assay.db");
        files.ShouldContain(file => file.Name.StartsWith("signals.memory", StringComparison.Ordinal) && Holds(file.Bytes, Encoding.UTF8.GetBytes("k_")));
        foreach (var (name, bytes) in files)
        {
            foreach (var (form, trace) in Traces(sketch.Bits))
            {
                Holds(bytes, trace).ShouldBeFalse($"{form} in {name}");
            }
        }
    }

    /// <summary>Everything that would give the prompt away: its words, hashes that anybody can try, and the sketch itself.</summary>
    private static IEnumerable<(string Form, byte[] Trace)> Traces(ulong sketch)
    {
        foreach (var word in Canary.Split(' ').Where(word => word.Length > 7).Append(Canary))
        {
            var utf8 = Encoding.UTF8.GetBytes(word);
            yield return (word, utf8);
            yield return ($"{word} in UTF-16", Encoding.Unicode.GetBytes(word));
            yield return ($"{word} in hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
            yield return ($"{word} in base 64", Encoding.ASCII.GetBytes(Convert.ToBase64String(utf8)[..^4]));
            foreach (var hash in (byte[][])[SHA256.HashData(utf8), SHA512.HashData(utf8), SHA256.HashData(Encoding.Unicode.GetBytes(word))])
            {
                yield return ($"a hash of {word}", hash[..8]);
                yield return ($"a hash of {word} in hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash)[..16]));
            }
        }

        var (little, big) = (new byte[8], new byte[8]);
        BinaryPrimitives.WriteUInt64LittleEndian(little, sketch);
        BinaryPrimitives.WriteUInt64BigEndian(big, sketch);
        yield return ("the sketch", little);
        yield return ("the sketch, turned round", big);
        yield return ("the sketch in hexadecimal", Encoding.ASCII.GetBytes(sketch.ToString("x16", CultureInfo.InvariantCulture)));
        yield return ("the sketch in decimal", Encoding.ASCII.GetBytes(sketch.ToString(CultureInfo.InvariantCulture)));
        yield return ("the sketch as a signed number", Encoding.ASCII.GetBytes(((long)sketch).ToString(CultureInfo.InvariantCulture)));
    }

    private static bool Holds(byte[] bytes, byte[] trace) => bytes.AsSpan().IndexOf(trace) >= 0;
}
