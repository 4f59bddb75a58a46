using System.Text.Json;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Disclosure;

/// <summary>One category of a classification.</summary>
/// <param name="Key">Its key, unique in the classification.</param>
/// <param name="Label">What it is called in print.</param>
/// <param name="Parent">The key of the category above it, which is the sum of those below; none for a category at the top.</param>
/// <param name="Parts">
/// For a category with none below it: the smallest parts that it is made of, by keys that all classifications of the
/// dimension share, such as the areas of a ward. Left out, the category is one part under its own key. Parts are what
/// relates overlapping classifications, such as the wards before and after a boundary review.
/// </param>
[GenerateSerializer, Immutable]
public sealed record Category(string Key, string Label, string? Parent = null, IReadOnlyList<string>? Parts = null);

/// <summary>
/// A classification, as a version of it stands: categories in a tree, whose totals and subtotals are the categories
/// that have others below them. Categories without one above and below are side by side and have no total.
/// </summary>
/// <param name="Key">Its key, such as ethnic-group-18.</param>
/// <param name="Version">Its version, such as 2011.</param>
/// <param name="Categories">Its categories, in the order of print.</param>
[GenerateSerializer, Immutable]
public sealed record Classification(string Key, string Version, IReadOnlyList<Category> Categories)
{
    /// <summary>Categories that make one total, which stands first under the key "total".</summary>
    public static Classification WithTotal(string key, string version, params IReadOnlyList<Category> categories) =>
        new(key, version, [new Category("total", "Total"), .. categories.Select(c => c with { Parent = c.Parent ?? "total" })]);
}

/// <summary>A dimension of a table.</summary>
/// <param name="Key">What is told apart, such as ward, sex or period: one key for one thing in every table.</param>
/// <param name="Label">What it is called in print.</param>
/// <param name="Classification">The classification by which it is told apart here.</param>
[GenerateSerializer, Immutable]
public sealed record TableDimension(string Key, string Label, Classification Classification);

/// <summary>A count, before it is protected.</summary>
/// <param name="At">The keys of its categories, one for each dimension in the table's order.</param>
/// <param name="Count">How many.</param>
/// <param name="Denominator">How many there are to be counted from, when that is public knowledge: a percentage is then shown, and nobody can believe the count to be more.</param>
[GenerateSerializer, Immutable]
public sealed record TableCell(IReadOnlyList<string> At, long Count, long? Denominator = null);

/// <summary>
/// A table of counts that somebody wants to publish. Only the innermost cells need to be given, and those that are left
/// out count nothing; totals and subtotals are the sums, and one that is given must be the sum.
/// </summary>
/// <param name="Statistic">
/// What is counted, by a key: all tables with this key count the same people or happenings, and are protected against
/// one another. A table of some of them is a table of the same statistic with one more dimension.
/// </param>
/// <param name="Title">The table's title in print.</param>
/// <param name="AsAt">The day up to which was counted. A later issue holds what an earlier one held and what came since.</param>
/// <param name="Dimensions">Its dimensions; none for a single figure.</param>
/// <param name="Cells">Its counts.</param>
[GenerateSerializer, Immutable]
public sealed record CountTable(
    string Statistic, string Title, DateOnly AsAt, IReadOnlyList<TableDimension> Dimensions, IReadOnlyList<TableCell> Cells)
{
    /// <summary>A table of more cells than this is not taken.</summary>
    public const int MostCells = 50_000;

    /// <summary>What is wrong with the table, by field; empty when it can be protected.</summary>
    public IReadOnlyList<(string Field, string Sentence)> Mistakes() => TableMistakes.Of(this);
}

/// <summary>How a cell is published.</summary>
public enum CellMark
{
    /// <summary>As it was counted.</summary>
    Exact = 1,
    /// <summary>Rounded to the policy's base.</summary>
    Rounded,
    /// <summary>Not at all. Whether it is small itself or protects another is not told, because that would say how small.</summary>
    Suppressed,
}

/// <summary>A cell as it is published.</summary>
/// <param name="Mark">How.</param>
/// <param name="Value">The value; none when suppressed.</param>
/// <param name="Denominator">The known denominator, if there is one.</param>
/// <param name="Percent">What per cent the published value is of it, to one decimal.</param>
[GenerateSerializer, Immutable]
public sealed record ProtectedCell(CellMark Mark, long? Value, long? Denominator = null, decimal? Percent = null)
{
    /// <summary>As it is printed: a number, or "suppressed".</summary>
    [JsonIgnore]
    public string Printed => Value is { } value ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : "suppressed";

    /// <summary>A value that is shown, with what per cent it is of a known denominator.</summary>
    internal static ProtectedCell Of(CellMark mark, long value, long? denominator) =>
        new(mark, value, denominator, denominator is { } all ? Math.Round(100m * value / all, 1, MidpointRounding.AwayFromZero) : null);
}

/// <summary>
/// A table as it may be published. It holds nothing that is not public, so it may stand in events, reports and answers.
/// </summary>
/// <param name="Statistic">What is counted.</param>
/// <param name="Title">Its title.</param>
/// <param name="AsAt">The day up to which was counted.</param>
/// <param name="Dimensions">Its dimensions.</param>
/// <param name="Cells">Its cells, the last dimension running fastest: as many as the product of the dimensions' categories.</param>
/// <param name="Rule">The rule by which it was protected.</param>
[GenerateSerializer, Immutable]
public sealed record ProtectedTable(
    string Statistic, string Title, DateOnly AsAt, IReadOnlyList<TableDimension> Dimensions, IReadOnlyList<ProtectedCell> Cells, DisclosureRule Rule)
{
    /// <summary>The cell at these categories, one key for each dimension.</summary>
    /// <exception cref="KeyNotFoundException">The table has no such category.</exception>
    public ProtectedCell At(params IReadOnlyList<string> keys) => Cells[Grid.IndexOf(Dimensions, keys)];

    /// <summary>The category keys of the cell at a place in <see cref="Cells"/>.</summary>
    public IReadOnlyList<string> KeysAt(int index) => Grid.KeysAt(Dimensions, index);

    /// <summary>The category labels of the cell at a place in <see cref="Cells"/>.</summary>
    public IReadOnlyList<string> LabelsAt(int index) =>
        [.. Grid.CategoriesAt(Dimensions, index).Select((c, d) => Dimensions[d].Classification.Categories[c].Label)];

    /// <summary>Whether another table tells a reader the very same.</summary>
    internal bool SaysTheSameAs(ProtectedTable other) => JsonSerializer.Serialize(this, Catalogue.Json) == JsonSerializer.Serialize(other, Catalogue.Json);

    /// <summary>How many cells are suppressed.</summary>
    [JsonIgnore]
    public int Suppressed => Cells.Count(c => c.Mark is CellMark.Suppressed);
}
