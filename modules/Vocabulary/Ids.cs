using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>A partner organisation, or a delivery unit, or the council itself (Policy, Partners; Report 2.3).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<PartnerId>))]
public readonly record struct PartnerId([property: Id(0)] Guid Value) : ITypedId<PartnerId>
{
    /// <inheritdoc/>
    public static string Kind => "partner";

    /// <inheritdoc/>
    public static PartnerId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A promise of one partner.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<CommitmentId>))]
public readonly record struct CommitmentId([property: Id(0)] Guid Value) : ITypedId<CommitmentId>
{
    /// <inheritdoc/>
    public static string Kind => "commitment";

    /// <inheritdoc/>
    public static CommitmentId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An action plan over all its yearly versions (Policy, Difference; Report 5.1).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ActionPlanId>))]
public readonly record struct ActionPlanId([property: Id(0)] Guid Value) : ITypedId<ActionPlanId>
{
    /// <inheritdoc/>
    public static string Kind => "action-plan";

    /// <inheritdoc/>
    public static ActionPlanId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One thing that an action plan says will be done.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ActionPlanItemId>))]
public readonly record struct ActionPlanItemId([property: Id(0)] Guid Value) : ITypedId<ActionPlanItemId>
{
    /// <inheritdoc/>
    public static string Kind => "action-plan-item";

    /// <inheritdoc/>
    public static ActionPlanItemId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A committee, board, cabinet or network (Report 5.2, 6).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<BodyId>))]
public readonly record struct BodyId([property: Id(0)] Guid Value) : ITypedId<BodyId>
{
    /// <inheritdoc/>
    public static string Kind => "body";

    /// <inheritdoc/>
    public static BodyId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A duty to tell somebody something by some day (Policy, Difference; Report 6).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ObligationId>))]
public readonly record struct ObligationId([property: Id(0)] Guid Value) : ITypedId<ObligationId>
{
    /// <inheritdoc/>
    public static string Kind => "obligation";

    /// <inheritdoc/>
    public static ObligationId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A year-end accountability report (Report 6.1).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ReportId>))]
public readonly record struct ReportId([property: Id(0)] Guid Value) : ITypedId<ReportId>
{
    /// <inheritdoc/>
    public static string Kind => "report";

    /// <inheritdoc/>
    public static ReportId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The preparation of one report up to one position: an operation that goes on while callers come and go.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<PreparationId>))]
public readonly record struct PreparationId([property: Id(0)] Guid Value) : ITypedId<PreparationId>
{
    /// <inheritdoc/>
    public static string Kind => "preparation";

    /// <inheritdoc/>
    public static PreparationId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person, at random: the name stands in the erasable store and nowhere else.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<PersonId>))]
public readonly record struct PersonId([property: Id(0)] Guid Value) : ITypedId<PersonId>
{
    /// <inheritdoc/>
    public static string Kind => "person";

    /// <inheritdoc/>
    public static PersonId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A council's policy pack.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<PackId>))]
public readonly record struct PackId([property: Id(0)] Guid Value) : ITypedId<PackId>
{
    /// <inheritdoc/>
    public static string Kind => "policy-pack";

    /// <inheritdoc/>
    public static PackId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A meeting of a body (Report, heading).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<MeetingId>))]
public readonly record struct MeetingId([property: Id(0)] Guid Value) : ITypedId<MeetingId>
{
    /// <inheritdoc/>
    public static string Kind => "meeting";

    /// <inheritdoc/>
    public static MeetingId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A policy document over all its versions (Policy, Difference).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<PolicyDocumentId>))]
public readonly record struct PolicyDocumentId([property: Id(0)] Guid Value) : ITypedId<PolicyDocumentId>
{
    /// <inheritdoc/>
    public static string Kind => "policy-document";

    /// <inheritdoc/>
    public static PolicyDocumentId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Something that worked, and that others may take up (Policy, Difference).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<AchievementId>))]
public readonly record struct AchievementId([property: Id(0)] Guid Value) : ITypedId<AchievementId>
{
    /// <inheritdoc/>
    public static string Kind => "achievement";

    /// <inheritdoc/>
    public static AchievementId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An office of the council that somebody holds from a day to a day (Policy, Difference; rules, Sign-in).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<OfficeId>))]
