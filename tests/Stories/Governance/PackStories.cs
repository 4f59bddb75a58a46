using System.Text;
using System.Text.RegularExpressions;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Governance;

public partial class PackStories
{
    private static readonly Lazy<PackReading> BarnetReading = new(() => PackReader.Read(Repository.Bytes("modules/Governance/Pack/barnet.json")));

    private static Pack Barnet => BarnetReading.Value.Pack!;

    /// <summary>Littleton's pack: every line is counted on below, so a mistake put into one is looked for there.</summary>
    private const string Littleton = """
        {
          "council": { "key": "littleton", "name": "Littleton" },
          "policyVersion": "2026",
          "policyAims": [
            { "key": "fair", "text": "Be fair", "citation": { "source": "Policy", "at": "1" } },
            { "key": "open", "text": "Be open", "citation": { "source": "Policy", "at": "2" } }
          ],
          "bodies": [
            { "key": "cabinet", "name": "Cabinet", "kind": "cabinet", "citation": { "source": "Report", "at": "1" } },
            { "key": "scrutiny", "name": "Scrutiny", "kind": "committee", "parent": "cabinet", "citation": { "source": "practice" } }
          ],
          "partners": [
            { "key": "trust", "name": "Library Trust", "type": "voluntary-and-community", "dutyApplies": false, "citation": { "source": "Report", "at": "3" } },
            { "key": "bus", "name": "Bus Company", "type": "private", "dutyApplies": false, "aliases": ["The Buses"], "citation": { "source": "Report", "at": "4" } }
          ],
          "contacts": [ { "key": "desk", "office": "Equalities desk", "mailbox": "desk@littleton.example", "citation": { "source": "practice" } } ],
          "plans": [ { "key": "plan", "title": "Plan", "citation": { "source": "practice" }, "years": [ { "year": "2026-27", "items": [
            { "key": "ramps", "text": "Build ramps", "owner": "trust", "supporting": ["bus"], "due": "2027-03-31", "citation": { "source": "practice" },
              "milestones": [ { "text": "Drawings", "due": "2026-10-31" } ], "serves": ["aim:fair"], "commitments": ["evenings"] } ] } ] } ],
          "commitments": [
            { "key": "evenings", "partner": "trust", "wording": "Open late", "source": "aim:fair", "serves": ["aim:open"], "due": "2027-03-31", "citation": { "source": "practice" } }
          ],
          "obligations": [
            { "key": "yearly", "text": "The year", "from": "council", "to": "cabinet", "rule": { "every": "year", "on": "--03-31" }, "owner": "desk", "dischargedBy": "annual-report", "citation": { "source": "practice" } }
          ],
          "policyValues": { "updates.frequency": "yearly", "updates.name-days": 60 }
        }
        """;

    [Fact]
    public void Barnets_pack_is_valid() => BarnetReading.Value.Mistakes.Should().BeEmpty();

    [Fact]
    public void Barnets_pack_counts_what_the_two_documents_count()
    {
        Barnet.DutyAims.Should().HaveCount(3);
        Barnet.PolicyAims.Select(aim => aim.Label).Should().Equal("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8");
        Barnet.WaysOfWorking.Select(way => way.Label).Should().Equal("W1", "W2", "W3", "W4", "W5", "W6", "W7");
        Barnet.Expectations.Select(expectation => expectation.Label).Should().Equal("P1", "P2", "P3", "P4", "P5");
        Barnet.CitizensExpectation.Should().NotBeNull();
        Barnet.OutcomePromises.Select(promise => promise.Label).Should().Equal("D1", "D2", "D3", "D4");
        Barnet.Recommendations.Select(recommendation => recommendation.Citation).Should().Equal(
            Enumerable.Range(1, 5).Select(number => new Citation(CitationSource.Report, $"7.{number}")));
        Barnet.Reviewers.Should().HaveCount(3);
        Barnet.Plans.Should().HaveCount(2);
        Barnet.Networks.Should().HaveCount(3);
    }

