using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>A concern, a tension, a barrier or a hate-crime report (Report 5.1 to 5.3).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<CaseId>))]
public readonly record struct CaseId([property: Id(0)] Guid Value) : ITypedId<CaseId>
{
    /// <inheritdoc/>
    public static string Kind => "case";

    /// <inheritdoc/>
    public static CaseId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A team of the Inter-Agency Staff Network that cases are assigned to (Report 5.2).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<CaseTeamId>))]
public readonly record struct CaseTeamId([property: Id(0)] Guid Value) : ITypedId<CaseTeamId>
{
    /// <inheritdoc/>
    public static string Kind => "case-team";

    /// <inheritdoc/>
    public static CaseTeamId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A barrier that people meet, physical or in attitude, over all the cases in which it was met (Policy, "How" W2).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<BarrierId>))]
public readonly record struct BarrierId([property: Id(0)] Guid Value) : ITypedId<BarrierId>
{
    /// <inheritdoc/>
    public static string Kind => "barrier";

    /// <inheritdoc/>
    public static BarrierId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A text about a person: its words stand in the erasable store and nowhere else.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<TextId>))]
public readonly record struct TextId([property: Id(0)] Guid Value) : ITypedId<TextId>
{
    /// <inheritdoc/>
    public static string Kind => "text";

    /// <inheritdoc/>
    public static TextId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A partner's weekly returns on tensions in one ward (Report 5.1).</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(TypedIdJson<TensionReturnsId>))]
public readonly record struct TensionReturnsId([property: Id(0)] Guid Value) : ITypedId<TensionReturnsId>
{
    /// <inheritdoc/>
    public static string Kind => "tension-returns";

    /// <inheritdoc/>
    public static TensionReturnsId From(Guid value) => new(value);

    /// <summary>The UUID alone.</summary>
    public override string ToString() => Value.ToString();
}
