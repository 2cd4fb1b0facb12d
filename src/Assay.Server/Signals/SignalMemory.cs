using System.IO.Compression;
using System.Security.Cryptography;

namespace Assay.Server.Signals;

/// <summary>
/// Keeps what the detectors have learned in a file of this node's data directory: a mark, a version, compressed numbers and
/// names, and the SHA-256 of all that. It is written beside the old one and put in its place; one that cannot be read is told
/// of and thrown away, and learning begins anew.
/// </summary>
internal sealed partial class SignalMemory(string dataDirectory, ILogger<SignalMemory> log)
{
    /// <summary>To be raised whenever what is written changes.</summary>
    public const int Version = 2;

    private static readonly byte[] s_mark = "ASSAYSIG"u8.ToArray();

    private readonly ILogger _logger = log;

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, "signals.memory");

    /// <summary>Reads what was kept, if anything was.</summary>
    public void Restore(SignalEyes eyes)
    {
        if (!File.Exists(Path))
        {
            return;
        }

        try
        {
            using var file = File.OpenRead(Path);
            Check(file);
            using var unpacked = new BrotliStream(file, CompressionMode.Decompress);
            using var buffered = new BufferedStream(unpacked, 1 << 16);
            using var reader = new MemoryStreamReader(buffered);
            eyes.Load(reader);
            return;
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or EndOfStreamException or InvalidOperationException or ArgumentException)
        {
            LogDiscarded(Path, fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(Path, fault.Message);
            return;
        }

        Discard();
    }

    /// <summary>Writes what has been learned. A disk that is full costs what was learned, and nothing else.</summary>
    public void Keep(SignalEyes eyes)
    {
        var draft = Path + ".new";
        try
        {
            Write(draft, eyes);
            File.Move(draft, Path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotKept(Path, fault.Message);
        }
    }

    private static void Write(string draft, SignalEyes eyes)
    {
        using var file = new FileStream(draft, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        file.Write(s_mark);
        file.Write(BitConverter.GetBytes(Version));
        using (var packed = new BrotliStream(file, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(packed, 1 << 16))
        using (var writer = new MemoryStreamWriter(buffered))
        {
            eyes.Save(writer);
        }

        file.Flush();
        file.Position = 0;
        var sum = SHA256.HashData(file);
        file.Write(sum);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Leaves the file at where what was learned begins.</summary>
    private static void Check(FileStream file)
    {
        var head = new byte[s_mark.Length + sizeof(int)];
        if (file.Length < head.Length + SHA256.HashSizeInBytes)
        {
            throw new InvalidDataException("It is too short.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var left = file.Length - SHA256.HashSizeInBytes;
        while (left > 0)
        {
            var some = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (some == 0)
            {
                throw new InvalidDataException("It became shorter.");
            }

            hash.AppendData(buffer, 0, some);
            left -= some;
        }

        var sum = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(sum);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(sum))
        {
            throw new InvalidDataException("Its checksum is another: it was changed or only half written.");
        }

        file.Position = 0;
        file.ReadExactly(head);
        if (!head.AsSpan(0, s_mark.Length).SequenceEqual(s_mark))
        {
            throw new InvalidDataException("It was not written by Assay.");
        }

        if (BitConverter.ToInt32(head, s_mark.Length) is var version && version != Version)
        {
            throw new InvalidDataException($"It has version {version}, and this program reads {Version}.");
        }
    }

    private void Discard()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(Path, fault.Message);
        }
    }

    [LoggerMessage(EventId = 72, Level = LogLevel.Warning, Message = "What signals had learned is thrown away, and learning begins anew: {File} cannot be used. {Why}")]
    private partial void LogDiscarded(string file, string why);

    [LoggerMessage(EventId = 73, Level = LogLevel.Warning, Message = "What signals had learned is not used: {File} cannot be opened. {Why}")]
    private partial void LogUnreadable(string file, string why);

    [LoggerMessage(EventId = 74, Level = LogLevel.Warning, Message = "What signals have learned could not be kept in {File}; trying again later. {Why}")]
    private partial void LogNotKept(string file, string why);
}
