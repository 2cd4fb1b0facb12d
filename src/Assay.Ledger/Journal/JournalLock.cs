using System.Globalization;
using System.Text;

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
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new JournalLockedException(
                $"The journal in {Path.GetDirectoryName(path)} is in use by another process{Owner(path)}. Stop that "
                + "process first, or give this one its own data directory; two nodes never share a journal.",
                error);
        }

        // Only to tell a person who holds the lock; nothing reads it to decide.
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return new JournalLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string path)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return $" (process {reader.ReadToEnd()})";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
