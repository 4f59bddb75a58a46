using System.Numerics;
using System.Security.Cryptography;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>A complete subtree of the log's Merkle tree: the 2^Level leaves from Index × 2^Level on.</summary>
internal readonly record struct Subtree(int Level, long Index)
{
    public long First => Index << Level;
    public long End => (Index + 1) << Level;
}

/// <summary>Leaves From (included) to To (excluded): a part of the tree that has a hash of its own in some proof.</summary>
internal readonly record struct LeafRange(long From, long To);

/// <summary>The hashes and proofs of RFC 6962, section 2.1, over SHA-256.</summary>
internal static class Merkle
{
    public const int HashBytes = 32;

    /// <summary>From so many leaves on, both halves of a tree are hashed at once.</summary>
    private const int WorthParting = 1 << 15;

    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        Span<byte> input = entry.Length < 4096 ? stackalloc byte[entry.Length + 1] : new byte[entry.Length + 1];
        input[0] = 0;
        entry.CopyTo(input[1..]);
        return SHA256.HashData(input);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * HashBytes];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashBytes)..]);
        return SHA256.HashData(input);
    }

    /// <summary>The complete subtrees that a range consists of, from the left; the range is one that the tree has.</summary>
    public static IEnumerable<Subtree> Subtrees(LeafRange range)
    {
        for (var from = range.From; from < range.To;)
        {
            var level = BitOperations.Log2((ulong)(range.To - from));
            if (from > 0) level = Math.Min(level, BitOperations.TrailingZeroCount(from));
            yield return new Subtree(level, from >> level);
            from += 1L << level;
        }
    }

    /// <summary>The hash of a range from the hashes of its complete subtrees.</summary>
    public static byte[] Join(IEnumerable<byte[]> subtrees) =>
        subtrees.Reverse().Aggregate((byte[]?)null, (right, left) => right is null ? left : Node(left, right)) ?? EmptyRoot;

    /// <summary>The ranges whose hashes prove that a leaf is in a tree of a size, from the leaf's sibling up.</summary>
    public static IReadOnlyList<LeafRange> Inclusion(long index, long size)
    {
        if (index < 0 || index >= size) throw new ArgumentOutOfRangeException(nameof(index), index, $"A tree of {size} leaves has no leaf {index}.");
        var path = new List<LeafRange>();
        for (var (from, to) = (0L, size); to - from > 1;)
        {
            var middle = from + Split(to - from);
            if (index < middle) (path, to) = (Added(path, middle, to), middle);
            else (path, from) = (Added(path, from, middle), middle);
        }
        path.Reverse();
        return path;
    }

    /// <summary>The ranges whose hashes prove that a tree is the beginning of a greater one.</summary>
    public static IReadOnlyList<LeafRange> Consistency(long old, long size)
    {
        if (old < 0 || old > size) throw new ArgumentOutOfRangeException(nameof(old), old, $"A tree of {size} leaves has none of {old} leaves in it.");
        var path = new List<LeafRange>();
        if (old == 0 || old == size) return path;
        var (from, to, whole) = (0L, size, true);
        while (old < to)
        {
            var middle = from + Split(to - from);
            if (old <= middle) (path, to) = (Added(path, middle, to), middle);
            else (path, from, whole) = (Added(path, from, middle), middle, false);
        }
        if (!whole) path.Add(new LeafRange(from, to));
        path.Reverse();
        return path;
    }

    /// <summary>The ranges whose hashes, with a range's own leaves between them, make the root: greatest parts, from the left.</summary>
    public static IReadOnlyList<LeafRange> Around(LeafRange leaves, long size)
    {
        var around = new List<LeafRange>();
        void Visit(long from, long to)
        {
            if (to <= leaves.From || from >= leaves.To) around.Add(new LeafRange(from, to));
            else if ((from < leaves.From || to > leaves.To) && to - from > 1)
            {
                var middle = from + Split(to - from);
                Visit(from, middle);
                Visit(middle, to);
            }
        }
        if (size > 0) Visit(0, size);
        return around;
    }

    /// <summary>The root that a range's leaves and the hashes around them make; null when those are not as many as they must be.</summary>
    public static byte[]? Root(LeafRange leaves, IReadOnlyList<byte[]> hashes, IReadOnlyList<byte[]> around, long size)
    {
        if (leaves.From < 0 || leaves.From >= leaves.To || leaves.To > size || hashes.Count != leaves.To - leaves.From || Around(leaves, size).Count != around.Count) return null;
        var next = 0;
        byte[] Visit(long from, long to)
        {
            if (to <= leaves.From || from >= leaves.To) return around[next++];
            if (from >= leaves.From && to <= leaves.To) return Own(from, to);
            var middle = from + Split(to - from);
            var left = Visit(from, middle);
            return Node(left, Visit(middle, to));
        }
        byte[] Own(long from, long to)
        {
            if (to - from == 1) return hashes[(int)(from - leaves.From)];
            var middle = from + Split(to - from);
            if (to - from < WorthParting) return Node(Own(from, middle), Own(middle, to));
            byte[] left = [], right = [];
            Parallel.Invoke(() => left = Own(from, middle), () => right = Own(middle, to));
            return Node(left, right);
        }
        return Visit(0, size);
    }

    public static bool IsIncluded(byte[] leaf, long index, long size, IReadOnlyList<byte[]> proof, byte[] root)
    {
        if (index < 0 || index >= size) return false;
        var path = Inclusion(index, size);
        if (path.Count != proof.Count) return false;
        var hash = leaf;
        for (var i = 0; i < path.Count; i++)
            hash = path[i].From > index ? Node(hash, proof[i]) : Node(proof[i], hash);
        return hash.AsSpan().SequenceEqual(root);
    }

    public static bool IsConsistent(long old, byte[] oldRoot, long size, byte[] root, IReadOnlyList<byte[]> proof)
    {
        if (old < 0 || old > size) return false;
        if (old == size) return proof.Count == 0 && oldRoot.AsSpan().SequenceEqual(root);
        if (old == 0) return proof.Count == 0 && oldRoot.AsSpan().SequenceEqual(EmptyRoot);
        var path = Consistency(old, size);
        if (path.Count != proof.Count) return false;
        // The first hash is common to both trees; it is the whole old tree when that is complete, and then not sent.
        var (first, next) = path[0].From < old ? (proof[0], 1) : (oldRoot, 0);
        var (was, now) = (first, first);
        for (var i = next; i < path.Count; i++)
        {
            if (path[i].From >= old)
            {
                now = Node(now, proof[i]);
            }
            else
            {
                was = Node(proof[i], was);
                now = Node(proof[i], now);
            }
        }
        return was.AsSpan().SequenceEqual(oldRoot) && now.AsSpan().SequenceEqual(root);
    }

    /// <summary>The greatest power of two that is less than a size.</summary>
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));

    private static List<LeafRange> Added(List<LeafRange> path, long from, long to)
    {
        path.Add(new LeafRange(from, to));
        return path;
    }
}

