namespace EqualitiesPlatform.Governance;

/// <summary>Which keys the pack has, and which it speaks of: the second are looked up when the whole pack has been read.</summary>
internal sealed class PackKeys(PackMistakes mistakes)
{
    private readonly Dictionary<string, HashSet<string>> declared = [];
    private readonly List<(string[] Kinds, string[] Words, string Written, string Key, int Offset, string Path)> spokenOf = [];

    /// <summary>Takes a key as used; says so when it is used already.</summary>
    public void Declare(string kind, string key, int offset, string path)
    {
        if (!Of(kind).Add(key))
            mistakes.Add(offset, path, PackMistakeKind.Duplicate, $"Another {kind} has '{key}' already. Give this one another.");
    }

    /// <summary>Remembers that the pack speaks of a key of one of these kinds, or writes one of these words instead.</summary>
    public void Expect(string[] kinds, string[] words, string written, string key, int offset, string path) =>
        spokenOf.Add((kinds, words, written, key, offset, path));

    public void LookUp()
    {
        foreach (var (kinds, words, written, key, offset, path) in spokenOf)
        {
            if (words.Contains(written) || kinds.Any(kind => Of(kind).Contains(key)))
                continue;
            var head = written[..^key.Length];
            mistakes.Add(offset, path, PackMistakeKind.DanglingReference,
                $"No {string.Join(" or ", kinds)} in the pack has the key '{key}'."
                + mistakes.Suggest(written, words.Concat(kinds.SelectMany(Of).Select(known => head + known))));
        }
    }

    private HashSet<string> Of(string kind) =>
        declared.TryGetValue(kind, out var keys) ? keys : declared[kind] = new(StringComparer.Ordinal);
}
