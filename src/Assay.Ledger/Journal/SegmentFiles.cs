using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Assay.Ledger.Journal;

/// <summary>What the journal needs of a file system; the seam at which tests inject faults.</summary>
internal interface ISegmentFiles
{
    void CreateDirectory(string directory);

    /// <summary>The names of the files in a directory.</summary>
    IEnumerable<string> List(string directory);

    ISegmentFile Create(string path);

    ISegmentFile Open(string path, bool writable);

    void Delete(string path);

    /// <summary>Makes the creation of files in a directory survive a power cut.</summary>
    void SyncDirectory(string directory);

    /// <summary>An exclusive lock that ends with the process.</summary>
    IDisposable Lock(string path);
}

internal interface ISegmentFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes or throws; what stands in the file after a throw is unknown.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>
    /// The same for bytes behind all others, and cheaper: where it can be, the file is made longer ahead of them. What it
    /// is longer by reads as zeros, until <see cref="SetLength"/> or the end of the file's use cuts it off.
    /// </summary>
    void Append(ReadOnlySpan<byte> bytes, long offset);

    void Sync();

    void SetLength(long length);
}

/// <summary>Real files.</summary>
internal sealed class DiskSegmentFiles : ISegmentFiles
{
    public static readonly DiskSegmentFiles Instance = new();

    public void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            // The journal says who used what: nobody else on the machine needs to read it.
            Directory.CreateDirectory(
                directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public IEnumerable<string> List(string directory) => Directory.EnumerateFiles(directory).Select(Path.GetFileName)!;

    public ISegmentFile Create(string path) => new DiskSegmentFile(
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public ISegmentFile Open(string path, bool writable) => new DiskSegmentFile(File.OpenHandle(
        path,
        FileMode.Open,
        writable ? FileAccess.ReadWrite : FileAccess.Read,
        FileShare.ReadWrite | FileShare.Delete));

    public void Delete(string path) => File.Delete(path);

    public void SyncDirectory(string directory)
    {
        if (!OperatingSystem.IsWindows())
        {
            PosixDirectory.Sync(directory);
        }
    }

    public IDisposable Lock(string path) => JournalLock.Take(path);

    private sealed class DiskSegmentFile(SafeFileHandle handle) : ISegmentFile
    {
        private MappedRoom? _room;
        private bool? _canHaveRoom;
        private long _end;

        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Append(ReadOnlySpan<byte> bytes, long offset)
        {
            if (_room?.TryWrite(bytes, offset) != true)
            {
                MakeRoom(offset, bytes.Length);
                if (_room?.TryWrite(bytes, offset) != true)
                {
                    Write(bytes, offset);
                }
            }

            _end = offset + bytes.Length;
        }

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void SetLength(long length)
        {
            // First: what is mapped beyond the end of a file must not be touched.
            DropRoom();
            RandomAccess.SetLength(handle, length);
        }

        public void Dispose()
        {
            if (_room is not null)
            {
                try
                {
                    SetLength(_end);
                }
                catch (IOException)
                {
                    // The next start finds zeros behind the last record, and cuts them.
                }
            }

            handle.Dispose();
        }

        private void MakeRoom(long offset, int bytes)
        {
            _canHaveRoom ??= MappedRoom.IsPossible(handle);
            if (_canHaveRoom == true)
            {
                DropRoom();
                _room = MappedRoom.TryMake(handle, offset, bytes);
                _canHaveRoom = _room is not null;
            }
        }

        private void DropRoom()
        {
            _room?.Dispose();
            _room = null;
        }
    }

    /// <summary>.NET cannot open a directory; POSIX needs it synced for a new file to survive a power cut.</summary>
    [UnsupportedOSPlatform("windows")]
    private static class PosixDirectory
    {
        public static void Sync(string directory)
        {
            var descriptor = Open(directory, 0);
            if (descriptor < 0)
            {
                throw new IOException($"Cannot open {directory} to sync it: errno {Marshal.GetLastPInvokeError()}.");
            }

            var failed = FSync(descriptor) != 0;
            var errno = Marshal.GetLastPInvokeError();
            _ = Close(descriptor);
            // EINVAL: a file system that cannot sync directories; its files are all there is to sync.
            if (failed && errno != 22)
            {
                throw new IOException($"Cannot sync {directory}: errno {errno}.");
            }
        }

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int FSync(int descriptor);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Close(int descriptor);
    }
}