    [Fact]
    public void Barnets_pack_has_a_classification_for_each_characteristic_and_all_21_wards()
    {
        Enum.GetNames<ProtectedCharacteristic>().Should().BeSubsetOf(Barnet.Classifications.Select(c => c.By.ToString()));
        Barnet.Classifications.Single(c => c.Key is "ward").Categories.Should().HaveCount(21);
        Barnet.Classifications.Single(c => c.Key is "race").Categories.Count(c => c.Within is not null).Should().Be(18, "the 2011 Census had 18 ethnic groups");
        Barnet.Measures.Should().OnlyContain(m => m.Objective == "seo" && m.Definition.Breakdowns.Count == 1);
    }

    [Fact]
    public void A_value_without_a_default_here_is_set_for_the_rule_that_asks_for_it() =>
        PackReader.Read(Encoding.UTF8.GetBytes(Littleton.Replace("\"updates.name-days\": 60", "\"monitors.least-count\": 30"))).Pack!.Values["monitors.least-count"].Should().Be("30");

    [Fact]
    public void What_is_wrong_with_a_measure_of_the_pack_is_told_where_it_stands()
    {
        const string measures = """
            "classifications": [ { "key": "sex", "title": "Sex", "by": "sex", "citation": { "source": "practice" }, "categories": [ { "key": "f", "label": "F", "within": "nobody" } ] } ],
            "measures": [ { "key": "m", "title": "M", "text": "M", "unit": "m", "numerator": "n", "polarity": "contextual", "frequency": "yearly", "yearEnd": "sum", "from": "x", "owner": "x", "breakdowns": ["ages"], "citation": { "source": "practice" } } ],
            "policyValues"
            """;
        PackReader.Read(Encoding.UTF8.GetBytes(Littleton.Replace("\"policyValues\"", measures))).Mistakes.Select(m => m.Path)
            .Should().BeEquivalentTo("classifications[0].categories[0].within", "measures[0].denominator", "measures[0].breakdowns[0]");
    }

    [Fact]
    public void Barnets_boards_and_plans_are_known_by_their_other_names()
    {
        Barnet.Bodies.Single(body => body.Key is "scpb").Aliases.Should().Contain("Safer Communities Board");
        Barnet.Plans.Single(plan => plan.Key is "communities-together").Aliases.Should().Contain("Community Cohesion Action Plan");
        Barnet.Networks.Single(network => network.Key is "communities-together").CoChairs.Should().HaveCount(2);
        Barnet.Networks.Single(network => network.Key is "inter-agency-staff").Virtual.Should().BeTrue();
    }

    [Fact]
    public void Both_of_Barnets_plans_have_items_for_the_year_of_play_and_partners_have_commitments()
    {
        foreach (var plan in Barnet.Plans)
            plan.Years.Should().ContainSingle(version => version.Year == new FinancialYear(2013)).Which.Items.Should().HaveCountGreaterThan(3);
        Barnet.Commitments.GroupBy(commitment => commitment.Partner).Should().HaveCountGreaterThan(4);
        Barnet.Commitments.Should().OnlyContain(commitment => new FinancialYear(2013).Contains(commitment.Due));
    }

    [Fact]
    public void Missed_updates_climb_the_default_ladder()
    {
        Barnet.PolicyValues.Should().Be(PackPolicyValues.Defaults);
        PackPolicyValues.Defaults.ByName["positions.answer-days"].Should().Be("14");
        PackPolicyValues.Defaults.Updates.Should().Be(new UpdateRhythm(PeriodLength.Quarter, DueDays: 14, RemindDays: 7, EscalateDays: 14, NameDays: 28));
    }

    [Theory]
    [InlineData("objective-to-crc", "2014-06-30")]
    [InlineData("partner-updates", "2013-07-14 2013-10-14 2014-01-14 2014-04-14")]
    [InlineData("progress-review", "2013-10-31 2014-05-01")]
    [InlineData("action-plan-update", "2014-03-31")]
    [InlineData("kept-online", "")]
    [InlineData("tension-response", "")]
    [InlineData("policy-review", "")]
    [InlineData("equality-objectives", "")]
    public void Obligations_fall_due_for_2013_14_as_the_calendar_says(string key, string days) =>
        DueFor(key, "2013-14").Should().Be(days);

