using System.Diagnostics;
using System.Text;

namespace Assay.Judgments.Git;

/// <summary>The git program could not be run, or refused.</summary>
public sealed class GitException(string message) : Exception(message);

/// <summary>Runs git in one directory. The only place of this library that starts a program.</summary>
#pragma warning disable RS0030 // Process is banned everywhere but here.
public sealed class GitProgram(string directory)
{
    private const int OutputBytesMax = 1 << 30;

    public string WorkingDirectory { get; } = directory;

    /// <summary>What it wrote; throws if it ended with an error.</summary>
    public async Task<byte[]> RunAsync(IReadOnlyList<string> arguments, byte[]? input, CancellationToken cancellation)
    {
        var (code, output, error) = await TryRunAsync(arguments, input, cancellation);
        return code == 0
            ? output
            : throw new GitException($"git {arguments[0]} failed: {(error.Length > 0 ? error : $"exit code {code}")}");
    }

    public async Task<string> TextAsync(CancellationToken cancellation, params string[] arguments) =>
        Encoding.UTF8.GetString(await RunAsync(arguments, null, cancellation)).TrimEnd('\n');

    public async Task<(int Code, byte[] Output, string Error)> TryRunAsync(
        IReadOnlyList<string> arguments, byte[]? input, CancellationToken cancellation)
    {
        using var process = Start(arguments, input is not null);
        await using var ending = cancellation.Register(() => End(process));
        using var output = new MemoryStream();
        var writing = input is null ? Task.CompletedTask : WriteAsync(process, input, cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await CopyAsync(process.StandardOutput.BaseStream, output, cancellation);
        await writing;
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output.ToArray(), (await error).Trim());
    }

    /// <summary>Hands over what it writes while it writes it, for output that may be larger than what is kept of it.</summary>
    public async Task ReadAsync(IReadOnlyList<string> arguments, GitFieldReader reader, CancellationToken cancellation)
    {
        using var process = Start(arguments, hasInput: false);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await reader.ReadAsync(process.StandardOutput.BaseStream, cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new GitException($"git {arguments[0]} failed: {(await error).Trim()}");
        }
    }

    private Process Start(IReadOnlyList<string> arguments, bool hasInput)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardInput = hasInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Reading must not take locks that a commit beside it needs, and messages are read by people and tests.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C.UTF-8";

        // What was committed counts, not what this clone shows in its place: a replacement could hide a broken seal.
        start.Environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        start.Environment["GIT_GRAFT_FILE"] = "/dev/null";
        try
        {
            return Process.Start(start) ?? throw new GitException("git could not be started.");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new GitException($"git could not be started: {missing.Message}");
        }
    }

    /// <summary>Nobody waits for it any more.</summary>
    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task WriteAsync(Process process, byte[] input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // git ended before it read everything; its exit code says why.
        }
    }

    private static async Task CopyAsync(Stream from, MemoryStream to, CancellationToken cancellation)
    {
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellation)) > 0)
        {
            if (to.Length + read > OutputBytesMax)
            {
                throw new GitException("git wrote more than 1 GiB.");
            }

            to.Write(buffer, 0, read);
        }
    }
}
#pragma warning restore RS0030
