using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace EqualitiesPlatform.Objectives;

/// <summary>A file of separated values as text: in which encoding, divided by what.</summary>
internal static class CsvText
{
    private static readonly Encoding Strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly char[] Dividers = [',', ';', '\t', '|'];

    /// <summary>An encoding by its name, if it is one that files come in.</summary>
    public static Encoding? Named(string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" => Encoding.UTF8,
        "utf-16" or "utf-16le" => Encoding.Unicode,
        "utf-16be" => Encoding.BigEndianUnicode,
        // What calls itself by the older name is written with the marks of the newer.
        "windows-1252" or "iso-8859-1" or "latin1" => Windows,
        _ => null,
    };

    /// <summary>The encoding of a file: what its first bytes mark, what is said, UTF-16 where every other byte is nothing, UTF-8 when it is that, else windows-1252.</summary>
    public static Encoding EncodingOf(Stream file, string? said)
    {
        Span<byte> start = stackalloc byte[4];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, 4, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.StartsWith(Encoding.UTF8.Preamble)) return Encoding.UTF8;
        if (start.StartsWith(Encoding.Unicode.Preamble)) return Encoding.Unicode;
        if (start.StartsWith(Encoding.BigEndianUnicode.Preamble)) return Encoding.BigEndianUnicode;
        if (said is not null && Named(said) is { } named && named != Encoding.UTF8) return named;
        if (said is null && start is [not 0, 0, not 0, 0]) return Encoding.Unicode;
        if (said is null && start is [0, not 0, 0, not 0]) return Encoding.BigEndianUnicode;
        try
        {
            var (decoder, bytes, chars) = (Strict.GetDecoder(), new byte[64 * 1024], new char[64 * 1024 + 16]);
            int read;
            while ((read = file.Read(bytes)) > 0) decoder.GetChars(bytes.AsSpan(0, read), chars, flush: false);
            decoder.GetChars([], chars, flush: true);
            return Encoding.UTF8;
        }
        catch (DecoderFallbackException)
        {
            return said is null ? Windows : throw FigureMapping.Bad("The mapping says that the file is UTF-8, and it is not: leave encoding out, or say windows-1252.");
        }
        finally
        {
            file.Position = 0;
        }
    }

    /// <summary>What divides the columns: the commonest of the usual marks in the line of the headings, outside quotes.</summary>
    public static string DelimiterOf(Stream file, Encoding encoding, int headingsAt = 1)
    {
        using var reader = new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        for (var line = 1; line < headingsAt; line++) reader.ReadLine();
        var counts = new int[Dividers.Length];
        var quoted = false;
        for (var read = 0; read < 1_000_000 && reader.Read() is var c and >= 0; read++)
        {
            if (c == '"') quoted = !quoted;
            if (!quoted && c is '\n' or '\r' && counts.Any(n => n > 0)) break;
            if (!quoted && Array.IndexOf(Dividers, (char)c) is var at and >= 0) counts[at]++;
        }
        file.Position = 0;
        return Dividers[Array.IndexOf(counts, counts.Max())].ToString();
    }

    /// <summary>Reads the file record by record.</summary>
    public static CsvParser Open(Stream file, Encoding encoding, string delimiter)
    {
        file.Position = 0;
        return new CsvParser(
            new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true),
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = delimiter, BadDataFound = null, IgnoreBlankLines = true, LineBreakInQuotedFieldIsBadData = false, MaxFieldSize = 100_000, BufferSize = 64 * 1024,
            });
    }

    private static Encoding Windows => CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
}

/// <summary>Numbers as files have them.</summary>
internal static class CsvNumber
{
    /// <summary>A number with this decimal mark, perhaps with thousands set apart, in threes; null when it is none.</summary>
    /// <param name="flags">What may stand behind it and does not matter.</param>
    public static decimal? Read(string text, char mark, IReadOnlyList<string>? flags = null)
    {
        var plain = new StringBuilder(text.Length);
        var (digits, sinceGroup, grouped, fraction) = (0, -1, '\0', false);
        text = text.Trim().Trim('\u00a0');
        while (flags?.FirstOrDefault(f => f.Length > 0 && text.EndsWith(f, StringComparison.Ordinal)) is { } flag) text = text[..^flag.Length].TrimEnd();
        if (text.EndsWith('%')) text = text[..^1].TrimEnd();
        for (var i = 0; i < text.Length; i++)
        {
            // A minus is often set as a dash.
            var c = text[i] is '\u2212' or '\u2013' ? '-' : text[i];
            if (c is '+' or '-' && i == 0) plain.Append(c);
            else if (char.IsAsciiDigit(c))
            {
                plain.Append(c);
                digits++;
                if (sinceGroup >= 0) sinceGroup++;
            }
            else if (c == mark && !fraction && sinceGroup is -1 or 3)
            {
                plain.Append('.');
                (fraction, sinceGroup) = (true, -1);
            }
            else if (!fraction && c is ',' or '.' or ' ' or '\u00a0' or '\u2009' or '\u202f' or '\'' && c != mark && (grouped == '\0' ? digits is > 0 and <= 3 : grouped == c && sinceGroup == 3))
                (grouped, sinceGroup) = (c, 0);
            else if (c is 'e' or 'E' && digits > 0 && grouped == '\0' && int.TryParse(text.AsSpan(i + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) && Math.Abs(power) <= 28)
                return decimal.TryParse($"{plain}e{power.ToString(CultureInfo.InvariantCulture)}", NumberStyles.Float, CultureInfo.InvariantCulture, out var scaled) ? scaled : null;
            else return null;
        }
        return digits > 0 && sinceGroup is -1 or 3 && digits <= 40 && decimal.TryParse(plain.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
