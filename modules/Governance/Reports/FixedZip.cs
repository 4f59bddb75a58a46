using System.IO.Compression;
using System.Text;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A zip of which the same parts make the same bytes: fixed times, a fixed order, and no compression, whose result would
/// be the library's.
/// </summary>
internal static class FixedZip
{
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A zip of named texts, in the order given.</summary>
    public static byte[] Of(IEnumerable<(string Name, string Text)> parts) => Written(parts.Select(p => (p.Name, Encoding.UTF8.GetBytes(p.Text))));

    /// <summary>The parts of another zip again, by their names; what tells of the others comes first.</summary>
    public static byte[] Again(Stream zip)
    {
        using var read = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        return Written([.. read.Entries.OrderBy(e => e.FullName != "[Content_Types].xml").ThenBy(e => e.FullName, StringComparer.Ordinal).Select(e => (e.FullName, Bytes(e)))]);
    }

    private static byte[] Written(IEnumerable<(string Name, byte[] Bytes)> parts)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in parts)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
                entry.LastWriteTime = Epoch;
                using var content = entry.Open();
                content.Write(bytes);
            }
        return file.ToArray();
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
