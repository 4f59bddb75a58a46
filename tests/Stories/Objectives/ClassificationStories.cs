using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

public class ClassificationStories
{
    private static readonly ClassificationId Sex = new(Guid.Parse("00000000-0000-7000-8000-0000000000c1"));
    private static readonly DateOnly April = new(2013, 4, 1);
    private static readonly Category[] Two = [new("female", "Female"), new("male", "Male")];
    private static readonly ClassificationPublished First = new(Sex, "sex", 1, "Sex", BreakdownBy.Sex, Two, April);

    [Fact]
    public void It_is_published_in_versions()
    {
        Story<Classification>.Given().When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, Two, April)).Then(First);
        Story<Classification>.Given(First).When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, Two, new DateOnly(2013, 5, 1))).ThenNothing();
        Category[] three = [.. Two, new("not-said", "Prefers not to say")];
        Story<Classification>.Given(First).When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, three, new DateOnly(2013, 5, 1)))
            .Then(new ClassificationPublished(Sex, "sex", 2, "Sex", BreakdownBy.Sex, three, new DateOnly(2013, 5, 1)));
    }

    [Fact]
    public void A_category_is_there_once_and_within_another_that_is_there()
    {
        Story<Classification>.Given().When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, [Two[0], Two[0]], April)).ThenRefused("CATEGORY_TWICE");
        Story<Classification>.Given().When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, [new("a", "A", "b")], April)).ThenRefused("CATEGORY_WITHIN_NOTHING");
        Story<Classification>.Given().When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, [new("a", "A", "b"), new("b", "B", "a")], April)).ThenRefused("CATEGORY_WITHIN_NOTHING");
    }

    [Fact]
    public void Published_data_adds_the_categories_that_it_has()
    {
        Story<Classification>.Given(First).When(new AddCategories(Sex, [Two[0], new("unknown", "Unknown")], "A release"))
            .Then(new CategoriesAdded([new("unknown", "Unknown")], "A release"));
        Story<Classification>.Given(First).When(new AddCategories(Sex, Two, "A release")).ThenNothing();
        Story<Classification>.Given().When(new AddCategories(Sex, Two, "A release")).ThenRefused("CLASSIFICATION_UNKNOWN");
        // A classification may begin empty, for a file to fill; a later version that has none is a slip.
        var empty = new ClassificationPublished(Sex, "sex", 1, "Sex", BreakdownBy.Sex, [], April);
        Story<Classification>.Given().When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, [], April)).Then(empty);
        Story<Classification>.Given(empty).When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, [], April)).ThenNothing();
        Story<Classification>.Given(empty).When(new AddCategories(Sex, Two, "A release")).Then(new CategoriesAdded(Two, "A release"));
        Story<Classification>.Given(First).When(new PublishClassification(Sex, "sex", "Sex", BreakdownBy.Sex, [], April)).ThenRefused("CATEGORY_MISSING");
    }

    [Fact]
    public void Words_of_others_are_mapped_source_by_source()
    {
        var mapped = new CategoriesMapped("police", [new("F", "female")]);
        Story<Classification>.Given(First).When(new MapCategories(Sex, "police", [new("F", "female")])).Then(mapped);
        Story<Classification>.Given(First, mapped).When(new MapCategories(Sex, "police", [new("F", "female"), new("M", "male")])).Then(new CategoriesMapped("police", [new("M", "male")]));
        Story<Classification>.Given(First).When(new MapCategories(Sex, "police", [new("X", "other")])).ThenRefused("CATEGORY_UNKNOWN");
    }

    [Fact]
    public void A_category_keeps_its_figures_under_another_label()
    {
        Story<Classification>.Given(First).When(new RelabelCategory(Sex, "female", "Women")).Then(new CategoryRelabelled("female", "Female", "Women"));
        Story<Classification>.Given(First).When(new RelabelCategory(Sex, "female", "Female")).ThenNothing();
        Story<Classification>.Given(First).When(new RelabelCategory(Sex, "women", "Women")).ThenRefused("CATEGORY_UNKNOWN");
    }

    [Fact]
    public void A_word_is_known_by_key_label_former_label_and_mapping()
    {
        object[] events = [First, new CategoryRelabelled("female", "Female", "Women"), new CategoriesMapped("police", [new("F", "female")])];
        var shown = events.Select(Recorded.As(ClassificationId.Kind, Sex.Value)).Aggregate((ClassificationRegister?)null, ClassificationRegister.Fold)!;
        var police = new BreakdownTerms("sex", Sex, shown, "police");
        foreach (var word in (string[])["female", " Female ", "WOMEN", "f"]) police.CategoryOf(word).Should().Be("female");
        new BreakdownTerms("sex", Sex, shown, null).CategoryOf("f").Should().BeNull();
        police.NoSuchCategory("Womn").Should().Contain("is it \"women\"?");
    }

    [Fact]
    public void A_category_that_is_gone_keeps_its_label_for_what_stands_under_it()
    {
        object[] events = [First, new ClassificationPublished(Sex, "sex", 2, "Sex", BreakdownBy.Sex, [Two[0]], April)];
        var shown = events.Select(Recorded.As(ClassificationId.Kind, Sex.Value)).Aggregate((ClassificationRegister?)null, ClassificationRegister.Fold)!;
        new BreakdownTerms("sex", default, shown, null).LabelOf("male").Should().Be("Male");
        new BreakdownTerms("sex", Sex, shown, null).CategoryOf("male").Should().BeNull();
    }
}
