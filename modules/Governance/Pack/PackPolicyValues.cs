using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Governance;

/// <summary>The values that rules are set with; what a pack leaves out has its default.</summary>
/// <param name="Updates">When partners' updates are due and what follows when one is missing.</param>
/// <param name="Obligations">How obligations are reminded of, and when one counts as missed.</param>
/// <param name="Disclosure">How published tables are protected.</param>
/// <param name="AnswerDays">Days from the freezing of a position by which its partner answers.</param>
public sealed record PackPolicyValues(UpdateRhythm Updates, ObligationTerms Obligations, DisclosureTerms Disclosure, int AnswerDays)
{
    /// <summary>The values by their dotted names, as texts, the way rules ask for them.</summary>
    public IReadOnlyDictionary<string, string> ByName => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["updates.frequency"] = Updates.Every switch
        {
            PeriodLength.Quarter => "quarterly",
            PeriodLength.HalfYear => "half-yearly",
            _ => "yearly",
        },
        ["updates.due-days"] = Text(Updates.DueDays),
        ["updates.remind-days"] = Text(Updates.RemindDays),
        ["updates.escalate-days"] = Text(Updates.EscalateDays),
        ["updates.name-days"] = Text(Updates.NameDays),
        ["obligations.remind-days"] = Text(Obligations.RemindDays),
        ["obligations.grace-days"] = Text(Obligations.GraceDays),
        ["positions.answer-days"] = Text(AnswerDays),
        ["disclosure.threshold"] = Text(Disclosure.Threshold),
        ["disclosure.width"] = Text(Disclosure.Width),
        ["disclosure.method"] = PackWord.Of(Disclosure.Method),
        ["disclosure.rounding-base"] = Text(Disclosure.RoundingBase),
        ["disclosure.zeros"] = PackWord.Of(Disclosure.Zeros),
    };

    private static string Text(int days) => days.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The values of a pack that sets none.</summary>
    public static readonly PackPolicyValues Defaults = new(new UpdateRhythm(PeriodLength.Quarter, 14, 7, 14, 28), new ObligationTerms(14, 0),
        new DisclosureTerms(5, 3, DisclosureMethod.Suppress, 5, ZeroCounts.Show), 14);
}

/// <summary>When partners' updates are due, and the ladder that a missing one climbs (Policy, Partners, bullet 3; the days are practice).</summary>
/// <param name="Every">The length of the period that an update speaks for.</param>
/// <param name="DueDays">Days from the period's last day to the day the update is due.</param>
/// <param name="RemindDays">Days before it is due that the lead is reminded.</param>
/// <param name="EscalateDays">Days after it was due that the organisation is told.</param>
/// <param name="NameDays">Days after it was due that the report will name the partner; not before it is escalated.</param>
public sealed record UpdateRhythm(PeriodLength Every, int DueDays, int RemindDays, int EscalateDays, int NameDays);

/// <summary>When an obligation is reminded of and when it is missed (the days are practice).</summary>
/// <param name="RemindDays">Days before a due day that the owner is reminded.</param>
/// <param name="GraceDays">Days after a due day in which it does not count as missed yet.</param>
public sealed record ObligationTerms(int RemindDays, int GraceDays);

/// <summary>How published tables are protected (docs/disclosure.md; the numbers are practice).</summary>
/// <param name="Threshold">The least count that is not small.</param>
/// <param name="Width">How uncertain a suppressed count stays at least.</param>
/// <param name="Method">Suppressing or rounding.</param>
/// <param name="RoundingBase">What is rounded to.</param>
/// <param name="Zeros">What is done about a count of nothing.</param>
public sealed record DisclosureTerms(int Threshold, int Width, DisclosureMethod Method, int RoundingBase, ZeroCounts Zeros);

/// <summary>How small numbers are kept from being read.</summary>
public enum DisclosureMethod
{
    /// <summary>By suppressing them, and others so that they can't be worked out.</summary>
    Suppress = 1,
    /// <summary>By rounding every count.</summary>
    Round,
}

/// <summary>What is done about a count of nothing.</summary>
public enum ZeroCounts
{
    /// <summary>It is shown.</summary>
    Show = 1,
    /// <summary>It is protected as small counts are.</summary>
    Protect,
}
