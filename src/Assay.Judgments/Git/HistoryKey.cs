using System.Security.Cryptography;

namespace Assay.Judgments.Git;

/// <summary>The secret under which histories are kept: a file that only its owner can read, made when it is first needed.</summary>
public static class HistoryKey
{
    private const int KeyBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static int s_makers;

    /// <summary>Null if there is none and none can be made: then nothing is kept.</summary>
    public static byte[]? Take(string file)
    {
        try
        {
            return Read(file) ?? Make(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[]? Read(string file) => File.Exists(file) && File.ReadAllBytes(file) is { Length: KeyBytes } key ? key : null;

    private static byte[]? Make(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
        }

        // Of two processes that make one at once, the first to name its own wins, and both read that.
        var own = $"{file}.{Environment.ProcessId}.{Interlocked.Increment(ref s_makers)}";
        using (var stream = new FileStream(own, options))
        {
            stream.Write(RandomNumberGenerator.GetBytes(KeyBytes));
        }

        try
        {
            File.Move(own, file, overwrite: File.Exists(file) && Read(file) is null);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(own);
        }

        return Read(file);
    }
}
