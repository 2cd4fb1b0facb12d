using System.Security.Cryptography;

namespace Assay.Server.Budgets;

/// <summary>The key that signs links, made once and kept for this account alone.</summary>
internal static class LinkKey
{
    public const string FileName = "link-key";

    private const int KeyBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="InvalidDataException">The file is not a key; deleting it makes a new one and ends all links.</exception>
    public static byte[] Ensure(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            Write(path);
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyBytes
            ? key
            : throw new InvalidDataException(
                $"{path} is not a key of {KeyBytes} bytes. Delete it: a new one is made, and links sent so far stop to work.");
    }

    private static void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        // Written beside its place and then moved, so that a crash leaves no half key.
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: false);
    }
}
