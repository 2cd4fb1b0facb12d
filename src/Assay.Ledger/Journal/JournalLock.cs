namespace Assay.Ledger.Journal;

/// <summary>
/// An exclusive advisory lock on <c>journal.lock</c>. The operating system frees it when the process ends, however it
/// ends. The file stays: removing it would race with another process that just opened it.
/// </summary>
internal sealed class JournalLock : IDisposable
{
    public const string FileName = "journal.lock";
    private readonly FileStream _file;

    private JournalLock(FileStream file) => _file = file;

    public static JournalLock Take(string path)
    {
        try
        {
            return new JournalLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new JournalLockedException(
                $"The journal in {Path.GetDirectoryName(path)} is in use by another process (`fuser {path}` tells which). "
                + "Stop that process first, or give this one its own data directory: two nodes never share a journal.",
                error);
        }
    }

    public void Dispose() => _file.Dispose();
}
