using System.Globalization;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// Reads a policy pack from its file (docs/pack.md). Nothing is stored and nothing is sent: a pack is read as a whole,
/// or every mistake is told at once, each with its place and a sentence to act on.
/// </summary>
public static class PackReader
{
    /// <summary>The most bytes that a pack may have.</summary>
    public const int LargestFile = 5 * 1024 * 1024;

    /// <summary>Reads a pack that is JSON in UTF-8; comments and trailing commas are allowed.</summary>
    public static PackReading Read(ReadOnlySpan<byte> file)
    {
        var mistakes = new PackMistakes();
        if (file.Length > LargestFile)
        {
            mistakes.Add(0, "", PackMistakeKind.TooLarge,
                $"The file has {file.Length} bytes; a pack has {LargestFile} (5 MB) at most. A pack holds reference data only: leave out what is reported later.");
            return new(null, mistakes.InOrder(file));
        }
        if (file.StartsWith("\uFEFF"u8))
            file = file["\uFEFF"u8.Length..];

        var pack = PackNode.Parse(file, mistakes) is { } root ? Whole(root, mistakes) : null;
        return mistakes.None ? new(pack, []) : new(null, mistakes.InOrder(file));
    }

    private static Pack? Whole(PackNode root, PackMistakes mistakes)
    {
        if (root.Kind is not System.Text.Json.JsonValueKind.Object)
        {
            mistakes.Add(root.Offset, "", PackMistakeKind.WrongType, "A pack is one object: it begins with { and ends with }.");
            return null;
        }
        var keys = new PackKeys(mistakes);
        var top = new PackObject(root, "", mistakes, keys);
        var others = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var pack = new Pack
        {
            Council = top.Nested("council", CouncilOf) ?? new Council("", "", default),
            PolicyVersion = top.Text("policyVersion", 40),
            Title = top.OptionalText("title", PackObject.LongestName) ?? "Equalities Policy",
            DutyAims = top.List("dutyAims", StatementOf(StatementKind.DutyAim)),
            PolicyAims = top.List("policyAims", StatementOf(StatementKind.Aim)),
            WaysOfWorking = top.List("waysOfWorking", StatementOf(StatementKind.Way)),
            Expectations = top.List("expectations", StatementOf(StatementKind.Expectation)),
            CitizensExpectation = top.OptionalNested("citizensExpectation", StatementOf(StatementKind.Citizens)),
            OutcomePromises = top.List("outcomePromises", StatementOf(StatementKind.Outcome)),
            Pledges = top.List("pledges", StatementOf(StatementKind.Pledge)),
            Recommendations = top.List("recommendations", entry => RecommendationOf(entry, others)),
            Bodies = top.List("bodies", BodyOf),
            Networks = top.List("networks", entry => NetworkOf(entry, others)),
            Partners = top.List("partners", PartnerOf),
            Contacts = top.List("contacts", entry => new PackContact(
                entry.Key("contact"), entry.Text("office", PackObject.LongestName), entry.Mailbox("mailbox"), entry.Citation())),
            Reviewers = top.List("reviewers", entry => new PackReviewer(
                entry.Key("reviewer"), entry.Text("office", PackObject.LongestName), entry.Citation())),
            Plans = top.List("plans", PlanOf),
            Commitments = top.List("commitments", CommitmentOf),
            Obligations = top.List("obligations", ObligationOf),
            Classifications = top.List("classifications", ClassificationOf),
            Objectives = top.List("objectives", entry => new PackObjective(
                entry.Key("objective"), entry.Text("text"), entry.Text("owner", PackObject.LongestName), entry.OptionalText("corporatePlan", PackObject.LongestName),
                entry.Day("from"), entry.Citation())),
            Measures = top.List("measures", MeasureOf),
            PolicyValues = top.OptionalNested("policyValues", values => ValuesOf(values, others)) ?? PackPolicyValues.Defaults,
            OtherValues = others,
            CaseRules = CaseRules.Read(top),
            EngagementRules = EngagementRules.Read(top),
        };
        // A member that is there for no sector in particular is there for its own.
        foreach (var (network, member) in pack.Networks.SelectMany(n => n.Members.Select(m => (n.Key, m))))
            if (pack.Partners.FirstOrDefault(p => p.Key == member) is { } partner) others.TryAdd(NetworkValues.SectorOf(network, member), SectorOf(partner));
        // What is agreed goes into some plan of the pack, also where plans have other keys than usual.
        foreach (var (name, usual) in new[] { AgreedActionsArePlanned.MitigationPlan, AgreedActionsArePlanned.JointActionPlan })
            if (pack.Plans is [var first, ..] && pack.Plans.All(p => p.Key != usual)) others.TryAdd(name, first.Key);
        top.Close();
        keys.LookUp();
        RefuseBodiesAboveThemselves(pack, top);
        return pack;
    }

