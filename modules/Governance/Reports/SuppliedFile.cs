using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace EqualitiesPlatform.Governance;

/// <summary>A small table that another department supplied as CSV.</summary>
/// <param name="Sha256">The hash of the file's bytes.</param>
/// <param name="Columns">Its header.</param>
/// <param name="Rows">Its rows, as wide as the header.</param>
internal sealed record SuppliedFile(string Sha256, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const int MostBytes = 256 * 1024, MostRows = 500, MostColumns = 20, LongestCell = 300;

    /// <summary>Reads a file; all that is wrong with it is noted for the field.</summary>
    public static SuppliedFile Read(byte[] bytes, Fields fields, string field)
    {
        var nothing = new SuppliedFile("", [], []);
        if (bytes.Length is 0 or > MostBytes)
        {
            fields.Violate(field, $"Give a CSV file of at most {MostBytes / 1024} KB, with a header.");
            return nothing;
        }
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { IgnoreBlankLines = true, TrimOptions = TrimOptions.Trim });
            var rows = new List<string[]>();
            while (parser.Read())
            {
                rows.Add([.. parser.Record!.Select(c => c.Normalize(NormalizationForm.FormC))]);
                if (rows.Count > MostRows + 1) return Bad($"At most {MostRows} rows, please.");
                if (rows[^1].Length != rows[0].Length) return Bad($"Line {parser.RawRow} has {rows[^1].Length} cells, and the header has {rows[0].Length}.");
                if (rows[^1].Any(c => c.Length > LongestCell || c.Any(char.IsControl))) return Bad($"Line {parser.RawRow} has a cell of more than {LongestCell} characters, or with control characters in it.");
                if (rows[^1][0].Length == 0) return Bad($"Line {parser.RawRow} begins with an empty cell; the first column heads the rows.");
            }
            return rows.Count < 2 ? Bad("The file needs a header and a row at least.")
                : rows[0].Length is < 2 or > MostColumns || rows[0].Any(c => c.Length == 0) ? Bad($"The header needs 2 to {MostColumns} columns, each with a name.")
                : new SuppliedFile(Convert.ToHexStringLower(SHA256.HashData(bytes)), rows[0], [.. rows.Skip(1)]);
        }
        catch (Exception e) when (e is DecoderFallbackException or CsvHelperException)
        {
            return Bad("This is not a CSV file in UTF-8.");
        }

        SuppliedFile Bad(string sentence)
        {
            fields.Violate(field, sentence);
            return nothing;
        }
    }
}