    [Theory]
    [InlineData("equality-objectives", "2012-13", "2012-04-06")]
    [InlineData("equality-objectives", "2016-17", "2016-04-06")]
    [InlineData("duty-review-2016", "2016-17", "2016-12-31")]
    public void An_obligation_of_some_years_only_falls_due_in_those(string key, string year, string days) =>
        DueFor(key, year).Should().Be(days);

    [Fact]
    public void Another_councils_small_pack_is_valid_and_keeps_its_own_counts()
    {
        var reading = Read(Littleton);
        reading.Mistakes.Should().BeEmpty();
        reading.Pack!.PolicyAims.Should().HaveCount(2);
        reading.Pack.WaysOfWorking.Should().BeEmpty();
        reading.Pack.Plans.Single().Years.Single().Items.Single().Serves.Should().Equal(new StatementRef(StatementKind.Aim, "fair"));
        reading.Pack.PolicyValues.Updates.Should().Be(PackPolicyValues.Defaults.Updates with { Every = PeriodLength.Year, NameDays = 60 });
    }

    [Fact]
    public void Networks_and_recommendations_say_more_of_themselves_by_policy_values()
    {
        static string With(string networks, string evidence = "\"contributions\"") => Littleton.Replace("\"policyAims\"", $$"""
            "networks": [ {{networks}} ],
            "recommendations": [ { "key": "r1", "text": "Take part", "evidence": [{{evidence}}], "citation": { "source": "Report", "at": "9" } } ],
            "policyAims"
            """);
        const string staff = """{ "key": "staff", "name": "Staff", "text": "Lead cases", "virtual": true, "caseLeads": true, "citation": { "source": "practice" } }""";
        const string open = """{ "key": "open", "name": "Open", "text": "Meet", "sectors": ["faith", "youth"], "citation": { "source": "practice" } }""";

        var values = Read(With($"{open}, {staff}", "\"contributions\", \"network-meetings\"")).Pack!.Values;
        (values["networks.case-leads"], values["networks.open.sectors"], values["recommendations.r1.evidence"]).Should().Be(("staff", "faith youth", "contributions network-meetings"));
        EvidenceValues.For(values, "r1").Should().Equal(Evidence.Contributions, Evidence.NetworkMeetings);
        EvidenceValues.For(values, "r2").Should().BeEmpty();
        Pack Joined(string members) => Read(With(open.Replace("\"sectors\"", $"{members}, \"sectors\""))).Pack!;
        var joined = Joined("\"members\": [{ \"partner\": \"bus\", \"sector\": \"youth\" }, \"trust\"], \"coChairs\": [\"bus\", \"trust\"]");
        joined.Networks.Single().Should().Match<PackNetwork>(n => n.Members.SequenceEqual(new[] { "bus", "trust" }) && n.CoChairs.Count == 2);
        (joined.Values["networks.open.members.bus"], joined.Values["networks.open.members.trust"]).Should().Be(("youth", "voluntary-and-community"), "who is there for no sector in particular is there for its own");
        Read(With(open.Replace("\"sectors\"", "\"coChairs\": [\"bus\"], \"sectors\""))).Mistakes.Single().Sentence.Should().Contain("two co-chairs");
        Read(With(open.Replace("\"sectors\"", "\"members\": [\"bus\", { \"partner\": \"bus\", \"sector\": \"faith\" }], \"sectors\""))).Mistakes.Single().Kind.Should().Be(PackMistakeKind.Duplicate);

        Read(With($"{staff}, {staff.Replace("staff", "others").Replace("Staff", "Others")}")).Mistakes.Should().ContainSingle().Which.Should().Match<PackMistake>(m => m.Kind == PackMistakeKind.Contradiction && m.Path == "networks[1].caseLeads");
        Read(With(open, "\"contribution\"")).Mistakes.Should().ContainSingle().Which.Sentence.Should().Contain("'contributions'");
        Read(With(open.Replace("youth", "Young people"))).Mistakes.Should().ContainSingle().Which.Kind.Should().Be(PackMistakeKind.BadKey);
        Barnet.Values.Should().Contain("networks.case-leads", "inter-agency-staff");
        Barnet.Recommendations.Should().OnlyContain(r => EvidenceValues.For(Barnet.Values, r.Ref.Key).Count > 0);
    }