    private static Council CouncilOf(PackObject entry)
    {
        var key = entry.Key("council");
        return new(key, entry.Text("name", PackObject.LongestName),
            entry.OptionalUuid("namespace") ?? NameBasedId.Of(Council.OfCouncils, key));
    }

    private static Func<PackObject, Statement> StatementOf(StatementKind kind) => entry =>
    {
        var key = entry.Key(PackWord.Of(kind));
        return new Statement(new(kind, key), entry.OptionalText("label", 20) ?? key, entry.Text("text"), entry.Citation());
    };

    private static PackBody BodyOf(PackObject entry)
    {
        var key = entry.Key("body");
        var (name, aliases) = entry.Names("body");
        return new(key, name, aliases, entry.Word<BodyKind>("kind"), entry.OptionalRef("parent", "body"), entry.Citation());
    }

    private static Statement RecommendationOf(PackObject entry, SortedDictionary<string, string> others)
    {
        var recommendation = StatementOf(StatementKind.Recommendation)(entry);
        if (entry.Words<Evidence>("evidence") is { Count: > 0 } evidence)
            others[EvidenceValues.NameFor(recommendation.Ref.Key)] = string.Join(' ', evidence.Select(PackWord.Of));
        return recommendation;
    }

    private static PackNetwork NetworkOf(PackObject entry, SortedDictionary<string, string> others)
    {
        var key = entry.Key("network");
        var (name, aliases) = entry.Names("network");
        if (entry.Keys("sectors") is { Count: > 0 } sectors) others[NetworkValues.SectorsOf(key)] = string.Join(' ', sectors);
        if (entry.OptionalFlag("caseLeads") && !others.TryAdd(NetworkValues.CaseLeads, key))
            entry.Wrong("caseLeads", PackMistakeKind.Contradiction, $"The leads of cases belong to {others[NetworkValues.CaseLeads]} already. They belong to one network.");
        var coChairs = entry.Refs("coChairs", "partner");
        if (coChairs.Count is not (0 or 2))
            entry.Wrong("coChairs", PackMistakeKind.Contradiction, $"A network has two co-chairs, from two organisations, and this names {coChairs.Count}. Name two, or leave them out until they are elected.");
        var members = entry.RefsOrObjects("members", "partner", partner => new Member(partner, null), member => new Member(member.Ref("partner", ["partner"]), member.OptionalKey("sector")));
        foreach (var twice in members.GroupBy(m => m.Partner).Where(m => m.Count() > 1 && m.Any(one => one.Sector is not null)))
            entry.Wrong("members", PackMistakeKind.Duplicate, $"'{twice.Key}' stands twice among the members. Keep one.");
        foreach (var member in members)
            if (member.Sector is { Length: > 0 } sector) others[NetworkValues.SectorOf(key, member.Partner)] = sector;
        return new(key, name, aliases, entry.Text("text"), entry.OptionalFlag("virtual"), entry.OptionalRef("reportsTo", "body"),
            coChairs, [.. members.Select(m => m.Partner).Concat(coChairs).Distinct()], entry.Citation());
    }

    /// <summary>A member of a network, and the sector that it is there for, where the pack says it.</summary>
    private sealed record Member(string Partner, string? Sector);

