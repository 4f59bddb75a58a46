namespace EqualitiesPlatform.Cases;

// How a community tension is graded (Report 5.1; scales are practice): on what it rests, and on a level of a scale that
// has versions. A grade keeps the scale it was given on; a new scale changes no grade that was given.

/// <summary>Grade a tension on the scale in use.</summary>
/// <param name="Level">A level of the scale, such as raised.</param>
[GenerateSerializer, Immutable]
internal sealed record GradeTension(CaseId Case, TensionBasis Basis, string Level, TextId Text, string Mark) : ICaseCommand;

/// <summary>Write down what was learned from it.</summary>
[GenerateSerializer, Immutable]
internal sealed record RecordLesson(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>What a grade rests on.</summary>
internal enum TensionBasis
{
    /// <summary>People say that they feel it.</summary>
    Experienced = 1,
    /// <summary>Something happened that shows it.</summary>
    Evidenced,
    /// <summary>Something is to come that may bring it.</summary>
    Potential,
}

/// <summary>A tension was graded, for the first time, or on another basis or scale.</summary>
/// <param name="Scale">The scale's version.</param>
/// <param name="Level">The level's key.</param>
/// <param name="Rank">The level's place on the scale, 1 for the lowest.</param>
/// <param name="Text">Why, in the erasable store.</param>
[RecordedBy<Case>("cases.tension-graded.v1")]
internal sealed record TensionGraded(string Scale, TensionBasis Basis, string Level, int Rank, TextId Text) : ISaysOfSomebody;

/// <summary>A tension went up on its scale.</summary>
/// <param name="From">The level before.</param>
[RecordedBy<Case>("cases.tension-escalated.v1")]
internal sealed record TensionEscalated(string Scale, TensionBasis Basis, string From, string Level, int Rank, TextId Text) : ISaysOfSomebody;

/// <summary>A tension went down on its scale.</summary>
/// <param name="From">The level before.</param>
[RecordedBy<Case>("cases.tension-calmed.v1")]
internal sealed record TensionCalmed(string Scale, TensionBasis Basis, string From, string Level, int Rank, TextId Text) : ISaysOfSomebody;

/// <summary>Something was learned from a tension.</summary>
[RecordedBy<Case>("cases.lesson-recorded.v1")]
internal sealed record LessonRecorded(TextId Text) : ISaysOfSomebody;

/// <summary>The grade of a tension.</summary>
internal sealed record TensionGrade(string Scale, TensionBasis Basis, string Level, int Rank);

/// <summary>What only a tension has.</summary>
internal static class Tension
{
    public static Decision Grade(Case state, GradeTension c, Occasion occasion)
    {
        if (state.Of is not CaseKind.Tension) return NoTension();
        var (scale, levels) = CasePolicy.TensionScale(occasion.Policy);
        var rank = levels.ToList().IndexOf(c.Level) + 1;
        if (rank == 0) return Decision.Refuse("LEVEL_UNKNOWN", $"The scale {scale} has the levels {string.Join(", ", levels)}.");
        if (state.Grade == new TensionGrade(scale, c.Basis, c.Level, rank)) return Decision.AlreadySo;
        object graded = state.Grade is { } before && before.Scale == scale && before.Rank != rank
            ? rank > before.Rank
                ? new TensionEscalated(scale, c.Basis, before.Level, c.Level, rank, c.Text)
                : new TensionCalmed(scale, c.Basis, before.Level, c.Level, rank, c.Text)
            : new TensionGraded(scale, c.Basis, c.Level, rank, c.Text);
        return Decision.Take([graded, .. state.Clocks.Keep(CaseClock.Review, occasion), .. state.Clocks.Set(Case.Evolve(state, graded), CaseClock.Review, occasion)]);
    }

    public static Decision Lesson(Case state, RecordLesson c) => state.Of is CaseKind.Tension ? Decision.Take(new LessonRecorded(c.Text)) : NoTension();

    private static Decision NoTension() => Decision.Refuse("NOT_A_TENSION", "Only a community tension is graded and has lessons; add a note instead.");
}
