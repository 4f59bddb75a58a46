using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>What a statement is taken from.</summary>
[GenerateSerializer, JsonConverter(typeof(JsonStringEnumConverter<CitationSource>))]
public enum CitationSource
{
    /// <summary>The council's equalities policy, cited by heading and bullet.</summary>
    [JsonStringEnumMemberName("Policy")] Policy = 1,
    /// <summary>The report that took the policy to the partners, cited by paragraph.</summary>
    [JsonStringEnumMemberName("Report")] Report,
    /// <summary>Not in the council's papers: how UK councils commonly do it.</summary>
    [JsonStringEnumMemberName("practice")] Practice,
}

/// <summary>Where a statement comes from, so that a reader can look it up.</summary>
/// <param name="Source">The document, or practice.</param>
/// <param name="At">The place in it, such as "How, bullet 4" or "6.1"; may be empty for practice.</param>
[GenerateSerializer, Immutable]
public sealed record Citation([property: Id(0)] CitationSource Source, [property: Id(1)] string At)
{
    /// <summary>As reports print it: "Policy, How, bullet 4", "Report 6.1", "practice".</summary>
    public override string ToString() => (Source, At) switch
    {
        (CitationSource.Practice, "") => "practice",
        (CitationSource.Practice, _) => $"practice: {At}",
        (CitationSource.Report, _) => $"Report {At}",
        _ => $"Policy, {At}",
    };
}
