namespace Assay.Ledger.Journal;

/// <summary>Anything that is wrong with a journal.</summary>
public abstract class JournalException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The journal can no longer be written, because a write or a sync failed (disk full, I/O error). What was
/// acknowledged before is safe; nothing more can be appended until the journal is opened again.
/// </summary>
public sealed class JournalBrokenException(string message, Exception inner) : JournalException(message, inner);

/// <summary>A segment file is damaged where no crash of this process can have left it so. Nothing was changed.</summary>
/// <param name="file">The damaged file.</param>
/// <param name="offset">Where in the file, in bytes from its start.</param>
/// <param name="problem">What is wrong there.</param>
public sealed class JournalCorruptException(string file, long offset, string problem) : JournalException(
    $"The journal file {file} is damaged at offset {offset}: {problem} Nothing was changed. Restore the file from a "
    + "copy; or, to give up every entry from that offset on, keep a copy of the directory, cut the file with "
    + $"`truncate -s {offset} {file}`, delete the journal files with higher numbers, and start again.")
{
    /// <summary>The damaged file.</summary>
    public string File { get; } = file;

    /// <summary>Where in the file, in bytes from its start.</summary>
    public long Offset { get; } = offset;
}

/// <summary>
/// A record is whole but cannot be understood: an unknown kind or version (written by a newer Assay), or fields that
/// do not fit. It is never skipped.
/// </summary>
public sealed class JournalFormatException(string message) : JournalException(message);

/// <summary>Another process has the journal's directory open.</summary>
public sealed class JournalLockedException(string message, Exception inner) : JournalException(message, inner);

/// <summary>A position outside of what the journal holds was asked for.</summary>
public sealed class JournalPositionException(string message) : JournalException(message);

/// <summary>The entries contradict each other, as when a reservation is settled twice.</summary>
public sealed class JournalInvariantException(string message) : JournalException(message);

/// <summary>An entry is too large to be one record; only its own append fails.</summary>
public sealed class JournalEntryTooLargeException(string message) : JournalException(message);