/// <summary>A tree that only grows: what must be remembered of its leaves to add more and to know the root.</summary>
internal sealed class GrowingTree
{
    private readonly List<(Subtree At, byte[] Hash)> _peaks;

    /// <param name="size">How many leaves the tree has already.</param>
    /// <param name="peaks">The hashes of the complete subtrees that they make, from the left.</param>
    public GrowingTree(long size = 0, IEnumerable<byte[]>? peaks = null)
    {
        _peaks = [.. Merkle.Subtrees(new LeafRange(0, size)).Zip(peaks ?? [])];
        Size = size;
    }

    public long Size { get; private set; }

    public byte[] Root => Merkle.Join(_peaks.Select(p => p.Hash));

    /// <summary>Adds a leaf, and tells of every subtree above it that became complete.</summary>
    public void Add(byte[] leaf, Action<Subtree, byte[]>? completed = null)
    {
        var (at, hash) = (new Subtree(0, Size++), leaf);
        while (_peaks.Count > 0 && _peaks[^1].At.Level == at.Level)
        {
            hash = Merkle.Node(_peaks[^1].Hash, hash);
            at = new Subtree(at.Level + 1, at.Index >> 1);
            _peaks.RemoveAt(_peaks.Count - 1);
            completed?.Invoke(at, hash);
        }
        _peaks.Add((at, hash));
    }
}
