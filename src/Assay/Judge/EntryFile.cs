using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Git;

namespace Assay.Judge;

/// <summary>Writes an entry to its file, and puts it into the next commit.</summary>
internal static class EntryFile
{
    /// <summary>The path from the root.</summary>
    /// <param name="content">The text, if it is not to be written anew.</param>
    public static string Write(string root, string folder, Judgment entry, string? content = null)
    {
        var name = FileName.Of(entry);
        var inside = Path.GetFullPath(FileName.Folder(folder, entry), root);
        if (inside != root && !inside.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new JudgeException($"{folder} is outside of the repository: an entry lies in it, beside the code.");
        }

        var prefix = inside == root ? "" : Path.GetRelativePath(root, inside).Replace('\\', '/') + "/";
        System.IO.Directory.CreateDirectory(inside);
        for (var i = 1; ; i++)
        {
            var path = prefix + (i == 1 ? name : name.Replace(JudgmentReader.FileSuffix, $"-{i}{JudgmentReader.FileSuffix}", StringComparison.Ordinal));
            try
            {
                using var file = new FileStream(Path.Combine(root, path), FileMode.CreateNew, FileAccess.Write);
                file.Write(Encoding.UTF8.GetBytes(content ?? JudgmentWriter.Write(entry)));
                return path;
            }
            catch (IOException) when (File.Exists(Path.Combine(root, path)))
            {
                // Another entry of today has this name: count on.
            }
        }
    }

    public static Task StageAsync(string root, IReadOnlyList<string> paths, CancellationToken cancellation) =>
        new GitProgram(root).RunAsync(["add", "--", .. paths], null, cancellation);

    /// <summary>Takes a path that is gone from disk out of the index, if it is there.</summary>
    public static Task ForgetAsync(string root, string path, CancellationToken cancellation) =>
        new GitProgram(root).RunAsync(["rm", "--cached", "--quiet", "--ignore-unmatch", "--", path], null, cancellation);
}