    [Fact]
    public void A_council_and_a_version_are_enough() =>
        Read("""{ "council": { "key": "c", "name": "C" }, "policyVersion": "1" }""").IsValid.Should().BeTrue();

    [Fact]
    public void The_example_in_the_manual_is_valid()
    {
        var example = JsonInManual().Match(Repository.Text("docs/pack.md")).Groups["json"].Value;
        var reading = Read(example);
        reading.Mistakes.Should().BeEmpty();
        (reading.Pack!.WaysOfWorking.Count, reading.Pack.Partners.Count, reading.Pack.Bodies.Count).Should().Be((3, 2, 0));
    }

    [Fact]
    public void The_manual_names_every_word_that_a_pack_can_write()
    {
        var manual = Repository.Text("docs/pack.md");
        foreach (var word in Words<BodyKind>().Concat(Words<PackPartnerType>()).Concat(Words<PublicationKind>()).Concat(Words<Evidence>()))
            manual.Should().Contain(word);
        foreach (var kind in Words<StatementKind>())
            manual.Should().Contain($"`{kind}:`");
    }

    [Fact]
    public void The_same_key_gives_the_same_id_on_every_load_and_another_council_another()
    {
        var mine = Read(Littleton).Pack!.Council;
        var again = Read(Littleton).Pack!.Council;
        mine.IdOf<PartnerId>("trust").Should().Be(again.IdOf<PartnerId>("trust")).And.NotBe(Barnet.Council.IdOf<PartnerId>("trust"));
        mine.Namespace.Should().Be(NameBasedId.Of(Council.OfCouncils, "littleton"));
    }

    [Fact]
    public void A_council_may_bring_a_namespace_of_its_own() =>
        Read(Littleton.Replace("\"name\": \"Littleton\"", "\"name\": \"Littleton\", \"namespace\": \"5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11\""))
            .Pack!.Council.Namespace.Should().Be(new Guid("5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11"));

    [Fact]
    public void Comments_a_trailing_comma_and_a_byte_order_mark_are_allowed() =>
        Read("\uFEFF" + Littleton.Replace("\"policyVersion\": \"2026\",", "\"policyVersion\": \"2026\", // of May\n").Replace("60 }", "60, }"))
            .IsValid.Should().BeTrue();

