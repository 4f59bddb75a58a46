using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;

namespace EqualitiesPlatform.Ledger;

/// <summary>A request whose fields can't be read: all of them at once, each with a sentence.</summary>
public sealed class FieldsException(IReadOnlyList<(string Field, string Sentence)> violations)
    : Exception(string.Join(" ", violations.Select(v => $"{v.Field}: {v.Sentence}")))
{
    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyList<(string Field, string Sentence)> Violations => violations;
}

/// <summary>
/// Reads a request's fields into the domain's own types. A field that can't be read is noted, and the reading goes on,
/// so that the caller hears of all of them at once. Fields are named as the proto names them, from the expression read.
/// </summary>
public partial class Fields
{
    private const int LongestText = 4000;
    private readonly List<(string Field, string Sentence)> _violations = [];
    private readonly Guid _namespace;

    internal Fields(Guid ns) => _namespace = ns;

    /// <summary>Notes that a field is wrong; the sentence says what to do.</summary>
    public void Violate(string field, string sentence)
    {
        if (!_violations.Exists(v => v.Field == field)) _violations.Add((field, sentence));
    }

    /// <summary>What is read by other means, whose violations are noted with the others; null when it can't be read.</summary>
    public T? Try<T>(Func<T> read) where T : class
    {
        try
        {
            return read();
        }
        catch (FieldsException wrong)
        {
            foreach (var (field, sentence) in wrong.Violations) Violate(field, sentence);
            return null;
        }
    }

    /// <summary>An id, as a UUID or as the policy pack's key.</summary>
    public TId Id<TId>(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
        where TId : struct, ITypedId<TId> => OptionalId<TId>(value, expression) ?? Missing<TId>(expression);

    /// <summary>An id that may be left out.</summary>
    public TId? OptionalId<TId>(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
        where TId : struct, ITypedId<TId>
    {
        if (value.Length == 0) return null;
        if (TypedId.TryParse<TId>(value, out var id)) return id;
        if (IsKebabCase(value) && _namespace != Guid.Empty) return NameBasedId.Of<TId>(_namespace, value);
        if (IsKebabCase(value))
        {
            Violate(NameOf(expression), $"No policy pack is loaded yet, so {Shown(value)} names nothing; load one, or give a UUID.");
            return default(TId);
        }
        Violate(NameOf(expression), $"{Shown(value)} is neither a UUID nor a key such as capita-access-audit.");
        return default(TId);
    }

    /// <summary>The ids of a list.</summary>
    public IReadOnlyList<TId> Ids<TId>(IEnumerable<string> values, [CallerArgumentExpression(nameof(values))] string expression = "")
        where TId : struct, ITypedId<TId> =>
        [.. values.Select((v, i) => Id<TId>(v, $"{expression}[{i}]"))];

    /// <summary>A key in kebab-case that may be left out.</summary>
    public string? OptionalKey(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value.Length == 0) return null;
        if (!IsKebabCase(value))
            Violate(NameOf(expression), $"{Shown(value)} is not a key: small letters, digits and hyphens, beginning with a letter.");
        return value;
    }

    /// <summary>A key in kebab-case.</summary>
    public string Key(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value.Length == 0) Violate(NameOf(expression), "This is needed.");
        return OptionalKey(value, expression) ?? "";
    }

    /// <summary>The keys of a list.</summary>
    public IReadOnlyList<string> Keys(IEnumerable<string> values, [CallerArgumentExpression(nameof(values))] string expression = "") =>
        [.. values.Select((v, i) => Key(v, $"{expression}[{i}]"))];

    /// <summary>References to what the pack says, such as <c>aim:a1</c>: a kind and a key.</summary>
    public IReadOnlyList<string> References(IEnumerable<string> values, [CallerArgumentExpression(nameof(values))] string expression = "")
    {
        foreach (var (value, i) in values.Select((v, i) => (v, i)))
            if (value.Split(':') is not [var kind, var key] || !IsKebabCase(kind) || !IsKebabCase(key))
                Violate($"{NameOf(expression)}[{i}]", $"{Shown(value)} is not a reference such as aim:a1, a kind and a key.");
        return [.. values];
    }

