using System.Text.RegularExpressions;
using Equalities.Objectives.V1;
using Grpc.Core;
using Shown = Equalities.Objectives.V1;

namespace EqualitiesPlatform.Objectives;

internal sealed partial class ClassificationEndpoint(Intake intake, Registers registers) : ClassificationService.ClassificationServiceBase
{
    private const int MostCategories = 5000;

    public override Task<PublishClassificationResponse> PublishClassification(PublishClassificationRequest r, ServerCallContext context) =>
        intake.Write<PublishClassificationResponse>(context, r, f =>
        {
            if (r.Category.Count > MostCategories) f.Violate("category", $"Give {MostCategories} categories at most.");
            return new PublishClassification(
                f.Id<ClassificationId>(r.ClassificationId), f.Key(r.ClassificationId), f.Text(r.Title, 200), f.Word<BreakdownBy>(r.By),
                [.. r.Category.Select((c, i) => Read(f, c, i))], f.OptionalDay(r.EffectiveOn));
        });

    public override Task<MapCategoriesResponse> MapCategories(MapCategoriesRequest r, ServerCallContext context) =>
        intake.Write<MapCategoriesResponse>(context, r, f =>
        {
            if (r.Word.Count is 0 or > MostCategories) f.Violate("word", $"Give 1 to {MostCategories} words.");
            return new MapCategories(f.Id<ClassificationId>(r.ClassificationId), f.Key(r.Source),
                [.. r.Word.Select((w, i) => new MappedWord(f.Text(w.Word, 500, $"r.Word[{i}].Word"), CategoryKey(f, w.Category, $"word[{i}].category")))]);
        });

    public override Task<RelabelCategoryResponse> RelabelCategory(RelabelCategoryRequest r, ServerCallContext context) =>
        intake.Write<RelabelCategoryResponse>(context, r, f =>
            new RelabelCategory(f.Id<ClassificationId>(r.ClassificationId), CategoryKey(f, r.Category, "category"), f.Text(r.Label, 500)));

    public override async Task<GetClassificationResponse> GetClassification(GetClassificationRequest r, ServerCallContext context)
    {
        // Whoever reports figures may see by which categories.
        var id = intake.Read(f => f.Id<ClassificationId>(r.ClassificationId));
        var found = await registers.Find<ClassificationRegister>(StreamKey.Of(ClassificationId.Kind, id.Value), ct: context.CancellationToken);
        return new() { Classification = Showing(found ?? throw new LedgerException(new Failure(FailureKind.NotFound, "NOT_FOUND", "There is no such classification."))) };
    }

    public override async Task<ListClassificationsResponse> ListClassifications(ListClassificationsRequest r, ServerCallContext context)
    {
        var page = await intake.List<ClassificationRegister>(context, r);
        return new() { Classifications = { page.Items.Select(Showing) }, NextPageToken = page.NextPageToken };
    }

    internal static bool IsCategoryKey(string key) => key.Length is > 0 and <= 100 && CategoryKeys().IsMatch(key);

    private static Category Read(WriteFields f, Shown.Category category, int i) => new(
        CategoryKey(f, category.Key, $"category[{i}].key"), f.Text(category.Label, 500, $"r.Category[{i}].Label"),
        category.Within.Length == 0 ? null : CategoryKey(f, category.Within, $"category[{i}].within"));

    private static string CategoryKey(Fields f, string key, string field)
    {
        if (!IsCategoryKey(key)) f.Violate(field, "A category's key has small letters, digits and hyphens, such as 16-24 or white-irish.");
        return key;
    }

    private static Shown.Classification Showing(ClassificationRegister classification) => new()
    {
        ClassificationId = classification.Classification.ToString(),
        Key = classification.Key,
        Number = classification.Number,
        Title = classification.Title,
        By = Enum.Parse<Shown.BreakdownBy>(classification.By.ToString()),
        Since = classification.Since.Shown(),
        Categories = { classification.Categories.Select(c => new Shown.Category { Key = c.Key, Label = c.Label, Within = c.Within ?? "" }) },
        Mapped = { classification.Mapped.Select(m => new Shown.SourceWord { Source = m.Source, Word = m.Word, Category = m.Category }) },
        Version = classification.Version,
    };

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex CategoryKeys();
}
