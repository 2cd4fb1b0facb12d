using Assay.Server.Proxy;

namespace Assay.Server.Tests.Proxy;

public sealed class CallIdTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 2, 9, 30, 0, 123, TimeSpan.Zero);

    [Fact]
    public void Ids_tell_their_millisecond_and_are_of_version_seven()
    {
        var id = CallId.New(s_now);
        var bytes = id.ToByteArray(bigEndian: true);
        id.Version.ShouldBe(7);
        (id.Variant & 0xC).ShouldBe(0x8);
        ((long)bytes[0] << 40 | (long)bytes[1] << 32 | (long)bytes[2] << 24 | (long)bytes[3] << 16 | (long)bytes[4] << 8 | bytes[5])
            .ShouldBe(s_now.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Ids_of_one_millisecond_differ_on_all_threads()
    {
        var ids = new Guid[4][];
        Parallel.For(0, ids.Length, thread => ids[thread] = [.. Enumerable.Range(0, 5_000).Select(_ => CallId.New(s_now))]);
        ids.SelectMany(each => each).Distinct().Count().ShouldBe(20_000);
    }

    [Fact]
    public void A_later_id_sorts_behind_an_earlier() =>
        string.CompareOrdinal(CallId.New(s_now).ToString(), CallId.New(s_now.AddMilliseconds(1)).ToString()).ShouldBeLessThan(0);
}