    public static TheoryData<string, string, PackMistakeKind, int, string, string> Mistakes => new()
    {
        { "\"policyVersion\": \"2026\",", "\"policyVersion\": \"2026\"", PackMistakeKind.NotJson, 4, "", "not JSON" },
        { "\"policyVersion\"", "\"policyVersoin\": \"1\", \"policyVersion\"", PackMistakeKind.UnknownField, 3, "policyVersoin", "'policyVersion'" },
        { "\"text\": \"Be open\"", "\"texte\": 1, \"text\": \"Be open\"", PackMistakeKind.UnknownField, 6, "policyAims[1].texte", "'text'" },
        { "\"updates.name-days\": 60", "\"updates.nam-days\": 60", PackMistakeKind.UnknownField, 26, "policyValues.updates.nam-days", "'updates.name-days'" },
        { "\"Be open\"", "7", PackMistakeKind.WrongType, 6, "policyAims[1].text", "a number" },
        { "\"Be open\"", "null", PackMistakeKind.WrongType, 6, "policyAims[1].text", "Leave the field out" },
        { "\"dutyApplies\": false, \"aliases\"", "\"dutyApplies\": \"no\", \"aliases\"", PackMistakeKind.WrongType, 14, "partners[1].dutyApplies", "true or false" },
        { "[\"The Buses\"]", "\"The Buses\"", PackMistakeKind.WrongType, 14, "partners[1].aliases", "a list" },
        { "{ \"every\": \"year\", \"on\": \"--03-31\" }", "7", PackMistakeKind.WrongType, 24, "obligations[0].rule", "an object" },
        { ", \"at\": \"2\"", "", PackMistakeKind.Missing, 6, "policyAims[1].citation.at", "'at' is missing" },
        { "\"policyVersion\": \"2026\",", "", PackMistakeKind.Missing, 1, "policyVersion", "'policyVersion' is missing" },
        { "{ \"every\": \"year\", \"on\": \"--03-31\" }", "{}", PackMistakeKind.Missing, 24, "obligations[0].rule", "says no time" },
        { "\"on\": \"--03-31\"", "\"on\": \"--03-31\", \"interval\": 4", PackMistakeKind.Missing, 24, "obligations[0].rule.since", "'since' is missing" },
        { "\"key\": \"open\"", "\"key\": \"fair\"", PackMistakeKind.Duplicate, 6, "policyAims[1].key", "'fair'" },
        { "\"text\": \"Be open\"", "\"text\": \"Be open\", \"text\": \"B\"", PackMistakeKind.Duplicate, 6, "policyAims[1].text", "twice" },
        { "The Buses", "library trust", PackMistakeKind.Duplicate, 14, "partners[1].aliases[0]", "'library trust'" },
        { "[\"aim:open\"]", "[\"aim:open\", \"aim:open\"]", PackMistakeKind.Duplicate, 21, "commitments[0].serves[1]", "twice" },
        { "\"items\": [", "\"items\": [] }, { \"year\": \"2026-27\", \"items\": [", PackMistakeKind.Duplicate, 17, "plans[0].years[1].year", "one version a year" },
        { "\"partner\": \"trust\"", "\"partner\": \"trsut\"", PackMistakeKind.DanglingReference, 21, "commitments[0].partner", "'trust'" },
        { "\"source\": \"aim:fair\"", "\"source\": \"aim:fairr\"", PackMistakeKind.DanglingReference, 21, "commitments[0].source", "'aim:fair'" },
        { "\"to\": \"cabinet\"", "\"to\": \"pubic\"", PackMistakeKind.DanglingReference, 24, "obligations[0].to", "'public'" },
        { "\"parent\": \"cabinet\"", "\"parent\": \"bus\"", PackMistakeKind.DanglingReference, 10, "bodies[1].parent", "No body" },
        { "[\"evenings\"]", "[\"mornings\"]", PackMistakeKind.DanglingReference, 19, "plans[0].years[0].items[0].commitments[0]", "'mornings'" },
        { "\"due\": \"2026-10-31\"", "\"due\": \"2026-02-30\"", PackMistakeKind.BadDate, 19, "plans[0].years[0].items[0].milestones[0].due", "2026-02-30" },
        { "2026-27", "2026-28", PackMistakeKind.BadDate, 17, "plans[0].years[0].year", "2026-28" },
        { "--03-31", "--02-29", PackMistakeKind.BadDate, 24, "obligations[0].rule.on", "every year" },
        { "--03-31", "03-31", PackMistakeKind.BadDate, 24, "obligations[0].rule.on", "--03-31" },
        { "\"type\": \"private\"", "\"type\": \"privat\"", PackMistakeKind.NotInList, 14, "partners[1].type", "'private'" },
        { "\"source\": \"Policy\", \"at\": \"2\"", "\"source\": \"policy\", \"at\": \"2\"", PackMistakeKind.NotInList, 6, "policyAims[1].citation.source", "'Policy'" },
        { "\"source\": \"aim:fair\"", "\"source\": \"aims:fair\"", PackMistakeKind.NotInList, 21, "commitments[0].source", "'aim'" },
        { "\"every\": \"year\", \"on\"", "\"every\": \"yaer\", \"on\"", PackMistakeKind.NotInList, 24, "obligations[0].rule.every", "'year'" },
        { "{ \"every\": \"year\", \"on\": \"--03-31\" }", "\"allways\"", PackMistakeKind.NotInList, 24, "obligations[0].rule", "'always'" },
        { "\"yearly\", \"updates", "\"weekly\", \"updates", PackMistakeKind.NotInList, 26, "policyValues.updates.frequency", "quarterly" },
        { "\"Be open\"", "\"  \"", PackMistakeKind.EmptyText, 6, "policyAims[1].text", "empty" },
        { "\"Be open\"", "\"Be \\u001b[2J\"", PackMistakeKind.BadText, 6, "policyAims[1].text", "control character" },
        { "\"Be open\"", "\"Be \\ud800\"", PackMistakeKind.BadText, 6, "policyAims[1].text", "half a character" },
        { "\"key\": \"bus\"", "\"key\": \"Bus_1\"", PackMistakeKind.BadKey, 14, "partners[1].key", "Bus_1" },
        { "desk@littleton.example", "desk at littleton", PackMistakeKind.BadMailbox, 16, "contacts[0].mailbox", "e-mail" },
        { "\"name\": \"Littleton\"", "\"name\": \"Littleton\", \"namespace\": \"x\"", PackMistakeKind.BadUuid, 2, "council.namespace", "UUID" },
        { "\"updates.name-days\": 60", "\"updates.name-days\": 1.5", PackMistakeKind.OutOfRange, 26, "policyValues.updates.name-days", "whole number" },
        { "\"updates.name-days\": 60", "\"updates.name-days\": -1", PackMistakeKind.OutOfRange, 26, "policyValues.updates.name-days", "from 0 to 366" },
        { "\"updates.name-days\": 60", "\"updates.name-days\": 3", PackMistakeKind.Contradiction, 26, "policyValues.updates.name-days", "before" },
        { "\"due\": \"2026-10-31\"", "\"due\": \"2027-10-31\"", PackMistakeKind.Contradiction, 19, "plans[0].years[0].items[0].milestones[0].due", "after its item" },
        { "\"kind\": \"cabinet\"", "\"kind\": \"cabinet\", \"parent\": \"scrutiny\"", PackMistakeKind.Contradiction, 8, "bodies", "above itself" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_with_its_line_its_field_and_what_to_do(
        string right, string wrong, PackMistakeKind kind, int line, string path, string said)
    {
        Littleton.Split(right).Should().HaveCount(2, "the story changes one place");
        var reading = Read(Littleton.Replace(right, wrong));
        reading.IsValid.Should().BeFalse();
        reading.Mistakes.Should().Contain(mistake => mistake.Kind == kind && mistake.Path == path, string.Join('\n', reading.Mistakes))
            .Which.Should().Match<PackMistake>(mistake => mistake.Line == line && mistake.Sentence.Contains(said), string.Join('\n', reading.Mistakes));
    }

    [Fact]
    public void Every_sort_of_mistake_has_its_story()
    {
        var told = Mistakes.Select(row => (PackMistakeKind)row[2]).Append(PackMistakeKind.TooLarge);
        told.Should().Contain(Enum.GetValues<PackMistakeKind>());
    }

    [Fact]
    public void One_mistake_is_told_once_and_the_column_is_where_the_value_begins()
    {
        var reading = Read(Littleton.Replace("\"at\": \"2\"", "\"at\": \"\""));
        reading.Mistakes.Should().ContainSingle().Which.ToString().Should().StartWith("line 6, column 81, policyAims[1].citation.at: The text is empty.");
    }

    [Fact]
    public void The_column_counts_characters_and_not_bytes() =>
        Read("{ \"título\": 1, \"council\": { \"key\": \"c\", \"name\": \"C\" }, \"policyVersion\": 1 }")
            .Mistakes.Select(mistake => mistake.Column).Should().Equal(3, 73);

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        var reading = Read(Littleton.Replace("Be fair", "").Replace("\"private\"", "\"firm\"").Replace("2027-03-31", "soon").Replace("\"title\": \"Plan\"", "\"titel\": \"Plan\""));
        reading.Mistakes.Select(mistake => mistake.Kind).Should().Equal(
            PackMistakeKind.EmptyText, PackMistakeKind.NotInList, PackMistakeKind.Missing, PackMistakeKind.UnknownField, PackMistakeKind.BadDate, PackMistakeKind.BadDate);
        reading.Mistakes.Select(mistake => mistake.Line).Should().Equal(5, 14, 17, 17, 18, 21);
    }

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("{} {}"), InlineData("nothing"), InlineData("{\"council\": }"), InlineData("[1, 2")]
    public void What_is_no_json_has_one_mistake_that_says_so(string file) =>
        Read(file).Mistakes.Should().ContainSingle().Which.Kind.Should().Be(PackMistakeKind.NotJson);

