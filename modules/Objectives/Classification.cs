namespace EqualitiesPlatform.Objectives;

// Classifications: the harmonised categories by which figures are broken down, the nine characteristics of the Equality
// Act and wards among them (Report 3.1; Policy, "Partners" P3). They are data in versions; others' words for the same
// categories are mapped onto them, source by source, so that partners' figures can be laid beside each other.

/// <summary>A command about a classification.</summary>
public interface IClassificationCommand : ICommand
{
    /// <summary>The classification.</summary>
    ClassificationId Classification { get; }

    string ICommand.Stream => StreamKey.Of(ClassificationId.Kind, Classification.Value);
}

/// <summary>
/// Publish the classification, or its next version: the whole list of categories, from a day on; today when no day is given.
/// The first version may have none, where published data is to bring them.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record PublishClassification(
    ClassificationId Classification, string Key, string Title, BreakdownBy By, IReadOnlyList<Category> Categories, DateOnly? EffectiveOn) : IClassificationCommand;

/// <summary>Add categories that published data has and the classification has not.</summary>
/// <param name="Because">Where they come from.</param>
[GenerateSerializer, Immutable]
public sealed record AddCategories(ClassificationId Classification, IReadOnlyList<Category> Categories, string Because) : IClassificationCommand;

/// <summary>Say which of a source's words mean which category.</summary>
/// <param name="Source">Whose words they are, as a key, such as met-police.</param>
[GenerateSerializer, Immutable]
public sealed record MapCategories(ClassificationId Classification, string Source, IReadOnlyList<MappedWord> Words) : IClassificationCommand;

/// <summary>Give a category another label: it is the same category, and its figures go on.</summary>
[GenerateSerializer, Immutable]
public sealed record RelabelCategory(ClassificationId Classification, string Category, string Label) : IClassificationCommand;

/// <summary>What a classification breaks figures down by.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter))]
public enum BreakdownBy
{
    /// <summary>Age.</summary>
    Age = 1,
    /// <summary>Disability.</summary>
    Disability,
    /// <summary>Gender reassignment.</summary>
    GenderReassignment,
    /// <summary>Marriage and civil partnership.</summary>
    MarriageAndCivilPartnership,
    /// <summary>Pregnancy and maternity.</summary>
    PregnancyAndMaternity,
    /// <summary>Race.</summary>
    Race,
    /// <summary>Religion or belief.</summary>
    ReligionOrBelief,
    /// <summary>Sex.</summary>
    Sex,
    /// <summary>Sexual orientation.</summary>
    SexualOrientation,
    /// <summary>Wards of the borough.</summary>
    Ward,
    /// <summary>Other areas, such as local authorities.</summary>
    Area,
    /// <summary>Something else, such as a kind of offence.</summary>
    Other,
}

/// <summary>One category.</summary>
/// <param name="Key">Small letters, digits and hyphens; stands for it for ever.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Within">The key of the category that it is a part of, if any.</param>
[GenerateSerializer, Immutable]
public sealed record Category(string Key, string Label, string? Within = null);

/// <summary>A source's word for a category.</summary>
[GenerateSerializer, Immutable]
public sealed record MappedWord(string Word, string Category);

/// <summary>A version of the classification was published.</summary>
/// <param name="Number">The version, from 1.</param>
[RecordedBy<Classification>("objectives.classification-published.v1")]
public sealed record ClassificationPublished(
    ClassificationId Classification, string Key, int Number, string Title, BreakdownBy By, IReadOnlyList<Category> Categories, DateOnly EffectiveOn) : IEffective;

/// <summary>Categories were added, as published data has them.</summary>
[RecordedBy<Classification>("objectives.categories-added.v1")]
public sealed record CategoriesAdded(IReadOnlyList<Category> Categories, string Because);

/// <summary>A source's words were mapped.</summary>
[RecordedBy<Classification>("objectives.categories-mapped.v1")]
public sealed record CategoriesMapped(string Source, IReadOnlyList<MappedWord> Words);

/// <summary>A category has another label.</summary>
[RecordedBy<Classification>("objectives.category-relabelled.v1")]
public sealed record CategoryRelabelled(string Category, string From, string To);

/// <summary>What deciding about a classification needs to know.</summary>
internal sealed record Classification(int Number, string Title, BreakdownBy By, IReadOnlyList<Category> Categories, IReadOnlyDictionary<string, string> Mapped) : IAggregate<Classification>
{
    public static string Kind => ClassificationId.Kind;

