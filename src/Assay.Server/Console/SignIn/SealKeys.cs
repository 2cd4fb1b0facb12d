using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Assay.Server.Console.SignIn;

/// <summary>
/// The keys that seal cookies and form tokens, as files that only the service's own account can read. The framework's
/// file repository leaves the mode to the process's umask.
/// </summary>
internal sealed class SealKeys(string directory) : IXmlRepository
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public IReadOnlyCollection<XElement> GetAllElements() =>
        System.IO.Directory.Exists(directory)
            ? [.. System.IO.Directory.EnumerateFiles(directory, "*.xml").Order(StringComparer.Ordinal).Select(file => XElement.Load(file))]
            : [];

    public void StoreElement(XElement element, string friendlyName)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(directory);
        }
        else
        {
            System.IO.Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
        }

        // Written beside its place and then moved, so that a crash leaves no half key.
        var path = Path.Combine(directory, friendlyName + ".xml");
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, options))
        {
            element.Save(stream);
        }

        File.Move(draft, path, overwrite: false);
    }
}