public readonly record struct OfficeId([property: Id(0)] Guid Value) : ITypedId<OfficeId>
{
    /// <inheritdoc/>
    public static string Kind => "office";

    /// <inheritdoc/>
    public static OfficeId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What is counted in published tables, under one key, so that all its tables are protected against one another.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<StatisticId>))]
public readonly record struct StatisticId([property: Id(0)] Guid Value) : ITypedId<StatisticId>
{
    /// <inheritdoc/>
    public static string Kind => "statistic";

    /// <inheritdoc/>
    public static StatisticId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A Strategic Equalities Objective (Report 4.1, 6.1).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ObjectiveId>))]
public readonly record struct ObjectiveId([property: Id(0)] Guid Value) : ITypedId<ObjectiveId>
{
    /// <inheritdoc/>
    public static string Kind => "objective";

    /// <inheritdoc/>
    public static ObjectiveId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What is measured under the Objective (Policy, Difference).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<MeasureId>))]
public readonly record struct MeasureId([property: Id(0)] Guid Value) : ITypedId<MeasureId>
{
    /// <inheritdoc/>
    public static string Kind => "measure";

    /// <inheritdoc/>
    public static MeasureId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The categories by which figures are broken down.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ClassificationId>))]
public readonly record struct ClassificationId([property: Id(0)] Guid Value) : ITypedId<ClassificationId>
{
    /// <inheritdoc/>
    public static string Kind => "classification";

    /// <inheritdoc/>
    public static ClassificationId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Something that is watched in the figures (Policy, Difference).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<MonitorId>))]
public readonly record struct MonitorId([property: Id(0)] Guid Value) : ITypedId<MonitorId>
{
    /// <inheritdoc/>
    public static string Kind => "monitor";

    /// <inheritdoc/>
    public static MonitorId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The withdrawal of a statement.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<WithdrawalId>))]
public readonly record struct WithdrawalId([property: Id(0)] Guid Value) : ITypedId<WithdrawalId>
{
    /// <inheritdoc/>
    public static string Kind => "withdrawal";

    /// <inheritdoc/>
    public static WithdrawalId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The assessment of what a proposal does to equality (Policy, How W3).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ImpactAssessmentId>))]
public readonly record struct ImpactAssessmentId([property: Id(0)] Guid Value) : ITypedId<ImpactAssessmentId>
{
    /// <inheritdoc/>
    public static string Kind => "impact-assessment";

    /// <inheritdoc/>
    public static ImpactAssessmentId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A consultation of residents and partners (Policy, How W5; Report 7.2).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ConsultationId>))]
public readonly record struct ConsultationId([property: Id(0)] Guid Value) : ITypedId<ConsultationId>
{
    /// <inheritdoc/>
    public static string Kind => "consultation";

    /// <inheritdoc/>
    public static ConsultationId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A network of partners and communities (Report 5.2, 7.1, 7.3).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<NetworkId>))]
public readonly record struct NetworkId([property: Id(0)] Guid Value) : ITypedId<NetworkId>
{
    /// <inheritdoc/>
    public static string Kind => "network";

    /// <inheritdoc/>
    public static NetworkId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What one respondent said in a consultation.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<ConsultationResponseId>))]
public readonly record struct ConsultationResponseId([property: Id(0)] Guid Value) : ITypedId<ConsultationResponseId>
{
    /// <inheritdoc/>
    public static string Kind => "consultation-response";

    /// <inheritdoc/>
    public static ConsultationResponseId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>Somebody's request for a consultation in another format (Report 4.2).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<FormatRequestId>))]
public readonly record struct FormatRequestId([property: Id(0)] Guid Value) : ITypedId<FormatRequestId>
{
    /// <inheritdoc/>
    public static string Kind => "format-request";

    /// <inheritdoc/>
    public static FormatRequestId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A dataset that an organisation offers to others (Report 7.3).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<SharedDatasetId>))]
public readonly record struct SharedDatasetId([property: Id(0)] Guid Value) : ITypedId<SharedDatasetId>
{
    /// <inheritdoc/>
    public static string Kind => "shared-dataset";

    /// <inheritdoc/>
    public static SharedDatasetId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}
