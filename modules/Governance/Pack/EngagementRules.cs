using System.Globalization;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What a pack says of consultations: how many working days other formats may take, and how long what is about people is
/// kept (Report 4.2; the days are practice). It becomes policy values.
/// </summary>
internal static class EngagementRules
{
    private enum Format
    {
        EasyRead = 1,
        LargePrint,
        Audio,
        Braille,
        SignLanguage,
        Translation,
    }

    public static IReadOnlyDictionary<string, string> Read(PackObject top)
    {
        var values = new Dictionary<string, string>();
        top.OptionalNested("engagement", engagement =>
        {
            engagement.List("formats", format =>
            {
                values[$"engagement.formats.{PackWord.Of(format.Word<Format>("format"))}"] = format.Number("days", 0, 366).ToString(CultureInfo.InvariantCulture);
                return format;
            });
            if (engagement.OptionalNumber("retentionMonths", 1, 1200) is { } months) values["engagement.retention"] = months.ToString(CultureInfo.InvariantCulture);
            return engagement;
        });
        return values;
    }
}
