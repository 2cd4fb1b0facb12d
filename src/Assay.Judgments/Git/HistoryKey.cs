using System.Security.Cryptography;

namespace Assay.Judgments.Git;

/// <summary>The secret under which histories are kept: a file that only its owner can read, made when it is first needed.</summary>
public static class HistoryKey
{
    private const int KeyBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Each is a millisecond once the processor has been offered to others.
    private const int AttemptsMax = 500;

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
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
        }

        // Of several that make one at once, one holds the lock and the others read what it made. Moving a file without
        // overwriting would not do: on Unix that looks first and moves then.
        var wait = default(SpinWait);
        for (var left = AttemptsMax; ; left--)
        {
            try
            {
                using var held = new FileStream(file + ".lock", options);
                return Read(file) ?? Write(file, options);
            }
            catch (IOException) when (left > 0)
            {
                wait.SpinOnce();
            }
        }
    }

    // Named when it is whole: who reads it meanwhile sees none, or all of it.
    private static byte[]? Write(string file, FileStreamOptions options)
    {
        var own = file + ".new";
        using (var stream = new FileStream(own, options))
        {
            stream.Write(RandomNumberGenerator.GetBytes(KeyBytes));
        }

        File.Move(own, file, overwrite: true);
        return Read(file);
    }
}
