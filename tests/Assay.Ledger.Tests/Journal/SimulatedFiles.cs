using System.Runtime.InteropServices;
using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

/// <summary>
/// A file system in memory that remembers what is synced, fails where it is told to, and can lose its power.
/// </summary>
internal sealed class SimulatedFiles : ISegmentFiles
{
    private const int SectorBytes = 512;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Content> _files = new(StringComparer.Ordinal);
    private bool _locked;

    /// <summary>How many more bytes fit on the disk; the write that goes beyond is cut short there and fails.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>By how much an append makes its file longer than it must; 0 for a file system that cannot.</summary>
    public int RoomBytes { get; set; }

    /// <summary>The next syncs of files fail.</summary>
    public bool SyncFails { get; set; }

    /// <summary>Files cannot be cut, as on a disk that only fails.</summary>
    public bool CutFails { get; set; }

    /// <summary>Called at the beginning of each write and sync, outside of any lock; may block.</summary>
    public Action<string>? Before { get; set; }

    public int SyncCount { get; private set; }

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _files.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public byte[] Bytes(string name)
    {
        lock (_gate)
        {
            return [.. _files[name].Written];
        }
    }

    public void Replace(string name, byte[] bytes)
    {
        lock (_gate)
        {
            _files[name] = new Content { Written = [.. bytes], Synced = [.. bytes], Named = true };
        }
    }

    /// <summary>
    /// The files as a power cut leaves them: what was synced is there; of what was not, each sector is there or not by
    /// chance, a file is as long as some write made it, and a file whose directory was not synced may be gone.
    /// </summary>
    public SimulatedFiles AfterPowerCut(Random random)
    {
        var after = new SimulatedFiles();
        lock (_gate)
        {
            foreach (var (name, content) in _files)
            {
                if (content.Named || random.Next(2) == 0)
                {
                    after.Replace(name, Surviving(content, random));
                }
            }
        }

        return after;
    }

    /// <summary>The files as the death of the process leaves them: as they are.</summary>
    public SimulatedFiles AfterProcessDeath()
    {
        var after = new SimulatedFiles();
        lock (_gate)
        {
            foreach (var (name, content) in _files)
            {
                after.Replace(name, [.. content.Written]);
            }
        }

        return after;
    }

    void ISegmentFiles.CreateDirectory(string directory)
    {
    }

    IEnumerable<string> ISegmentFiles.List(string directory) => Names;

    ISegmentFile ISegmentFiles.Create(string path)
    {
        lock (_gate)
        {
            var content = new Content();
            _files.Add(Path.GetFileName(path), content);
            return new SimulatedFile(this, content);
        }
    }

    ISegmentFile ISegmentFiles.Open(string path, bool writable)
    {
        lock (_gate)
        {
            return _files.TryGetValue(Path.GetFileName(path), out var content)
                ? new SimulatedFile(this, content)
                : throw new FileNotFoundException(path);
        }
    }

    void ISegmentFiles.Delete(string path)
    {
        lock (_gate)
        {
            _files.Remove(Path.GetFileName(path));
        }
    }

    void ISegmentFiles.SyncDirectory(string directory)
    {
        lock (_gate)
        {
            foreach (var content in _files.Values)
            {
                content.Named = true;
            }
        }
    }

    IDisposable ISegmentFiles.Lock(string path)
    {
        lock (_gate)
        {
            if (_locked)
            {
                throw new JournalLockedException("In use.", new IOException());
            }

            _locked = true;
            return new Unlock(this);
        }
    }

    private static byte[] Surviving(Content content, Random random)
    {
        var longest = Math.Max(content.Written.Count, content.Synced.Count);
        var shortest = Math.Min(content.Written.Count, content.Synced.Count);
        var bytes = new byte[random.Next(shortest, longest + 1)];
        for (var start = 0; start < bytes.Length; start += SectorBytes)
        {
            var newer = random.Next(2) == 0;
            for (var i = start; i < Math.Min(start + SectorBytes, bytes.Length); i++)
            {
                bytes[i] = newer && i < content.Written.Count ? content.Written[i]
                    : i < content.Synced.Count ? content.Synced[i]
                    : (byte)0;
            }
        }

        return bytes;
    }

    private sealed class Content
    {
        public List<byte> Written { get; set; } = [];

        public List<byte> Synced { get; set; } = [];

        public bool Named { get; set; }
    }

    private sealed class Unlock(SimulatedFiles files) : IDisposable
    {
        public void Dispose() => files._locked = false;
    }

    private sealed class SimulatedFile(SimulatedFiles files, Content content) : ISegmentFile
    {
        public long Length
        {
            get
            {
                lock (files._gate)
                {
                    return content.Written.Count;
                }
            }
        }

        public int Read(Span<byte> buffer, long offset)
        {
            lock (files._gate)
            {
                var count = (int)Math.Clamp(content.Written.Count - offset, 0, buffer.Length);
                CollectionsMarshal.AsSpan(content.Written).Slice((int)Math.Min(offset, content.Written.Count), count)
                    .CopyTo(buffer);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            files.Before?.Invoke("write");
            lock (files._gate)
            {
                var fits = (int)Math.Min(bytes.Length, files.FreeBytes);
                content.Written.RemoveRange((int)offset, Math.Max(0, Math.Min(fits, content.Written.Count - (int)offset)));
                content.Written.InsertRange((int)offset, bytes[..fits].ToArray());
                files.FreeBytes -= fits;
                if (fits < bytes.Length)
                {
                    throw new IOException("No space left on device");
                }
            }
        }

        public void Append(ReadOnlySpan<byte> bytes, long offset)
        {
            var end = (int)offset + bytes.Length;
            var longer = end + files.RoomBytes - content.Written.Count;
            if (files.RoomBytes == 0 || (content.Written.Count < end && longer > files.FreeBytes))
            {
                Write(bytes, offset);
                return;
            }

            files.Before?.Invoke("write");
            lock (files._gate)
            {
                if (content.Written.Count < end)
                {
                    files.FreeBytes -= longer;
                    CollectionsMarshal.SetCount(content.Written, end + files.RoomBytes);
                    CollectionsMarshal.AsSpan(content.Written)[^longer..].Clear();
                }

                bytes.CopyTo(CollectionsMarshal.AsSpan(content.Written)[(int)offset..]);
            }
        }

        public void Sync()
        {
            files.Before?.Invoke("sync");
            lock (files._gate)
            {
                if (files.SyncFails)
                {
                    throw new IOException("Input/output error");
                }

                files.SyncCount++;
                content.Synced = [.. content.Written];
            }
        }

        public void SetLength(long length)
        {
            lock (files._gate)
            {
                if (files.CutFails)
                {
                    throw new IOException("Input/output error");
                }

                content.Written = content.Written[..(int)length];
            }
        }

        public void Dispose()
        {
        }
    }
}
