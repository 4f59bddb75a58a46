using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Objectives;

/// <summary>A classification as it stands.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Number">The version, from 1.</param>
/// <param name="Since">The day from which that version holds.</param>
/// <param name="Categories">The categories, in order.</param>
/// <param name="Mapped">Others' words, by source.</param>
/// <param name="Gone">Categories of earlier versions that are in it no more; figures may still stand under them.</param>
public sealed partial record ClassificationRegister(
    string Id, long Version, ClassificationId Classification, string Key, int Number, string Title, BreakdownBy By, DateOnly Since,
    IReadOnlyList<LabelledCategory> Categories, IReadOnlyList<SourceWord> Mapped, IReadOnlyList<LabelledCategory> Gone) : IRegister<ClassificationRegister>
{
    /// <inheritdoc/>
    public static string Kind => ClassificationId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static ClassificationRegister? Fold(ClassificationRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ClassificationPublished e => Published(document, recorded, e),
            CategoriesAdded e => document! with { Categories = [.. document.Categories, .. e.Categories.Select(LabelledCategory.Of)] },
            CategoriesMapped e => document! with
            {
                Mapped = [.. document.Mapped.Where(m => m.Source != e.Source || e.Words.All(w => w.Word != m.Word)), .. e.Words.Select(w => new SourceWord(e.Source, w.Word, w.Category))],
            },
            CategoryRelabelled e => document! with { Categories = [.. document.Categories.Select(c => c.Key == e.Category ? c.Relabelled(e.To) : c)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    /// <summary>The key of the category that a word stands for: a key, a label or a former label, or a word that was mapped for the source.</summary>
    internal IEnumerable<(string Word, string Category)> Words(string? source) =>
    [
        .. Mapped.Where(m => m.Source == source).Select(m => (Plain(m.Word), m.Category)),
        .. Categories.Select(c => (Plain(c.Label), c.Key)),
        .. Categories.SelectMany(c => c.Formerly.Select(f => (Plain(f), c.Key))),
        .. Categories.Select(c => (c.Key, c.Key)),
    ];

    /// <summary>A word without what is chance in it: case, and spaces at its ends or doubled.</summary>
    internal static string Plain(string word) => Gaps().Replace(word.Trim(), " ").ToLowerInvariant();

    private static ClassificationRegister Published(ClassificationRegister? document, RecordedEvent recorded, ClassificationPublished e)
    {
        LabelledCategory[] now = [.. e.Categories.Select(c => LabelledCategory.Of(c) is var next && document?.Categories.FirstOrDefault(o => o.Key == c.Key) is { } old
            ? old.Relabelled(next.Label) with { Within = next.Within } : LabelledCategory.Of(c))];
        return new ClassificationRegister(
            recorded.Stream, 0, e.Classification, e.Key, e.Number, e.Title, e.By, e.EffectiveOn, now, document?.Mapped ?? [],
            [.. (document?.Gone ?? []).Concat(document?.Categories ?? []).Where(c => now.All(n => n.Key != c.Key)).DistinctBy(c => c.Key)]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Gaps();
}

/// <summary>A category with its labels.</summary>
/// <param name="Formerly">Labels that it had before.</param>
public sealed record LabelledCategory(string Key, string Label, string? Within, IReadOnlyList<string> Formerly)
{
    internal static LabelledCategory Of(Category category) => new(category.Key, category.Label, category.Within, []);

    internal LabelledCategory Relabelled(string label) => label == Label ? this : this with { Label = label, Formerly = [.. Formerly.Where(f => f != label), Label] };
}

/// <summary>A word of a source for a category.</summary>
public sealed record SourceWord(string Source, string Word, string Category);
