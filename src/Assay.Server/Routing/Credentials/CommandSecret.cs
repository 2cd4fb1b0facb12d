using System.ComponentModel;
using System.Diagnostics;

namespace Assay.Server.Routing.Credentials;

/// <summary>
/// A credential that a command prints: <c>gcloud auth print-access-token</c>, <c>az account get-access-token</c>, an AWS
/// <c>credential_process</c>, or the company's own. What it prints is never logged, nor what it says on its error stream.
/// </summary>
internal sealed class CommandSecret(string command, TimeSpan lifetime, TimeSpan patience, TimeProvider clock) : RenewedSecret(clock)
{
    private const int OutputCharactersMax = 64 * 1024;

    protected override async Task<FetchedSecret> FetchAsync()
    {
        var text = (await RunAsync()).Trim();
        if (text.Length == 0)
        {
            throw new CredentialException("its command printed nothing.");
        }

        var printed = PrintedSecret.Read(text);
        var now = NowMs;

        // Without a stated end it is good for a while longer than it is fresh, should the command fail.
        return printed.EndsAtMs is { } end
            ? FetchedSecret.Until(printed.Value, now, end)
            : new FetchedSecret(printed.Value, now + (long)lifetime.TotalMilliseconds, now + (2 * (long)lifetime.TotalMilliseconds));
    }

    private async Task<string> RunAsync()
    {
        var start = new ProcessStartInfo
        {
            FileName = OperatingSystem.IsWindows() ? "cmd.exe" : "/bin/sh",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add(OperatingSystem.IsWindows() ? "/c" : "-c");
        start.ArgumentList.Add(command);
        using var process = new Process { StartInfo = start };
        using var limit = new CancellationTokenSource(patience, Clock);
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            throw new CredentialException("its command cannot be started.", fault);
        }

        try
        {
            process.StandardInput.Close();
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var buffer = new char[OutputCharactersMax];
            var length = await process.StandardOutput.ReadBlockAsync(buffer, limit.Token);
            if (length == buffer.Length)
            {
                throw new CredentialException($"its command printed more than {OutputCharactersMax:N0} characters.");
            }

            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? new string(buffer, 0, length)
                : throw new CredentialException($"its command ended with exit code {process.ExitCode}.");
        }
        catch (OperationCanceledException fault)
        {
            throw new CredentialException($"its command took longer than {patience.TotalSeconds:0} s.", fault);
        }
        finally
        {
            Kill(process);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It ended at the same moment.
        }
    }
}
