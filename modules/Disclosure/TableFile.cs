using System.Text.Json;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Disclosure;

/// <summary>Reads a table of counts from its file (docs/disclosure.md): whole, or every mistake at once.</summary>
internal static class TableFile
{
    private const int LargestFile = 5 * 1024 * 1024;

    private static readonly JsonSerializerOptions Strict = new(Catalogue.Json)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static CountTable Read(Fields fields, ReadOnlySpan<byte> file)
    {
        var empty = new CountTable("", "", default, [], []);
        if (file.Length > LargestFile)
        {
            fields.Violate("table", $"The file has {file.Length} bytes; a table has {LargestFile} (5 MB) at most.");
            return empty;
        }
        if (file.StartsWith("\uFEFF"u8)) file = file["\uFEFF"u8.Length..];
        try
        {
            var table = JsonSerializer.Deserialize<CountTable>(file, Strict) ?? empty;
            fields.Key(table.Statistic, "r.Statistic");
            fields.Text(table.Title, 200, "r.Title");
            fields.Keys(table.Dimensions.Select(d => d.Key), "r.Dimensions");
            foreach (var (field, sentence) in table.Mistakes()) fields.Violate(field, sentence);
            return table;
        }
        catch (JsonException e)
        {
            fields.Violate("table", file.IsEmpty
                ? "Give the table's file, JSON in UTF-8."
                : $"line {e.LineNumber + 1}: this is not a table as docs/disclosure.md describes it{(e.Path is null or "$" ? "" : $", at {e.Path}")}.");
            return empty;
        }
    }
}
