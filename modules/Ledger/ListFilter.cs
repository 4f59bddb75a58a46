using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// The filter of every list: comparisons joined by AND, such as <c>status = OFF_TRACK AND due_on &lt; 2014-03-31</c>.
/// Fields are those of the register, in snake_case; operators are = != &lt; &lt;= &gt; &gt;= and <c>:</c> (contains);
/// ids may be UUIDs or the pack's keys. Parameters only ever go to PostgreSQL as parameters.
/// </summary>
public sealed partial class ListFilter
{
    private const int LongestFilter = 2000;
    private readonly List<string> _conditions = [];
    private readonly List<object> _parameters = [];
    private readonly List<Func<object, bool>> _tests = [];

    internal IReadOnlyList<object> Parameters => _parameters;

    internal string Sql => _conditions.Count == 0 ? "" : "where " + string.Join(" and ", _conditions);

    /// <summary>The conditions with numbered parameters, for a statement of one's own; Marten numbers its question marks itself.</summary>
    internal string Numbered(int first)
    {
        var parts = Sql.Split('?');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : $"${first + i - 1}{part}"));
    }

    internal void Add(string condition, object parameter)
    {
        _conditions.Add(condition);
        _parameters.Add(parameter);
    }

    /// <summary>With the condition that one of these may see it; null for no condition.</summary>
    public ListFilter SeenBy(IReadOnlyList<Guid>? seers)
    {
        if (seers is not null) Add("jsonb_exists_any(d.data -> 'seenBy', ?)", seers.Select(s => s.ToString()).ToArray());
        return this;
    }

    /// <summary>Two filters as one; either may be empty.</summary>
    public static string Both(string one, string other) => string.Join(" AND ", new[] { one, other }.Where(f => !string.IsNullOrWhiteSpace(f)));

    internal static ListFilter Parse<TDocument>(string filter, Guid ns)
    {
        var parsed = new ListFilter();
        if (string.IsNullOrWhiteSpace(filter)) return parsed;
        if (filter.Length > LongestFilter) throw Bad($"A filter may have {LongestFilter} characters at most.");
        if (filter.Any(char.IsControl)) throw Bad("A filter has no control characters in it.");
        var at = 0;
        while (true)
        {
            var match = Comparison().Match(filter, at);
            if (!match.Success || match.Index != at)
                throw Bad($"From character {at + 1} on, the filter is not a comparison such as status = ON_TRACK; join several with AND.");
            parsed.Compare<TDocument>(match.Groups["field"].Value, match.Groups["op"].Value, Unquoted(match.Groups["value"].Value), ns);
            at = match.Index + match.Length;
            if (at == filter.Length) return parsed;
            var and = And().Match(filter, at);
            if (!and.Success || and.Index != at)
                throw Bad($"At character {at + 1} of the filter, AND and another comparison should follow; values with spaces stand in double quotes.");
            at += and.Length;
        }
    }

    /// <summary>The same comparisons for rows that are at hand.</summary>
    /// <exception cref="FieldsException">The filter can't be read.</exception>
    public static Func<TRow, bool> Matching<TRow>(string filter, Guid ns) where TRow : notnull
    {
        var tests = Parse<TRow>(filter, ns)._tests;
        return row => tests.TrueForAll(test => test(row));
    }

    private void Compare<TDocument>(string field, string op, string value, Guid ns)
    {
        var properties = typeof(TDocument).GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(p => SnakeCase(p.Name));
        if (!properties.TryGetValue(field, out var property) || Scalar(property.PropertyType) is not { } type)
            throw Bad($"There is no field {field} to filter by; there are {string.Join(", ", properties.Where(p => Scalar(p.Value.PropertyType) is not null).Select(p => p.Key).Order(StringComparer.Ordinal))}.");

        var json = $"d.data ->> '{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}'";
        if (op == ":")
        {
            Add($"strpos(lower({json}), lower(?)) > 0", value);
            _tests.Add(row => property.GetValue(row)?.ToString()?.Contains(value, StringComparison.OrdinalIgnoreCase) == true);
            return;
        }
        if (op is not ("=" or "!=") && (type.IsEnum || type == typeof(bool) || Fields.IsTypedId(type)))
            throw Bad($"{field} has no order: it is compared with = or !=, not with {op}.");
        void Test<T>(T to) where T : IComparable<T> => _tests.Add(row => Holds(property.GetValue(row) is T has ? has.CompareTo(to) : null, op));
        var sqlOp = op == "!=" ? "is distinct from" : op;
        if (type.IsEnum)
        {
            // By name alone, as programs or people write it: Enum.TryParse would take numbers, and several names at once.
            var word = Array.Find(Enum.GetNames(type), n => n.Equals(value.Replace("_", "").Replace("-", "").Replace(" ", ""), StringComparison.OrdinalIgnoreCase))
                ?? throw Bad($"{field} can't be {value}; it can be {string.Join(", ", Enum.GetNames(type).Select(n => SnakeCase(n).ToUpperInvariant()))}.");
            Add($"{json} {sqlOp} ?", word);
            _tests.Add(row => Holds(property.GetValue(row)?.ToString() is { } has ? string.CompareOrdinal(has, word) : null, op));
        }
        else if (type == typeof(int) || type == typeof(long) || type == typeof(decimal))
        {
            if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                throw Bad($"{field} is compared with a number, not with {value}.");
            Add($"({json})::numeric {sqlOp} ?", number);
            _tests.Add(row => Holds(property.GetValue(row) is { } has ? Convert.ToDecimal(has, CultureInfo.InvariantCulture).CompareTo(number) : null, op));
        }
        else if (type == typeof(DateOnly))
        {
            if (!DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                throw Bad($"{field} is compared with a day such as 2014-03-31, not with {value}.");
            Add($"({json}) {sqlOp} ?", day.Shown());
            Test(day);
        }
        else if (type == typeof(bool))
        {
            if (!bool.TryParse(value, out var yes)) throw Bad($"{field} is true or false, not {value}.");
            Add($"{json} {sqlOp} ?", yes ? "true" : "false");
            Test(yes);
        }
        else if (Fields.IsTypedId(type))
        {
            var id = Guid.TryParse(value, out var given) ? given
                : Fields.IsKebabCase(value) ? Fields.NamedId(type, ns, value)
                : throw Bad($"{field} is compared with a UUID or a key, not with {value}.");
            Add($"{json} {sqlOp} ?", id.ToString());
            _tests.Add(row => Holds(string.CompareOrdinal(property.GetValue(row)?.ToString(), id.ToString()), op));
        }
        else
        {
            Add($"{json} {sqlOp} ?", value);
            _tests.Add(row => Holds(property.GetValue(row) is string has ? string.CompareOrdinal(has, value) : null, op));
        }
    }

    // As the database has it: what is not there is only different.
    private static bool Holds(int? order, string op) => (order, op) switch
    {
        (null, _) => op == "!=",
        (_, "=") => order == 0,
        (_, "!=") => order != 0,
        (_, "<") => order < 0,
        (_, "<=") => order <= 0,
        (_, ">") => order > 0,
        _ => order >= 0,
    };

    private static Type? Scalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(decimal)
            || type == typeof(DateOnly) || type.IsEnum || Fields.IsTypedId(type) ? type : null;
    }

    private static string Unquoted(string value) =>
        value.StartsWith('"') ? value[1..^1].Replace("\\\"", "\"").Replace("\\\\", "\\") : value;

    internal static string SnakeCase(string name) => Fields.SnakeCase(name);

    private static FieldsException Bad(string sentence) => new([("filter", sentence)]);

    [GeneratedRegex("""\s*(?<field>[a-z][a-z0-9_]*)\s*(?<op>!=|<=|>=|=|<|>|:)\s*(?<value>"(\\.|[^"\\])*"|[^\s"]+)\s*""")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"AND\s+")]
    private static partial Regex And();
}

