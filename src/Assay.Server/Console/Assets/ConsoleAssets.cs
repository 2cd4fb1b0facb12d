using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Assay.Server.Console.Assets;

/// <summary>
/// The console's own files (style, script, fonts, mark), embedded in the assembly. Each is served under a name that
/// holds the hash of its bytes, so that browsers may keep it for ever and never show an old one.
/// </summary>
internal sealed partial class ConsoleAssets
{
    public const string UrlPrefix = "/assets/";

    private const string ResourcePrefix = "console/";

    private static readonly FrozenDictionary<string, string> s_types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _urls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConsoleAsset> _byFileName = new(StringComparer.Ordinal);

    public ConsoleAssets()
    {
        var assembly = typeof(ConsoleAssets).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            // Style sheets last: they name the other files by their hashed names.
            .OrderBy(name => name.EndsWith(".css", StringComparison.Ordinal))
            .ThenBy(name => name, StringComparer.Ordinal);
        foreach (var name in names)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Add(name[ResourcePrefix.Length..].Replace('\\', '/'), bytes);
        }
    }

    /// <summary>Where a file is served, by the name it has in the source.</summary>
    public string Url(string name) => _urls[name];

    public ConsoleAsset? Find(string fileName) => _byFileName.GetValueOrDefault(fileName);

    private void Add(string name, byte[] bytes)
    {
        var extension = Path.GetExtension(name);
        if (extension == ".css")
        {
            var text = Encoding.UTF8.GetString(bytes);
            bytes = Encoding.UTF8.GetBytes(AssetReference().Replace(text, match => $"url({Url(match.Groups["name"].Value)})"));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        var fileName = $"{Path.GetFileNameWithoutExtension(name)}.{hash}{extension}";
        _urls[name] = UrlPrefix + fileName;
        _byFileName[fileName] = new ConsoleAsset(s_types[extension], bytes, extension == ".woff2" ? null : Compress(bytes), $"\"{hash}\"");
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize))
        {
            brotli.Write(bytes);
        }

        return packed.ToArray();
    }

    [GeneratedRegex(@"url\(asset:(?<name>[a-z0-9/.-]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AssetReference();
}

/// <summary>One embedded file, ready to be sent.</summary>
internal sealed record ConsoleAsset(string ContentType, byte[] Bytes, byte[]? Brotli, string ETag);
