using System.Security.Cryptography;
using System.Text;
using Assay.Server.Proxy;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Proxy;

public sealed class CallerKeyTests
{
    private readonly Connection _connection = new();

    [Fact]
    public void A_connection_that_brings_another_key_gets_that_keys_hash()
    {
        var first = "Bearer ask_first";
        HashOf("HTTP/1.1", first).ShouldBe(Sha256("ask_first"));
        HashOf("HTTP/1.1", first).ShouldBe(Sha256("ask_first"));
        HashOf("HTTP/1.1", "Bearer ask_second").ShouldBe(Sha256("ask_second"));
        HashOf("HTTP/1.1", first).ShouldBe(Sha256("ask_first"));
        HashOf("HTTP/1.1", new string("Bearer ask_first")).ShouldBe(Sha256("ask_first"));
    }

    [Fact]
    public void What_is_kept_with_a_connection_cannot_be_printed()
    {
        HashOf("HTTP/1.1", "Bearer ask_secret");
        _connection.Items.Values.ShouldHaveSingleItem()!.ToString()!.ShouldNotContain("ask_secret");
    }

    [Fact]
    public void Nothing_is_kept_where_calls_share_a_connection()
    {
        HashOf("HTTP/2", "Bearer ask_first").ShouldBe(Sha256("ask_first"));
        _connection.Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Basic YTpi")]
    public void What_is_no_key_is_none_however_often_it_comes(string header)
    {
        HashOf("HTTP/1.1", header).ShouldBeNull();
        HashOf("HTTP/1.1", header).ShouldBeNull();
    }

    private byte[]? HashOf(string protocol, string header)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IConnectionItemsFeature>(_connection);
        http.Request.Protocol = protocol;
        http.Request.Headers.Authorization = header;
        var hash = new byte[32];
        return CallerKey.TryHash(http.Request, hash) ? hash : null;
    }

    private static byte[] Sha256(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private sealed class Connection : IConnectionItemsFeature
    {
        public IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();
    }
}
