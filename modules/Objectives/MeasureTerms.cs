using Grpc.Core;

namespace EqualitiesPlatform.Objectives;

/// <summary>What has to be known to report on a measure, looked up: its definition and the classifications it is broken down by.</summary>
internal sealed class Reporting(Intake intake, Registers registers, IPolicy policy)
{
    /// <summary>The measure that an id or key names, for a caller who may see it.</summary>
    /// <exception cref="FieldsException">It can't be read.</exception>
    /// <exception cref="LedgerException">NotFound or NotYours.</exception>
    public async Task<MeasureTerms> Measure(ServerCallContext context, string id, string? source = null)
    {
        var measure = intake.Read(f => TypedId.TryParse<MeasureId>(id, out var given) ? given : f.Id<MeasureId>(id, "r.MeasureId"));
        var register = await intake.Get<MeasureRegister>(context, StreamKey.Of(MeasureId.Kind, measure.Value), "measure");
        var breakdowns = new List<BreakdownTerms>();
        foreach (var key in register.Definition.Breakdowns)
        {
            var classification = NameBasedId.Of<ClassificationId>(policy.Namespace, key);
            breakdowns.Add(new BreakdownTerms(key, classification, await registers.Find<ClassificationRegister>(StreamKey.Of(ClassificationId.Kind, classification.Value), ct: context.CancellationToken), source));
        }
        return new MeasureTerms(register, breakdowns);
    }
}

/// <summary>A measure, to whoever reports on it.</summary>
internal sealed class MeasureTerms(MeasureRegister register, IReadOnlyList<BreakdownTerms> breakdowns)
{
    public MeasureId Id => register.Measure;

    public MeasureRegister Register => register;

    public IReadOnlyList<BreakdownTerms> Breakdowns => breakdowns;

    public SheetId Sheet(MeasuredPeriod period, string cell) => SheetId.Of(register.Measure, register.Series, period, cell);

    public BreakdownTerms? Breakdown(string key) => breakdowns.FirstOrDefault(b => b.Key == key);

    public string NoSuchBreakdown(string key) => breakdowns.Count == 0
        ? $"This measure is not broken down, and so not by {key}."
        : $"This measure is not broken down by {key}; it is by {string.Join(", ", breakdowns.Select(b => b.Key))}.";

    /// <summary>The value, from a rate's two numbers when it is not given; what does not fit together is violated.</summary>
    public decimal Amount(decimal? value, decimal? numerator, decimal? denominator, Action<string, string> violate)
    {
        var definition = register.Definition;
        if (numerator is null != denominator is null) violate(numerator is null ? "numerator" : "denominator", "Give the numerator and the denominator, or neither.");
        if (denominator <= 0) violate("denominator", "A rate's denominator is more than 0.");
        if (numerator is { } over && denominator is > 0 and { } under)
        {
            if (!definition.IsRate) violate("numerator", "This measure is no rate, so it has no numerator and denominator.");
            decimal rate;
            try
            {
                rate = over / under * definition.Per;
            }
            catch (OverflowException)
            {
                violate("value", "This rate is too large to be kept.");
                return 0;
            }
            if (value is { } given && Math.Abs(given - rate) > HalfAUnit(given))
                violate("value", $"{given.Shown()} is not {over.Shown()} to {under.Shown()} per {definition.Per.Shown()}, which is {decimal.Round(rate, 4).Shown()}.");
            return value ?? decimal.Round(rate, 6);
        }
        if (value is null) violate("value", definition.IsRate ? "Give a value, or numerator and denominator." : "This is needed.");
        return value ?? 0;
    }

    // A published rate was rounded at its last decimal; up or down is for whoever rounded it to say.
    private static decimal HalfAUnit(decimal value) => 0.51m / (decimal)Math.Pow(10, Math.Min(20, (int)value.Scale));
}

/// <summary>A classification, to whoever reports figures by it.</summary>
internal sealed class BreakdownTerms(string key, ClassificationId id, ClassificationRegister? register, string? source)
{
    private readonly Dictionary<string, string> _labels =
        register?.Categories.Concat(register.Gone).DistinctBy(c => c.Key).ToDictionary(c => c.Key, c => c.Label, StringComparer.Ordinal) ?? [];
    private readonly Dictionary<string, string> _words =
        register?.Words(source).DistinctBy(w => w.Word).ToDictionary(w => w.Word, w => w.Category, StringComparer.Ordinal) ?? [];

    public string Key => key;

    public ClassificationId Id => id;

    public ClassificationRegister? Register => register;

    /// <summary>The categories, each with the one that it is a part of.</summary>
    public IReadOnlyDictionary<string, string?> Within => register?.Categories.ToDictionary(c => c.Key, c => c.Within) ?? [];

    /// <summary>The category that a word stands for.</summary>
    public string? CategoryOf(string word) => _words.GetValueOrDefault(ClassificationRegister.Plain(word));

    /// <summary>How a category is written.</summary>
    public string LabelOf(string category) => _labels.GetValueOrDefault(category) ?? category;

    public string NoSuchCategory(string word)
    {
        if (register is null) return $"The classification {key} is not published yet; publish it first.";
        var near = _words.Keys.Select(w => (Word: w, Away: Distance(w, ClassificationRegister.Plain(word)))).Where(w => w.Away <= Math.Max(1, word.Length / 4)).OrderBy(w => w.Away).Select(w => w.Word).FirstOrDefault();
        return $"\"{(word.Length > 60 ? word[..60] + "…" : word)}\" is no category of {key}" + (near is null
            ? $", which has {string.Join(", ", register.Categories.Take(8).Select(c => c.Label))}{(register.Categories.Count > 8 ? ", …" : "")}."
            : $"; is it \"{near}\"?");
    }

    /// <summary>How many letters have to change to make one word the other.</summary>
    internal static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 12 || one.Length > 80) return int.MaxValue;
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
