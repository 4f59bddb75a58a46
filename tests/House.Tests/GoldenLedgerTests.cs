using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.House.Tests;

/// <summary>
/// Ledgers that earlier releases wrote, each as the audit bundle that it gave out: this release still proves, reads and
/// folds them. A release adds its own, Golden/VERSION.bundle.gz, and none is ever changed.
/// </summary>
public sealed class GoldenLedgerTests
{
    private const string Key = "golden.equalities.example/0.1+5be0e506+Aa7DpAWVXThjhD/81K585QW5+lvD4Th2w4w9mKhxz8MB";

    public static TheoryData<string> Releases => [.. Directory.EnumerateFiles(House.At("tests", "House.Tests", "Golden"), "*.bundle.gz").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Releases))]
    public void A_ledger_of_an_earlier_release_is_proved_by_the_key_that_it_was_published_with(string release)
    {
        var parts = Parts(release);
        var tree = new GrowingTree();
        foreach (var leaf in Lines(parts["leaves.jsonl"])) tree.Add(Merkle.Leaf(Encoding.UTF8.GetBytes(leaf)));

        var checkpoint = Checkpoint.Open(parts["checkpoint"], [NoteVerifier.Parse(Key)]);

        checkpoint.Size.Should().Be(tree.Size).And.BePositive();
        checkpoint.Root.Should().Equal(tree.Root);
    }

    [Theory, MemberData(nameof(Releases))]
    public void Its_events_have_the_leaves_that_they_had(string release)
    {
        var leaves = Lines(Parts(release)["leaves.jsonl"]);
        Stored(release).Select(e => Encoding.UTF8.GetString(CanonicalEncoding.Leaf(e))).Should().Equal(leaves);
    }

    [Theory, MemberData(nameof(Releases))]
    public void Its_events_are_read_and_fold_into_every_state_and_register(string release)
    {
        var events = Stored(release).Select(House.Catalogue.Read).ToList();
        events.Should().OnlyContain(e => !(e.Event is IEarlierShape), "what is read is in today's shape");

        var aggregates = House.Aggregates.ToDictionary(a => a.Kind);
        foreach (var stream in events.GroupBy(e => e.Stream))
        {
            stream.Select(e => e.Version).Should().Equal(Enumerable.Range(1, stream.Count()).Select(v => (long)v), "{0} has no gaps", stream.Key);
            var kind = StreamKey.KindOf(stream.Key);
            Evolved(aggregates[kind].State, stream).Should().NotBe(Evolved(aggregates[kind].State, []), "{0} is something other than unborn", stream.Key);
            foreach (var register in House.Registers.Where(r => r.Kind == kind))
                register.Fold(stream).Should().Match<IRegister>(r => r.Id == stream.Key && r.Version == stream.Last().Version);
        }
    }

    private static object Evolved(Type state, IEnumerable<RecordedEvent> events)
    {
        object Static(string member, params object[] arguments) => typeof(GoldenLedgerTests)
            .GetMethod(member, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(state).Invoke(null, arguments)!;
        return events.Aggregate(Static(nameof(Unborn)), (at, e) => Static(nameof(Next), at, e.Event));
    }

    private static object Unborn<TState>() where TState : class, IAggregate<TState> => TState.Unborn;

    private static object Next<TState>(object state, object @event) where TState : class, IAggregate<TState> => TState.Evolve((TState)state, @event);

    /// <summary>The events as the database held them: the texts back in the place of their digests, with their salts.</summary>
    private static List<StoredEvent> Stored(string release)
    {
        var parts = Parts(release);
        var positions = Lines(parts["positions"]);
        var statements = Lines(parts["statements.jsonl"]).Select(l => JsonNode.Parse(l)!.AsObject()).ToLookup(s => (int)s["index"]!);
        return [.. Lines(parts["leaves.jsonl"]).Select((line, i) => Event(JsonNode.Parse(line)!.AsObject(), long.Parse(positions[i], CultureInfo.InvariantCulture), statements[i]))];
    }

    private static StoredEvent Event(JsonObject leaf, long position, IEnumerable<JsonObject> statements)
    {
        string Taken(string member)
        {
            var text = leaf[member]!.ToString();
            leaf.Remove(member);
            return text;
        }
        var data = leaf["data"]!.DeepClone().AsObject();
        leaf.Remove("data");
        leaf.Remove("statements");
        var (stream, version, name) = (Taken("stream"), long.Parse(Taken("version"), CultureInfo.InvariantCulture), Taken("name"));
        var (recorded, correlation) = (DateTimeOffset.Parse(Taken("recorded"), CultureInfo.InvariantCulture), Taken("correlation"));
        var salts = new JsonObject();
        foreach (var statement in statements)
        {
            var member = (string)statement["member"]!;
            data[member] = statement["text"]!.DeepClone();
            salts[member] = statement["salt"]!.DeepClone();
        }
        if (salts.Count > 0) leaf["salts"] = salts;
        return new StoredEvent(position, stream, version, name, recorded, correlation, JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["occasion"] = leaf.DeepClone() }), JsonSerializer.SerializeToUtf8Bytes(data));
    }

    private static Dictionary<string, string> Parts(string release)
    {
        using var file = new GZipStream(File.OpenRead(House.At("tests", "House.Tests", "Golden", release)), CompressionMode.Decompress);
        using var tar = new TarReader(file);
        var parts = new Dictionary<string, string>();
        while (tar.GetNextEntry() is { } part)
        {
            using var text = new StreamReader(part.DataStream ?? Stream.Null);
            parts[part.Name] = part.Name == "hashes" ? "" : text.ReadToEnd();
        }
        return parts;
    }

    private static string[] Lines(string part) => part.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