    /// <summary>A reference to what the pack says, such as <c>way:w4</c>; of one kind, when only that will do.</summary>
    public string Reference(string value, string? kind = null, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value.Length == 0) Violate(NameOf(expression), "This is needed.");
        else if (value.Split(':') is not [var head, var key] || !IsKebabCase(head) || !IsKebabCase(key) || (kind is not null && head != kind))
            Violate(NameOf(expression), $"{Shown(value)} is not a reference such as {kind ?? "way"}:{(kind is null ? "w4" : "p3")}, a kind and a key.");
        return value;
    }

    /// <summary>Groups of people, such as <c>characteristic:age</c> and <c>group:young-adults</c>, each once.</summary>
    public IReadOnlyList<string> Groups(IEnumerable<string> values, [CallerArgumentExpression(nameof(values))] string expression = "")
    {
        foreach (var (value, i) in values.Select((v, i) => (v, i)))
            if (AssessedGroups.Wrong(value) is { } wrong) Violate($"{NameOf(expression)}[{i}]", wrong);
        return [.. References(values, expression).Distinct()];
    }

    /// <summary>An address on the web.</summary>
    public string WebAddress(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value.Length == 0) Violate(NameOf(expression), "This is needed.");
        else if (value.Length > 2000 || !Uri.TryCreate(value, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            Violate(NameOf(expression), $"{Shown(value)} is not an address on the web, beginning with https:// or http://.");
        return value;
    }

    /// <summary>A person's id at the identity provider, in the form that their tokens have.</summary>
    public string Subject(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (!Guid.TryParse(value, out var subject)) Violate(NameOf(expression), "Give the person's id at the identity provider: the oid of their tokens, a UUID.");
        return subject.ToString("D");
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string value, int longest = LongestText, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (string.IsNullOrWhiteSpace(value)) Violate(NameOf(expression), "This is needed.");
        return OptionalText(value, longest, expression) ?? "";
    }

    /// <summary>A text that may be left out.</summary>
    public string? OptionalText(string value, int longest = LongestText, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (string.IsNullOrWhiteSpace(value)) return null;
        if (value.Length > longest) Violate(NameOf(expression), $"At most {longest} characters, please; this has {value.Length}.");
        if (value.Any(c => char.IsControl(c) && c is not ('\n' or '\t' or '\r'))) Violate(NameOf(expression), "This has control characters in it.");
        return value.Normalize(NormalizationForm.FormC).Trim();
    }

    /// <summary>A day, as 2014-03-31.</summary>
    public DateOnly Day(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        OptionalDay(value, expression) ?? Missing<DateOnly>(expression);

    /// <summary>A day that may be left out.</summary>
    public DateOnly? OptionalDay(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value.Length == 0) return null;
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 2200) return day;
        Violate(NameOf(expression), $"{Shown(value)} is not a day such as 2014-03-31.");
        return default(DateOnly);
    }

    /// <summary>A financial year, as 2013-14.</summary>
    public FinancialYear Year(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Printed<FinancialYear>(value, "a financial year such as 2013-14", expression);

    /// <summary>A reporting period, as 2013-14 Q2.</summary>
    public ReportingPeriod Period(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Printed<ReportingPeriod>(value, "a reporting period such as 2013-14 Q2", expression);

    /// <summary>The period that a figure is about, in any form that people write it in.</summary>
    public MeasuredPeriod Measured(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Printed<MeasuredPeriod>(value, "a period such as 2013-14 Q2, 2013-14, 2013, 2012 to 2014 or May 2013", expression);

    /// <summary>A number with a point for its decimals, exact to 28 digits.</summary>
    public decimal Number(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        OptionalNumber(value, expression) ?? Missing<decimal>(expression);

    /// <summary>A number that may be left out.</summary>
    public decimal? OptionalNumber(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value.Length == 0) return null;
        if (value.Length <= 40 && decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return number;
        Violate(NameOf(expression), $"{Shown(value)} is not a number such as 12.5, without thousands separators.");
        return default(decimal);
    }

    /// <summary>One of the domain's words, from the proto's word of the same name; unspecified is refused.</summary>
    public TWord Word<TWord>(Enum value, [CallerArgumentExpression(nameof(value))] string expression = "") where TWord : struct, Enum
    {
        if (OptionalWord<TWord>(value, expression) is { } word) return word;
        if (IsUnspecified(value)) Violate(NameOf(expression), $"Say which: {Choices<TWord>()}.");
        return default;
    }

    /// <summary>One of the domain's words, or null when unspecified.</summary>
    public TWord? OptionalWord<TWord>(Enum value, [CallerArgumentExpression(nameof(value))] string expression = "") where TWord : struct, Enum
    {
        if (IsUnspecified(value)) return null;
        if (Enum.TryParse<TWord>(value.ToString(), out var word) && Enum.IsDefined(word)) return word;
        Violate(NameOf(expression), $"{value} is not known; it can be {Choices<TWord>()}.");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Whole(int value, int least, int most, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        if (value < least || value > most) Violate(NameOf(expression), $"This should be from {least} to {most}; it is {value}.");
        return value;
    }

    private protected bool AnyWrong => _violations.Count > 0;

    /// <summary>Refuses the request when anything in it could not be read.</summary>
    public void Done()
    {
        if (AnyWrong) throw new FieldsException(_violations);
    }

    internal static bool IsTypedId(Type type) => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITypedId<>));

    internal static Guid NamedId(Type type, Guid ns, string key) =>
        NameBasedId.Of(ns, $"{KindOfId.GetOrAdd(type, t => (string)t.GetProperty("Kind")!.GetValue(null)!)}:{key}");

    internal static bool IsKebabCase(string value) => value.Length <= 100 && KebabCase().IsMatch(value);

    internal static string SnakeCase(string name) => Hump().Replace(name, "_").ToLowerInvariant();

    private static readonly ConcurrentDictionary<Type, string> KindOfId = new();

    private static bool IsUnspecified(Enum value) => Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0;

    private static string Choices<TWord>() where TWord : struct, Enum =>
        string.Join(", ", Enum.GetNames<TWord>().Select(n => SnakeCase(n).ToUpperInvariant()));

    private T Printed<T>(string value, string what, string expression) where T : struct, IParsable<T>
    {
        if (value.Length == 0) return Missing<T>(expression);
        if (T.TryParse(value, CultureInfo.InvariantCulture, out var parsed)) return parsed;
        Violate(NameOf(expression), $"{Shown(value)} is not {what}.");
        return default;
    }

    private T Missing<T>(string expression) where T : struct
    {
        Violate(NameOf(expression), "This is needed.");
        return default;
    }

    private static string Shown(string value) => $"\"{(value.Length > 60 ? value[..60] + "…" : value)}\"";

    // "r.DueOn" reads as due_on, "r.Serves[0]" as serves[0].
    private protected static string NameOf(string expression) => SnakeCase(expression[(expression.IndexOf('.') + 1)..]);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Hump();
}

/// <summary>How days are shown in answers.</summary>
public static class Days
{
    /// <summary>A day as 2014-03-31, or nothing.</summary>
    public static string Shown(this DateOnly? day) => day?.Shown() ?? "";

    /// <summary>A day as 2014-03-31.</summary>
    public static string Shown(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
