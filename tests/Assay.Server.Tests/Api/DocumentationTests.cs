using System.Diagnostics;

namespace Assay.Server.Tests.Api;

public sealed class DocumentationTests
{
    [Fact]
    public async Task The_examples_in_the_documentation_run_as_they_stand()
    {
        const string Secret = "an-admin-key-for-the-documentation";
        await using var host = new ApiHost { AdministratorSecret = Secret };
        await host.InitializeAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "api.md"), ApiHost.Ct);
        var script = page.Split("```sh\n")[1].Split("```")[0];
        var start = new ProcessStartInfo("bash", ["-eu"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASSAY"] = host.Address.ToString().TrimEnd('/');
        start.Environment["ASSAY_ADMIN_KEY"] = Secret;

        using var bash = Process.Start(start).ShouldNotBeNull();
        var output = bash.StandardOutput.ReadToEndAsync(ApiHost.Ct);
        var errors = bash.StandardError.ReadToEndAsync(ApiHost.Ct);
        await bash.StandardInput.WriteAsync(script.AsMemory(), ApiHost.Ct);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(ApiHost.Ct);

        bash.ExitCode.ShouldBe(0, await errors);
        var told = await output;
        told.ShouldContain("\"secret\":\"ask_");
        told.ShouldContain("\"scope\":\"person:ada@example.com\"");
        told.ShouldContain("\"rows\":[]");
        told.ShouldContain("day,useCase,requests");
        told.ShouldContain("\"requests\":[]");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Assay.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
