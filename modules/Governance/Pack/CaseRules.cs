using System.Globalization;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What a pack says of cases: bank holidays, wards, clocks by kind and grade, the scales that tensions are graded on, when a
/// barrier is put forward, and how long a closed case keeps what is about people. It becomes policy values.
/// </summary>
internal static class CaseRules
{
    private enum Kind
    {
        Concern = 1,
        Tension,
        Barrier,
        HateCrimeReport,
    }

    public static IReadOnlyDictionary<string, string> Read(PackObject top)
    {
        var values = new Dictionary<string, string>();
        if (top.Days("bankHolidays") is { Count: > 0 } holidays)
            values["calendar.bank-holidays"] = string.Join(' ', holidays.Order().Select(d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        if (top.ListedNames("wards") is { Count: > 0 } wards) values["wards"] = string.Join('\n', wards);
        top.OptionalNested("cases", cases => Cases(cases, values));
        return values;
    }

    private static object Cases(PackObject cases, Dictionary<string, string> values)
    {
        cases.List("clocks", clock =>
        {
            var of = PackWord.Of(clock.Word<Kind>("kind"));
            var grade = clock.Has("grade") ? $".{clock.Text("grade", PackObject.LongestKey)}" : "";
            foreach (var (field, name) in new[] { ("acknowledge", "acknowledge"), ("firstResponse", "first-response"), ("review", "review"), ("adjustmentReview", "adjustment-review") })
                Set($"cases.clock.{of}{grade}.{name}", clock.OptionalNumber(field, 0, 366));
            return clock;
        });
        cases.OptionalNested("escalate", ladder =>
        {
            Set("cases.escalate.team", ladder.OptionalNumber("team", 0, 366));
            Set("cases.escalate.case-officers", ladder.OptionalNumber("caseOfficers", 0, 366));
            return ladder;
        });
        // The last scale is the one in use; the others say what older grades meant.
        cases.List("tensionScales", scale =>
        {
            var key = values["cases.tension-scale"] = scale.Key("tension-scale");
            var levels = scale.List("levels", level =>
            {
                var name = level.Key($"level of {key}");
                values[$"cases.tension-scale.{key}.{name}"] = level.Text("text");
                return name;
            });
            values[$"cases.tension-scale.{key}.levels"] = string.Join(' ', levels);
            return scale;
        });
        cases.OptionalNested("barriers", barriers =>
        {
            values["cases.barrier.plan"] = barriers.Ref("plan", ["plan"]);
            values["cases.barrier.owner"] = barriers.Ref("owner", ["partner"]);
            Set("cases.barrier.times", barriers.OptionalNumber("times", 2, 100));
            Set("cases.barrier.days", barriers.OptionalNumber("days", 1, 366));
            return barriers;
        });
        cases.List("retention", retention =>
        {
            Set($"cases.retention.{PackWord.Of(retention.Word<Kind>("kind"))}", retention.Number("months", 1, 1200));
            return retention;
        });
        Set("cases.returns.due-days", cases.OptionalNumber("returnsDueDays", 0, 30));
        return values;

        void Set(string name, int? number)
        {
            if (number is { } set) values[name] = set.ToString(CultureInfo.InvariantCulture);
        }
    }
}