    /// <summary>The sector that a partner is in by itself, as a network's sectors are written.</summary>
    private static string SectorOf(PackPartner partner)
    {
        var words = (partner.Sector.Length > 0 ? partner.Sector : PackWord.Of(partner.Type)).ToLowerInvariant();
        return string.Join('-', string.Concat(words.Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } key ? key : PackWord.Of(partner.Type);
    }

    private static PackPartner PartnerOf(PackObject entry)
    {
        var key = entry.Key("partner");
        var (name, aliases) = entry.Names("partner");
        return new(key, name, entry.Word<PackPartnerType>("type"), entry.OptionalText("sector", PackObject.LongestName) ?? "",
            entry.Flag("dutyApplies"), aliases, entry.Citation());
    }

    private static PackPlan PlanOf(PackObject entry)
    {
        var key = entry.Key("plan");
        var (title, aliases) = entry.Names("plan", "title");
        var taken = new HashSet<FinancialYear>();
        return new(key, title, aliases, entry.OptionalRef("approvedBy", "body"),
            entry.List("years", version =>
            {
                var year = version.Year("year");
                if (year != default && !taken.Add(year))
                    version.Wrong("year", PackMistakeKind.Duplicate, $"The plan has {year} already. A plan has one version a year.");
                return new PackPlanYear(year, version.List("items", ItemOf));
            }),
            entry.Citation());
    }

    private static PackPlanItem ItemOf(PackObject entry)
    {
        var due = entry.Day("due");
        return new(entry.Key("plan-item"), entry.Text("text"), entry.Ref("owner", ["partner"]), entry.Refs("supporting", "partner"), due,
            entry.List("milestones", step =>
            {
                var stepDue = step.Day("due");
                if (due != default && stepDue > due)
                    step.Wrong("due", PackMistakeKind.Contradiction, $"The milestone would be due after its item, which is due on {due:yyyy-MM-dd}.");
                return new PackMilestone(step.Text("text"), stepDue);
            }),
            entry.Statements("serves"), entry.Refs("commitments", "commitment"), entry.Citation());
    }

    private static PackCommitment CommitmentOf(PackObject entry) =>
        new(entry.Key("commitment"), entry.Ref("partner", ["partner"]), entry.Text("wording"), entry.Statement("source"),
            entry.Statements("serves"), entry.Day("due"), entry.Citation());

    private static PackObligation ObligationOf(PackObject entry)
    {
        string[] parties = ["partner", "body", "network"];
        return new(entry.Key("obligation"), entry.Text("text"),
            entry.Ref("from", parties, "council", "partners", "networks"),
            entry.Ref("to", parties, "council", "partners", "networks", "public"),
            entry.WordOrNested("rule", "always", new ObligationRule.Always(), RuleOf) ?? new ObligationRule.Always(),
            entry.OptionalRef("owner", "contact", "reviewer"),
            entry.Word<PublicationKind>("dischargedBy"), entry.Citation());
    }

    private static PackClassification ClassificationOf(PackObject entry)
    {
        var key = entry.Key("classification");
        return new(key, entry.Text("title", PackObject.LongestName), entry.Word<BreakdownBy>("by"),
            entry.List("categories", category => new Category(
                category.Key($"category of {key}"), category.Text("label", PackObject.LongestName), category.OptionalRef("within", $"category of {key}"))),
            entry.Citation());
    }

    private static PackMeasure MeasureOf(PackObject entry)
    {
        var (numerator, denominator) = (entry.OptionalText("numerator"), entry.OptionalText("denominator"));
        if (numerator is null != denominator is null)
            entry.Wrong(numerator is null ? "numerator" : "denominator", PackMistakeKind.Missing, "A rate has a numerator and a denominator. Give both, or neither.");
        var (overlap, yearEnd) = (entry.OptionalFlag("partsOverlap"), entry.Word<YearEnd>("yearEnd"));
        if (denominator is not null && yearEnd is YearEnd.Sum)
            entry.Wrong("yearEnd", PackMistakeKind.Contradiction, "The rates of a year's parts do not add up to the year's. Write mean or last.");
        return new(entry.Key("measure"), entry.OptionalRef("objective", "objective"),
            new MeasureDefinition(
                entry.Text("title", PackObject.LongestName), entry.Text("text"), entry.Text("unit", 60), numerator, denominator, entry.OptionalNumber("per", 1, 1_000_000) ?? 1,
                entry.Word<Polarity>("polarity"), entry.Word<Frequency>("frequency"), yearEnd, entry.Text("from"), entry.Text("owner", PackObject.LongestName),
                [.. entry.Refs("breakdowns", "classification").Order(StringComparer.Ordinal)], !overlap && denominator is null),
            entry.OptionalRef("reporter", "partner"), entry.OptionalText("provenance"), entry.Statements("serves"), entry.Citation());
    }

    private enum Every
    {
        Quarter = 1,
        HalfYear,
        FinancialYearEnd,
        Year,
    }

    private static ObligationRule RuleOf(PackObject rule)
    {
        if (rule.Has("after"))
            return new ObligationRule.After(rule.Text("after", PackObject.LongestName), rule.Number("days", 0, 3_660));
        if (rule.Has("keptWithin"))
            return new ObligationRule.KeptWithin(rule.Number("keptWithin", 1, 3_660));
        if (rule.Has("every"))
            return Recurring(rule);
        if (rule.Has("on"))
            return new ObligationRule.Once(rule.Day("on"));
        rule.Wrong("", PackMistakeKind.Missing, "The rule says no time. Give 'every', 'on', 'after' or 'keptWithin', or write \"always\" in its place.");
        return new ObligationRule.Always();
    }

    private static ObligationRule Recurring(PackObject rule)
    {
        switch (rule.Word<Every>("every"))
        {
            case Every.Quarter:
                return AfterEach(PeriodLength.Quarter);
            case Every.HalfYear:
                return AfterEach(PeriodLength.HalfYear);
            case Every.FinancialYearEnd:
                return AfterEach(PeriodLength.Year);
            case Every.Year:
                var (month, day) = rule.DayOfYear("on");
                var interval = rule.OptionalNumber("interval", 1, 50) ?? 1;
                var since = interval > 1 ? rule.Number("since", 1900, 2999) : rule.OptionalNumber("since", 1900, 2999);
                return new ObligationRule.EachYear(month, day, interval, since);
            default:
                // Which other fields belong here hangs on the word that was not understood.
                rule.Forgive("on", "dueDays", "interval", "since");
                return new ObligationRule.Always();
        }

        ObligationRule.EachPeriod AfterEach(PeriodLength length) => new(length, rule.OptionalNumber("dueDays", 0, 366) ?? 0);
    }

    private static PackPolicyValues ValuesOf(PackObject values, SortedDictionary<string, string> others)
    {
        foreach (var (name, least, most) in new[] { ("monitors.least-count", 1, 1_000), ("positions.answer-days", 1, 366), ("assessments.reply-days", 1, 366), ("assessments.review-remind-days", 0, 366) })
            if (values.OptionalNumber(name, least, most) is { } number) others[name] = number.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, _) in new[] { AgreedActionsArePlanned.MitigationPlan, AgreedActionsArePlanned.JointActionPlan })
            if (values.OptionalRef(name, "plan") is { Length: > 0 } plan) others[name] = plan;
        if (values.Statements(AgreedActionsArePlanned.JointActionServes) is { Count: > 0 } served) others[AgreedActionsArePlanned.JointActionServes] = string.Join(' ', served);
        var usual = PackPolicyValues.Defaults.Updates;
        var frequencies = new Dictionary<string, PeriodLength>
        {
            ["quarterly"] = PeriodLength.Quarter,
            ["half-yearly"] = PeriodLength.HalfYear,
            ["yearly"] = PeriodLength.Year,
        };
        var rhythm = new UpdateRhythm(
            values.Has("updates.frequency") ? values.Word("updates.frequency", frequencies) : usual.Every,
            values.OptionalNumber("updates.due-days", 0, 366) ?? usual.DueDays,
            values.OptionalNumber("updates.remind-days", 0, 366) ?? usual.RemindDays,
            values.OptionalNumber("updates.escalate-days", 0, 366) ?? usual.EscalateDays,
            values.OptionalNumber("updates.name-days", 0, 366) ?? usual.NameDays);
        if (rhythm.NameDays < rhythm.EscalateDays)
            values.Wrong("updates.name-days", PackMistakeKind.Contradiction,
                $"The report would name a partner after {rhythm.NameDays} days, before the organisation is told after {rhythm.EscalateDays}.");
        var terms = PackPolicyValues.Defaults.Obligations;
        return new(rhythm, new ObligationTerms(
            values.OptionalNumber("obligations.remind-days", 0, 366) ?? terms.RemindDays,
            values.OptionalNumber("obligations.grace-days", 0, 366) ?? terms.GraceDays), DisclosureOf(values),
            values.OptionalNumber("positions.answer-days", 1, 366) ?? PackPolicyValues.Defaults.AnswerDays);
    }

    private static DisclosureTerms DisclosureOf(PackObject values)
    {
        var usual = PackPolicyValues.Defaults.Disclosure;
        var terms = new DisclosureTerms(
            values.OptionalNumber("disclosure.threshold", 2, 100) ?? usual.Threshold,
            values.OptionalNumber("disclosure.width", 1, 100) ?? usual.Width,
            values.Has("disclosure.method") ? values.Word<DisclosureMethod>("disclosure.method") : usual.Method,
            values.OptionalNumber("disclosure.rounding-base", 2, 100) ?? usual.RoundingBase,
            values.Has("disclosure.zeros") ? values.Word<ZeroCounts>("disclosure.zeros") : usual.Zeros);
        // Who knows that a count is small knows it to within the small numbers, whatever else is hidden.
        var most = terms.Method is DisclosureMethod.Round ? terms.RoundingBase - 1 : terms.Threshold - (terms.Zeros is ZeroCounts.Show ? 2 : 1);
        if (terms.Width > most)
            values.Wrong("disclosure.width", PackMistakeKind.Contradiction,
                $"With this threshold, method and rounding base a suppressed count can't stay uncertain by more than {most}.");
        return terms;
    }

    private static void RefuseBodiesAboveThemselves(Pack pack, PackObject top)
    {
        var parents = pack.Bodies.Where(body => body.Key is not "").DistinctBy(body => body.Key).ToDictionary(body => body.Key, body => body.Parent);
        var cleared = new HashSet<string>();
        foreach (var key in parents.Keys)
        {
            var climbed = new HashSet<string>();
            for (var at = key; at is not null && !cleared.Contains(at); at = parents.GetValueOrDefault(at))
                if (!climbed.Add(at))
                {
                    top.Wrong("bodies", PackMistakeKind.Contradiction, $"The body '{at}' would stand above itself. Change a parent.");
                    break;
                }
            cleared.UnionWith(climbed);
        }
    }
}