    public static Classification Unborn { get; } = new(0, "", default, [], new Dictionary<string, string>());

    /// <summary>Classifications are the council's own, whoever's words are mapped onto them.</summary>
    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Classification state, ICommand command, Occasion occasion) => command switch
    {
        PublishClassification c when c.Title == state.Title && c.By == state.By && c.Categories.SequenceEqual(state.Categories) => Decision.AlreadySo,
        PublishClassification { Categories.Count: 0 } when state.Number > 0 => Decision.Refuse("CATEGORY_MISSING", "The next version of a classification has its whole list of categories; without any, all would be gone."),
        PublishClassification c => Disordered(c.Categories) ?? Decision.Take(
            new ClassificationPublished(c.Classification, c.Key, state.Number + 1, c.Title, c.By, c.Categories, c.EffectiveOn ?? occasion.Today)),
        _ when state.Number == 0 => Decision.Refuse("CLASSIFICATION_UNKNOWN", "There is no such classification; publish it first."),
        AddCategories c => Added(state, c),
        MapCategories c => c.Words.FirstOrDefault(w => !state.Has(w.Category)) is { } unknown
            ? Decision.Refuse("CATEGORY_UNKNOWN", $"{unknown.Category} is not a category of this classification; there are {Listed(state.Categories)}.")
            : c.Words.Where(w => state.Mapped.GetValueOrDefault(Mapping(c.Source, w.Word)) != w.Category).ToArray() is { Length: > 0 } words
                ? Decision.Take(new CategoriesMapped(c.Source, words))
                : Decision.AlreadySo,
        RelabelCategory c => state.Categories.FirstOrDefault(k => k.Key == c.Category) is not { } category
            ? Decision.Refuse("CATEGORY_UNKNOWN", $"{c.Category} is not a category of this classification; there are {Listed(state.Categories)}.")
            : category.Label == c.Label ? Decision.AlreadySo
            : Decision.Take(new CategoryRelabelled(c.Category, category.Label, c.Label)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A classification does not know this command."),
    };

    public static Classification Evolve(Classification state, object @event) => @event switch
    {
        ClassificationPublished e => state with { Number = e.Number, Title = e.Title, By = e.By, Categories = e.Categories },
        CategoriesAdded e => state with { Categories = [.. state.Categories, .. e.Categories] },
        CategoriesMapped e => state with { Mapped = new Dictionary<string, string>(
            state.Mapped.Where(m => !e.Words.Any(w => Mapping(e.Source, w.Word) == m.Key)).Concat(e.Words.Select(w => KeyValuePair.Create(Mapping(e.Source, w.Word), w.Category)))) },
        CategoryRelabelled e => state with { Categories = [.. state.Categories.Select(c => c.Key == e.Category ? c with { Label = e.To } : c)] },
        _ => state,
    };

    private static Decision Added(Classification state, AddCategories command)
    {
        var known = state.Categories.Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        Category[] added = [.. command.Categories.Where(c => !known.Contains(c.Key))];
        return added.Length == 0 ? Decision.AlreadySo : Disordered([.. state.Categories, .. added]) ?? Decision.Take(new CategoriesAdded(added, command.Because));
    }

    /// <summary>Refuses categories that are twice there, within one that is not there, or within themselves.</summary>
    private static Decision? Disordered(IReadOnlyList<Category> categories)
    {
        if (categories.GroupBy(c => c.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Decision.Refuse("CATEGORY_TWICE", $"The category {twice.Key} is there twice; each has a key of its own.");
        var within = categories.ToDictionary(c => c.Key, c => c.Within);
        foreach (var category in categories)
        {
            var (at, steps) = (category.Within, 0);
            for (; at is not null && within.TryGetValue(at, out var next) && steps <= categories.Count; steps++) at = next;
            if (at is not null)
                return Decision.Refuse("CATEGORY_WITHIN_NOTHING", $"{category.Key} should be a part of another category of this list, and through {at} it is not.");
        }
        return null;
    }

    private static string Mapping(string source, string word) => $"{source}\n{word}";

    private static string Listed(IReadOnlyList<Category> categories) =>
        string.Join(", ", categories.Take(20).Select(c => c.Key)) + (categories.Count > 20 ? $" and {categories.Count - 20} more" : "");

    private bool Has(string key) => Categories.Any(c => c.Key == key);
}
