using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assay.Ledger.Journal;

/// <summary>
/// A stretch at the end of a file whose blocks are allocated and which is mapped into memory: what is appended there is
/// copied, at a tenth of what a system call costs, and is as safe from the death of this process as if it had been written.
/// </summary>
/// <remarks>
/// A store to a mapped page that the disk has no block for kills the process (<c>SIGBUS</c>). So there is room only where
/// the file system keeps its word about allocated blocks: ext4 and XFS. Copy-on-write file systems do not.
/// </remarks>
internal sealed class MappedRoom : IDisposable
{
    /// <summary>What is allocated at a time: enough for some thousand calls.</summary>
    public const int Bytes = 1 << 20;

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _start;
    private readonly long _end;

    private MappedRoom(SafeFileHandle file, long start, long end)
    {
        _map = MemoryMappedFile.CreateFromFile(
            file, null, end, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        try
        {
            _view = _map.CreateViewAccessor(start, end - start);
        }
        catch
        {
            _map.Dispose();
            throw;
        }

        (_start, _end) = (start, end);
    }

    /// <summary>Whether a file lies where there can be room behind it.</summary>
    public static bool IsPossible(SafeFileHandle file) => Linux.IsFixedBlocks(file);

    /// <summary>Allocates room for bytes from an offset on and a good deal behind them.</summary>
    /// <returns>Null if this file system cannot, or not any more: a disk may still have room for what is to be written.</returns>
    public static MappedRoom? TryMake(SafeFileHandle file, long offset, int bytes)
    {
        var page = Environment.SystemPageSize;
        var start = offset / page * page;
        var end = (offset + bytes + Bytes + page - 1) / page * page;
        return Linux.TryAllocate(file, start, end - start) ? new MappedRoom(file, start, end) : null;
    }

    /// <summary>Copies bytes to an offset of the file; false if they do not fit.</summary>
    public bool TryWrite(ReadOnlySpan<byte> bytes, long offset)
    {
        if (offset < _start || offset + bytes.Length > _end)
        {
            return false;
        }

        _view.SafeMemoryMappedViewHandle.WriteSpan((ulong)(offset - _start + _view.PointerOffset), bytes);
        return true;
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }

    private static class Linux
    {
        private const long Ext4 = 0xEF53;
        private const long Xfs = 0x5846_5342;

        public static bool IsFixedBlocks(SafeFileHandle file)
        {
            if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            {
                return false;
            }

            // struct statfs has 120 bytes and begins with the type, of 8.
            var stat = new byte[256];
            return FStatFs(file, stat) == 0 && BitConverter.ToInt64(stat) is Ext4 or Xfs;
        }

        public static bool TryAllocate(SafeFileHandle file, long offset, long length) => FAllocate(file, 0, offset, length) == 0;

        [DllImport("libc", EntryPoint = "fstatfs")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int FStatFs(SafeFileHandle file, byte[] stat);

        [DllImport("libc", EntryPoint = "fallocate")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int FAllocate(SafeFileHandle file, int mode, long offset, long length);
    }
}
