using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>The three aims of the Public Sector Equality Duty (Report 3.1).</summary>
[GenerateSerializer, JsonConverter(typeof(KebabCaseEnum<DutyAim>))]
public enum DutyAim
{
    /// <summary>End discrimination, harassment and victimisation.</summary>
    EliminateDiscrimination = 1,
    /// <summary>Give people equal opportunity.</summary>
    AdvanceEquality,
    /// <summary>Help communities get on well together.</summary>
    FosterGoodRelations,
}
