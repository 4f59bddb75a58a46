using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>One part of a bundle, as its MANIFEST has it.</summary>
internal sealed record BundlePart(string Name, long Size, string Sha256);

/// <summary>
/// The container of an audit bundle: a tar file that any tar opens, written in one way only, so that not a bit of it
/// can change unnoticed. Its first part, MANIFEST, has the SHA-256 of every other.
/// </summary>
internal static class BundleFile
{
    public const string Manifest = "MANIFEST";
    private const int Block = 512;

    /// <summary>Writes the parts, which stand as files in a folder, into one bundle.</summary>
    public static void Write(string folder, IReadOnlyList<string> names, Stream bundle)
    {
        var manifest = new StringBuilder();
        foreach (var name in names)
        {
            using var part = File.OpenRead(Path.Combine(folder, name));
            manifest.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(part))} {part.Length} {name}\n");
        }
        using (var head = new MemoryStream(Encoding.UTF8.GetBytes(manifest.ToString()))) Add(bundle, Manifest, head);
        foreach (var name in names)
        {
            using var part = File.OpenRead(Path.Combine(folder, name));
            Add(bundle, name, part);
        }
        bundle.Write(new byte[2 * Block]);
    }

    /// <summary>Reads a bundle from its beginning to its end, giving every part to who reads it.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="makes">The parts that it may be made of, each time all of them in this order.</param>
    /// <param name="read">Reads a part; what it leaves is read for it.</param>
    /// <param name="spoiled">Told of a part whose bytes are not those that MANIFEST has the hash of, after it was read.</param>
    /// <exception cref="FormatException">The container is damaged; the message says where.</exception>
    public static void Read(Stream bundle, IReadOnlyList<IReadOnlyList<string>> makes, Action<string, Stream> read, Action<string> spoiled)
    {
        var header = new byte[Block];
        Fill(bundle, header, "the container");
        var size = SizeIn(header);
        if (size is < 1 or > 64 * 1024 || !header.AsSpan().SequenceEqual(Header(Manifest, size))) throw new FormatException("The container is damaged: it does not begin with a MANIFEST.");
        var manifest = new byte[size];
        Fill(bundle, manifest, Manifest);
        Padding(bundle, size, Manifest);
        var parts = Parts(manifest);
        if (!makes.Any(names => parts.Select(p => p.Name).SequenceEqual(names))) throw new FormatException($"MANIFEST does not list the parts of a bundle: {string.Join(", ", makes[0])}.");
        foreach (var part in parts)
        {
            Fill(bundle, header, part.Name);
            if (!header.AsSpan().SequenceEqual(Header(part.Name, part.Size))) throw new FormatException($"The container is damaged before its part {part.Name}.");
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var content = new PartStream(bundle, part.Size, hash);
            read(part.Name, content);
            content.CopyTo(Stream.Null, 1 << 20);
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != part.Sha256) spoiled(part.Name);
            Padding(bundle, part.Size, part.Name);
        }
        var end = new byte[2 * Block];
        Fill(bundle, end, "the container's end");
        if (end.Any(b => b != 0) || bundle.ReadByte() >= 0) throw new FormatException("The container is damaged at its end.");
    }

    private static List<BundlePart> Parts(byte[] manifest)
    {
        try
        {
            var text = new UTF8Encoding(false, true).GetString(manifest);
            var parts = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
                .Select(w => new BundlePart(w[2], long.Parse(w[1], NumberStyles.None, CultureInfo.InvariantCulture), w[0])).ToList();
            return string.Concat(parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Sha256} {p.Size} {p.Name}\n"))) == text ? parts : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException or ArgumentException)
        {
            throw new FormatException("MANIFEST is damaged: it has the hash, the length and the name of a part on every line.", e);
        }
    }

    private static void Add(Stream bundle, string name, Stream part)
    {
        bundle.Write(Header(name, part.Length));
        part.CopyTo(bundle);
        bundle.Write(new byte[(Block - part.Length % Block) % Block]);
    }

    /// <summary>A ustar header with everything fixed but the name and the size.</summary>
    private static byte[] Header(string name, long size)
    {
        var header = new byte[Block];
        void Put(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
        if (name.Length >= 100 || size is < 0 or >= 1L << 33) return header;
        Put(0, name);
        Put(100, "0000644");
        Put(108, "0000000");
        Put(116, "0000000");
        Put(124, Convert.ToString(size, 8).PadLeft(11, '0'));
        Put(136, "00000000000");
        Put(148, "        ");
        Put(156, "0");
        Put(257, "ustar");
        Put(263, "00");
        Put(148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return header;
    }

    private static long SizeIn(byte[] header)
    {
        long size = 0;
        foreach (var digit in header.AsSpan(124, 11))
        {
            if (digit is < (byte)'0' or > (byte)'7') return -1;
            size = size * 8 + digit - '0';
        }
        return size;
    }

    private static void Fill(Stream bundle, byte[] bytes, string what)
    {
        if (bundle.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new FormatException($"The bundle is cut off at {what}.");
    }

    private static void Padding(Stream bundle, long size, string name)
    {
        var padding = new byte[(Block - size % Block) % Block];
        Fill(bundle, padding, name);
        if (padding.Any(b => b != 0)) throw new FormatException($"The container is damaged after its part {name}.");
    }

    /// <summary>One part's bytes, hashed as they are read.</summary>
    private sealed class PartStream(Stream bundle, long size, IncrementalHash hash) : Stream
    {
        private readonly long _size = size;
        private long _left = size;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => _size;
        public override long Position { get => _size - _left; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = bundle.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            if (read == 0 && _left > 0 && buffer.Length > 0) throw new FormatException("The bundle is cut off.");
            hash.AppendData(buffer[..read]);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Cuts a part into blocks of whole lines.</summary>
internal static class Blocks
{
    private const int Size = 1 << 18;

    /// <summary>Each block stands in a rented array, which whoever takes it gives back to <see cref="ArrayPool{T}.Shared"/>.</summary>
    /// <exception cref="FormatException">The last line has no line break.</exception>
    public static IEnumerable<(byte[] Buffer, int Length)> Of(Stream part)
    {
        var (buffer, length) = (ArrayPool<byte>.Shared.Rent(Size), 0);
        while (true)
        {
            var read = part.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
            length += read;
            var whole = buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            var ended = length < buffer.Length;
            if (ended && whole < length) throw new FormatException("The last line is cut off.");
            byte[] next = ended ? [] : ArrayPool<byte>.Shared.Rent(whole > 0 ? Size : 2 * buffer.Length);
            if (!ended) buffer.AsSpan(whole, length - whole).CopyTo(next);
            if (whole > 0) yield return (buffer, whole);
            else ArrayPool<byte>.Shared.Return(buffer);
            if (ended) yield break;
            (buffer, length) = (next, length - whole);
        }
    }
}