    [Theory]
    [InlineData("[]"), InlineData("7"), InlineData("\"pack\"")]
    public void A_pack_is_one_object(string file) =>
        Read(file).Mistakes.Should().ContainSingle().Which.Kind.Should().Be(PackMistakeKind.WrongType);

    [Fact]
    public void A_file_in_another_encoding_is_refused_where_the_first_strange_byte_stands()
    {
        var mistake = PackReader.Read(Encoding.Latin1.GetBytes("{\n  \"título\": 1 }")).Mistakes.Should().ContainSingle().Subject;
        (mistake.Line, mistake.Column, mistake.Kind).Should().Be((2, 5, PackMistakeKind.NotJson));
        mistake.Sentence.Should().Contain("UTF-8");
    }

    [Property(MaxTest = 300)]
    public void Whatever_happens_to_a_file_it_is_either_a_pack_or_a_list_of_mistakes(ushort at, byte instead, byte dropped)
    {
        var file = Encoding.UTF8.GetBytes(Littleton).ToList();
        var place = at % file.Count;
        file[place] = instead;
        file.RemoveRange(place, Math.Min(dropped % 8, file.Count - place));
        var reading = PackReader.Read(file.ToArray());
        reading.IsValid.Should().Be(reading.Mistakes.Count is 0);
        reading.Mistakes.Should().NotContain(mistake => mistake.Line < 1 || mistake.Line > 28 || mistake.Column < 1 || mistake.Sentence.Length < 20);
        reading.Mistakes.Should().BeInAscendingOrder(mistake => mistake.Line);
    }

