namespace EqualitiesPlatform.Disclosure;

/// <summary>How small numbers are kept from being read.</summary>
public enum SmallNumberMethod
{
    /// <summary>Small counts are suppressed, and others with them so that they can't be worked out; the rest is exact.</summary>
    Suppress = 1,
    /// <summary>Every count is rounded to the base; what could be worked out all the same is suppressed.</summary>
    Round,
}

/// <summary>What is done about a count of nothing.</summary>
public enum ZeroRule
{
    /// <summary>It is shown: that nobody is there is no secret. A suppressed count is then never nothing.</summary>
    Show = 1,
    /// <summary>It is small, and protected as small counts are.</summary>
    Protect,
}

/// <summary>The rule of disclosure control in force: policy data, from the pack's values.</summary>
/// <param name="Version">The policy version that set it; empty before any pack.</param>
/// <param name="Threshold">The least count that is not small.</param>
/// <param name="Width">The protection width: the interval in which a reader can place a suppressed count is at least so wide.</param>
/// <param name="Method">Suppressing or rounding.</param>
/// <param name="RoundingBase">What is rounded to.</param>
/// <param name="Zeros">What is done about nothing.</param>
[GenerateSerializer, Immutable]
public sealed record DisclosureRule(string Version, int Threshold, int Width, SmallNumberMethod Method, int RoundingBase, ZeroRule Zeros)
{
    /// <summary>The rule of a pack that sets none: counts from 1 to 4 are suppressed, zeros are shown, and a suppressed count stays uncertain by 3.</summary>
    public static readonly DisclosureRule Default = new("", 5, 3, SmallNumberMethod.Suppress, 5, ZeroRule.Show);

    /// <summary>The rule among policy values.</summary>
    public static DisclosureRule From(PolicyValues policy) => new(
        policy.Version,
        policy.Number("disclosure.threshold", Default.Threshold),
        policy.Number("disclosure.width", Default.Width),
        policy.Word("disclosure.method", "suppress") == "round" ? SmallNumberMethod.Round : SmallNumberMethod.Suppress,
        policy.Number("disclosure.rounding-base", Default.RoundingBase),
        policy.Word("disclosure.zeros", "show") == "protect" ? ZeroRule.Protect : ZeroRule.Show);

    /// <summary>The rule as it stands under a table.</summary>
    public string InWords() => (Method, Zeros) switch
    {
        (SmallNumberMethod.Round, _) => $"Every count is rounded to a multiple of {RoundingBase}; where a count below {Threshold} could still be worked out to within {Width}, cells are suppressed.",
        (_, ZeroRule.Show) => $"Counts from 1 to {Threshold - 1} are suppressed, and others so that no suppressed count can be worked out to within {Width}; a count of 0 is shown.",
        _ => $"Counts below {Threshold} are suppressed, and others so that no suppressed count can be worked out to within {Width}.",
    };

    /// <summary>The least that a reader can believe of a suppressed count.</summary>
    internal long Least => Zeros is ZeroRule.Show ? 1 : 0;

    /// <summary>Whether a count is small.</summary>
    internal bool IsSmall(long count) => count < Threshold && count >= Least;

    /// <summary>A count as it is rounded: to the nearest multiple, halves upwards.</summary>
    internal long Rounded(long count) => (count + RoundingBase / 2) / RoundingBase * RoundingBase;

    /// <summary>What a rounded value tells: the least and the greatest count that are rounded to it.</summary>
    internal (long Least, long Most) Behind(long rounded) =>
        (Math.Max(0, rounded - RoundingBase / 2), rounded - RoundingBase / 2 + RoundingBase - 1);
}
