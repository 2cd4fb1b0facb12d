namespace Assay.Server.Tests.Api;

public sealed class OpenApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task The_openapi_document_is_as_approved()
    {
        using var client = new HttpClient { BaseAddress = host.Address };

        Approved.Match(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), ApiHost.Ct), "openapi.v1");
    }
}
