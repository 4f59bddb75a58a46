using System.Text.Json;

namespace EqualitiesPlatform.Governance;

/// <summary>The words that the pack writes for the members of a closed list.</summary>
internal static class PackWord
{
    public static string Of<T>(T member) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString());

    public static IReadOnlyDictionary<string, T> All<T>() where T : struct, Enum => Words<T>.All;

    private static class Words<T> where T : struct, Enum
    {
        public static readonly IReadOnlyDictionary<string, T> All = Enum.GetValues<T>().ToDictionary(Of);
    }
}