    [Fact]
    public void A_file_of_more_than_5_MB_is_refused_unread()
    {
        var file = new byte[PackReader.LargestFile + 1];
        PackReader.Read(file).Mistakes.Should().ContainSingle().Which.Kind.Should().Be(PackMistakeKind.TooLarge);
    }

    [Fact]
    public void A_large_file_full_of_mistakes_on_one_line_is_still_told_whole()
    {
        var bodies = string.Join(',', Enumerable.Range(0, 40_000).Select(number =>
            $$$"""{"key":"b{{{number}}}","name":"B{{{number}}}","kind":"bord","parent":"c{{{number}}}","citation":{"source":"practice"}}"""));
        Read($$"""{"council":{"key":"c","name":"C"},"policyVersion":"1","bodies":[{{bodies}}]}""").Mistakes.Should().HaveCount(80_000);
    }

    private static PackReading Read(string json) => PackReader.Read(Encoding.UTF8.GetBytes(json));

    private static string DueFor(string obligation, string year) => string.Join(' ', Barnet.Obligations
        .Single(entry => entry.Key == obligation).Rule.DueFor(FinancialYear.Parse(year)).Select(day => day.ToString("yyyy-MM-dd")));

    private static IEnumerable<string> Words<T>() where T : struct, Enum => PackWord.All<T>().Keys;

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonInManual();
}
