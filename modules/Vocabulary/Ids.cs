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
