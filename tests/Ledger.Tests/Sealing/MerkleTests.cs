using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class MerkleTests
{
    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, 300).Select(i => Merkle.Leaf(BitConverter.GetBytes(i)))];

    [Fact]
    public void A_growing_tree_has_the_root_that_the_definition_gives_at_every_size()
    {
        var tree = new GrowingTree();
        tree.Root.Should().Equal(Convert.FromHexString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "that is SHA-256 of nothing");
        for (var size = 1; size <= Leaves.Length; size++)
        {
            tree.Add(Leaves[size - 1]);
            tree.Root.Should().Equal(Root(0, size));
        }
    }

    [Fact]
    public void An_inclusion_proof_holds_for_its_leaf_alone()
    {
        foreach (var size in new[] { 1, 2, 3, 7, 8, 100, 257 })
            for (var index = 0; index < size; index++)
            {
                var proof = Merkle.Inclusion(index, size).Select(Hash).ToArray();
                Merkle.IsIncluded(Leaves[index], index, size, proof, Root(0, size)).Should().BeTrue();
                Merkle.IsIncluded(Leaves[index + 1], index, size, proof, Root(0, size)).Should().BeFalse();
                if (size > 1) Merkle.IsIncluded(Leaves[index], (index + 1) % size, size, proof, Root(0, size)).Should().BeFalse();
            }
    }

    [Fact]
    public void A_consistency_proof_holds_between_its_two_trees_alone()
    {
        for (var size = 1; size <= 70; size++)
            for (var old = 0; old <= size; old++)
            {
                var proof = Merkle.Consistency(old, size).Select(Hash).ToArray();
                Merkle.IsConsistent(old, Root(0, old), size, Root(0, size), proof).Should().BeTrue();
                if (old == 0) continue; // Every tree begins with nothing.
                Merkle.IsConsistent(old, Root(1, old + 1), size, Root(0, size), proof).Should().BeFalse("the beginning is another");
                Merkle.IsConsistent(old, Root(0, old), size, Root(1, size + 1), proof).Should().BeFalse("the whole is another");
            }
    }

    [Fact]
    public void Leaves_and_what_is_around_them_make_the_root()
    {
        for (var size = 1; size <= 40; size++)
            for (var from = 0; from < size; from++)
                for (var to = from + 1; to <= size; to++)
                {
                    var range = new LeafRange(from, to);
                    var around = Merkle.Around(range, size).Select(Hash).ToArray();
                    Merkle.Root(range, Leaves[from..to], around, size).Should().Equal(Root(0, size));
                    around.Length.Should().BeLessThan(12, "no more than the paths at both ends");
                }
    }

    private static byte[] Hash(LeafRange range) => Root((int)range.From, (int)range.To);

    /// <summary>MTH of RFC 6962, section 2.1, word for word.</summary>
    private static byte[] Root(int from, int to)
    {
        if (from == to) return Merkle.EmptyRoot;
        if (to - from == 1) return Leaves[from];
        var k = 1;
        while (k * 2 < to - from) k *= 2;
        return Merkle.Node(Root(from, from + k), Root(from + k, to));
    }
}
