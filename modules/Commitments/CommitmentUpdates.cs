namespace EqualitiesPlatform.Commitments;

// A commitment's updates: what the partner says of it each period, and what follows when it says nothing (Policy,
// "Partners", bullet 3; the ladder is practice).

/// <summary>An update falls to be given: the days of a period's ladder, as the policy in force had them.</summary>
/// <param name="RemindOn">The day on which the lead is reminded.</param>
/// <param name="DueOn">The last day on which the update is in time.</param>
/// <param name="EscalateOn">The day on which a miss goes to the organisation.</param>
/// <param name="NameOn">The day from which the report names the partner.</param>
[RecordedBy<Commitment>("commitments.update-expected.v1")]
public sealed record UpdateExpected(ReportingPeriod Period, DateOnly RemindOn, DateOnly DueOn, DateOnly EscalateOn, DateOnly NameOn);

/// <summary>Its progress was reported, as it stands from a day on.</summary>
/// <param name="Percent">How much is done, if reported.</param>
/// <param name="Evidence">Where it can be seen, if said.</param>
/// <param name="Period">The period that the update is for.</param>
/// <param name="Late">Whether the period's update had been missed by then; the miss stays on record.</param>
[RecordedBy<Commitment>("commitments.progress-reported.v1")]
public sealed record ProgressReported(
    CommitmentStatus Status, [property: Statement] string Narrative, int? Percent, [property: Statement] string? Evidence,
    ReportingPeriod Period, bool Late, DateOnly EffectiveOn) : IEffective;

/// <summary>There was nothing to report for a period: a fact, unlike silence.</summary>
/// <param name="Late">Whether the period's update had been missed by then; the miss stays on record.</param>
[RecordedBy<Commitment>("commitments.nil-reported.v1")]
public sealed record NilReported(ReportingPeriod Period, bool Late);

/// <summary>The lead was reminded that a period's update falls due.</summary>
[RecordedBy<Commitment>("commitments.update-reminded.v1")]
public sealed record UpdateReminded(ReportingPeriod Period, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>A period's update was due and did not come. Once a period, and for good.</summary>
/// <param name="EffectiveOn">The first day on which it was late.</param>
[RecordedBy<Commitment>("commitments.update-missed.v1")]
public sealed record UpdateMissed(ReportingPeriod Period, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The miss went to the partner's organisation, above its lead.</summary>
[RecordedBy<Commitment>("commitments.miss-escalated.v1")]
public sealed record MissEscalated(ReportingPeriod Period, DateOnly EffectiveOn) : IEffective;

/// <summary>The report will name the partner for the miss.</summary>
[RecordedBy<Commitment>("commitments.miss-named-for-report.v1")]
public sealed record MissNamedForReport(ReportingPeriod Period, DateOnly EffectiveOn) : IEffective;
