using System.Text.Json;

namespace EqualitiesPlatform.Cases;

/// <summary>What the policy in force says of cases, by its dotted names; the defaults are practice.</summary>
internal static class CasePolicy
{
    private static readonly Dictionary<(CaseKind, CaseClock), int> Usual = new()
    {
        [(CaseKind.Concern, CaseClock.Acknowledge)] = 2, [(CaseKind.Concern, CaseClock.FirstResponse)] = 10, [(CaseKind.Concern, CaseClock.Review)] = 20,
        [(CaseKind.Tension, CaseClock.Acknowledge)] = 1, [(CaseKind.Tension, CaseClock.FirstResponse)] = 2, [(CaseKind.Tension, CaseClock.Review)] = 5,
        [(CaseKind.Barrier, CaseClock.Acknowledge)] = 2, [(CaseKind.Barrier, CaseClock.FirstResponse)] = 10, [(CaseKind.Barrier, CaseClock.Review)] = 20,
        [(CaseKind.HateCrimeReport, CaseClock.Acknowledge)] = 1, [(CaseKind.HateCrimeReport, CaseClock.FirstResponse)] = 2, [(CaseKind.HateCrimeReport, CaseClock.Review)] = 10,
    };

    /// <summary>
    /// The working days of a clock: as set for the kind of case and its grade (a tension's level, else the priority), else
    /// for the kind, such as cases.clock.tension.high.review and cases.clock.tension.review.
    /// </summary>
    public static int Days(PolicyValues policy, CaseClock clock, Case state)
    {
        var (of, what) = (Word(state.Of!.Value), Word(clock));
        var grade = state.Grade?.Level ?? Word(state.Priority);
        var usual = Usual.GetValueOrDefault((state.Of.Value, clock), 60);
        return policy.Number($"cases.clock.{of}.{grade}.{what}", policy.Number($"cases.clock.{of}.{what}", state.Priority is CasePriority.Urgent ? (usual + 1) / 2 : usual));
    }

    /// <summary>For how many months a closed case keeps what is about people.</summary>
    public static int MonthsKept(PolicyValues policy, CaseKind of) => policy.Number($"cases.retention.{Word(of)}", 24);

    /// <summary>The tension scale in use: its version's key, and its levels from the lowest to the highest.</summary>
    public static (string Scale, IReadOnlyList<string> Levels) TensionScale(PolicyValues policy)
    {
        var scale = policy.Word("cases.tension-scale", "usual");
        return (scale, policy.Word($"cases.tension-scale.{scale}.levels", "calm watched raised high").Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Word<T>(T word) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
}