/// <summary>How long a list's pages are.</summary>
public static class PageSize
{
    private const int Unsaid = 50;
    private const int Largest = 500;

    /// <summary>The size of a page that was asked for.</summary>
    /// <exception cref="FieldsException">It is negative.</exception>
    public static int Of(int asked) => asked switch
    {
        < 0 => throw new FieldsException([("page_size", $"A page has 1 to {Largest} items; 0 or nothing means {Unsaid}.")]),
        0 => Unsaid,
        _ => Math.Min(asked, Largest),
    };
}

/// <summary>Page tokens: where the last page ended, opaque to callers.</summary>
public static class PageTokens
{
    /// <summary>A token of what came last on a page.</summary>
    public static string Write(string lastId) => Convert.ToBase64String(Encoding.UTF8.GetBytes(lastId));

    /// <summary>What came last on the page before, or null for the first page.</summary>
    /// <exception cref="FieldsException">The token is none.</exception>
    public static string? Read(string token)
    {
        if (token.Length == 0) return null;
        Span<byte> bytes = stackalloc byte[2048];
        return Convert.TryFromBase64String(token, bytes, out var length) && Encoding.UTF8.GetString(bytes[..length]) is var id && !id.Any(char.IsControl)
            ? id
            : throw new FieldsException([("page_token", "This is not a page token that a list gave out.")]);
    }
}
