namespace EqualitiesPlatform.Governance;

// What worked, with its evidence and the aims it serves; whom it was shared with, and who took it up (Policy, Difference,
// bullet 4).

/// <summary>A command to an achievement.</summary>
public interface IAchievementCommand : ICommand
{
    /// <summary>The achievement.</summary>
    AchievementId Achievement { get; }

    string ICommand.Stream => StreamKey.Of(AchievementId.Kind, Achievement.Value);
}

/// <summary>Record an achievement of a partner, or put it in other words.</summary>
/// <param name="Serves">The aims and promises that it serves, such as aim:a1.</param>
[GenerateSerializer, Immutable]
public sealed record RecordAchievement(
    AchievementId Achievement, string? Key, PartnerId Partner, string Title, string Account, string Evidence, IReadOnlyList<string> Serves, bool BestPractice,
    DateOnly? EffectiveOn) : IAchievementCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Record that it was shared: with whom, and where that can be seen.</summary>
/// <param name="With">A partner, body or network by its key, partners, or public.</param>
[GenerateSerializer, Immutable]
public sealed record ShareAchievement(AchievementId Achievement, string With, string Reference, DateOnly? EffectiveOn) : IAchievementCommand;

/// <summary>Record that a partner took the practice up.</summary>
[GenerateSerializer, Immutable]
public sealed record AdoptPractice(AchievementId Achievement, PartnerId By, string How, DateOnly? EffectiveOn) : IAchievementCommand;

/// <summary>Take back an achievement that does not stand.</summary>
[GenerateSerializer, Immutable]
public sealed record RetractAchievement(AchievementId Achievement, string Reason) : IAchievementCommand;

/// <summary>An achievement is on record.</summary>
[RecordedBy<Achievement>("governance.achievement-recorded.v1")]
public sealed record AchievementRecorded(
    AchievementId Achievement, string? Key, PartnerId Partner, string Title, [property: Statement] string Account, [property: Statement] string Evidence,
    IReadOnlyList<string> Serves, bool BestPractice, DateOnly EffectiveOn) : IEffective;

/// <summary>It was shared.</summary>
[RecordedBy<Achievement>("governance.achievement-shared.v1")]
public sealed record AchievementShared(string With, string Reference, DateOnly EffectiveOn) : IEffective;

/// <summary>A partner took it up.</summary>
[RecordedBy<Achievement>("governance.practice-adopted.v1")]
public sealed record PracticeAdopted(PartnerId By, [property: Statement] string How, DateOnly EffectiveOn) : IEffective;

/// <summary>It was taken back.</summary>
[RecordedBy<Achievement>("governance.achievement-retracted.v1")]
public sealed record AchievementRetracted([property: Statement] string Reason);

/// <summary>What deciding about an achievement needs to know.</summary>
internal sealed record Achievement(
    AchievementRecorded? Recorded, IReadOnlyList<AchievementShared> Shared, IReadOnlyList<PracticeAdopted> Adopted, bool Retracted) : IAggregate<Achievement>
{
    public static string Kind => AchievementId.Kind;

    public static Achievement Unborn { get; } = new(null, [], [], false);

    public bool BelongsTo(PartnerId organisation) => Recorded?.Partner == organisation;

    public static Decision Decide(Achievement state, ICommand command, Occasion occasion) => command switch
    {
        _ when state.Retracted => command is RetractAchievement
            ? Decision.AlreadySo
            : Decision.Refuse("ACHIEVEMENT_RETRACTED", "This achievement was taken back; record another."),
        RecordAchievement c => occasion.InFuture(c.EffectiveOn) ?? Record(state, c, c.EffectiveOn ?? occasion.Today),
        _ when state.Recorded is null => Decision.Refuse("ACHIEVEMENT_UNKNOWN", "There is no such achievement; record it first."),
        ShareAchievement c => occasion.InFuture(c.EffectiveOn) ?? (state.Shared.Any(s => s.With == c.With && s.Reference == c.Reference)
            ? Decision.AlreadySo
            : Decision.Take(new AchievementShared(c.With, c.Reference, c.EffectiveOn ?? occasion.Today))),
        AdoptPractice c when c.By == state.Recorded.Partner =>
            Decision.Refuse("OWN_PRACTICE", "A practice is taken up by another partner than the one whose it is."),
        AdoptPractice c => occasion.InFuture(c.EffectiveOn) ?? (state.Adopted.Any(a => a.By == c.By && a.How == c.How)
            ? Decision.AlreadySo
            : Decision.Take(new PracticeAdopted(c.By, c.How, c.EffectiveOn ?? occasion.Today))),
        RetractAchievement c => Decision.Take(new AchievementRetracted(c.Reason)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An achievement does not know this command."),
    };

    public static Achievement Evolve(Achievement state, object @event) => @event switch
    {
        AchievementRecorded e => state with { Recorded = e },
        AchievementShared e => state with { Shared = [.. state.Shared, e] },
        PracticeAdopted e => state with { Adopted = [.. state.Adopted, e] },
        AchievementRetracted => state with { Retracted = true },
        _ => state,
    };

    private static Decision Record(Achievement state, RecordAchievement c, DateOnly on)
    {
        var recorded = new AchievementRecorded(c.Achievement, c.Key, c.Partner, c.Title, c.Account, c.Evidence, c.Serves, c.BestPractice, on);
        return state.Recorded switch
        {
            null => Decision.Take(recorded),
            { } before when before.Partner != c.Partner => Decision.Refuse("ACHIEVEMENT_OF_ANOTHER", "This achievement is on record for another partner."),
            { } before when before.Serves.SequenceEqual(c.Serves) && before with { Serves = c.Serves, EffectiveOn = c.EffectiveOn ?? before.EffectiveOn } == recorded with { EffectiveOn = c.EffectiveOn ?? before.EffectiveOn } =>
                Decision.AlreadySo,
            _ => Decision.Take(recorded),
        };
    }
}
