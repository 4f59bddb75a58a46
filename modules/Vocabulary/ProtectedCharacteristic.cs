using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>The nine protected characteristics of the Equality Act 2010, section 4, which Report 3.1 stands on.</summary>
[GenerateSerializer, JsonConverter(typeof(KebabCaseEnum<ProtectedCharacteristic>))]
public enum ProtectedCharacteristic
{
    /// <summary>Age.</summary>
    Age = 1,
    /// <summary>Disability.</summary>
    Disability,
    /// <summary>Gender reassignment.</summary>
    GenderReassignment,
    /// <summary>Marriage and civil partnership.</summary>
    MarriageAndCivilPartnership,
    /// <summary>Pregnancy and maternity.</summary>
    PregnancyAndMaternity,
    /// <summary>Race.</summary>
    Race,
    /// <summary>Religion or belief.</summary>
    ReligionOrBelief,
    /// <summary>Sex.</summary>
    Sex,
    /// <summary>Sexual orientation.</summary>
    SexualOrientation,
}
