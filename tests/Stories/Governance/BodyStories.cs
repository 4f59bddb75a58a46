using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class BodyStories
{
    private static readonly BodyId Id = new(new Guid("00000000-0000-0000-0000-0000000000b1"));
    private static readonly BodyId Cabinet = new(new Guid("00000000-0000-0000-0000-0000000000b2"));
    private static readonly PartnerId Police = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly DateOnly May = new(2013, 5, 1);

    private static readonly BodyFormed Formed = new(Id, "crc", "Resources Committee", ["RC"], BodyKind.Committee, null);
    private static readonly MemberSeated Seated = new("Borough Commander", SeatRole.Member, Police, May);

    private static GovernanceStory<Body> On(DateOnly today, params object[] events) => GovernanceStory<Body>.Given(events, today);

    private static FormBody Form(string name = "Resources Committee", BodyId? parent = null, BodyKind kind = BodyKind.Committee, params string[] aliases) =>
        new(Id, "crc", name, aliases.Length == 0 ? ["RC"] : aliases, kind, parent);

    [Fact]
    public void A_body_is_formed_once()
    {
        On(May).When(Form()).Then(Formed);
        On(May, Formed).When(Form()).ThenNothing();
    }

    [Fact]
    public void What_the_pack_says_anew_is_recorded_and_its_old_name_stays_an_alias()
    {
        var renamed = new BodyRenamed("Resources Committee", "Corporate Resources Committee", May.AddDays(9));
        var story = On(May.AddDays(9), Formed).When(Form("Corporate Resources Committee", Cabinet, aliases: ["RC", "CRC"]));
        story.Then(renamed, new BodyAliasLearnt("CRC"), new BodyPlacedUnder(Cabinet));
        var shown = Shown([.. story.Events.Prepend(Formed)]);
        shown.NameOn(May).Should().Be("Resources Committee");
        shown.NameOn(May.AddDays(9)).Should().Be("Corporate Resources Committee");
        shown.AliasesOn(May.AddDays(9)).Should().Equal("Resources Committee", "RC", "CRC");
        On(May, Formed).When(Form(kind: BodyKind.Board)).ThenRefused("BODY_KIND_FIXED");
    }

    [Fact]
    public void A_body_is_renamed_from_a_day_that_has_come()
    {
        On(May, Formed).When(new RenameBody(Id, "Finance Committee", null)).Then(new BodyRenamed("Resources Committee", "Finance Committee", May));
        On(May, Formed).When(new RenameBody(Id, "Resources Committee", null)).ThenNothing();
        On(May, Formed).When(new RenameBody(Id, "Finance Committee", May.AddDays(1))).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void Its_terms_of_reference_hold_from_their_day()
    {
        var set = new TermsOfReferenceSet("Receives the report", "Council, item 4", May);
        On(May, Formed).When(new SetTermsOfReference(Id, "Receives the report", "Council, item 4", null)).Then(set);
        On(May.AddDays(1), Formed, set).When(new SetTermsOfReference(Id, "Receives the report", "Council, item 4", null)).ThenNothing();
        Shown(Formed, set).TermsOn(May.AddDays(-1)).Should().BeNull();
        Shown(Formed, set).TermsOn(May)!.Terms.Should().Be("Receives the report");
    }

    [Fact]
    public void An_office_sits_on_it_from_a_day_to_a_day()
    {
        var ended = new SeatEnded("Borough Commander", May.AddDays(30));
        On(May, Formed).When(new SeatMember(Id, "Borough Commander", SeatRole.Member, Police, null)).Then(Seated);
        On(May, Formed, Seated).When(new SeatMember(Id, "Borough Commander", SeatRole.Member, Police, null)).ThenNothing();
        On(May, Formed, Seated).When(new SeatMember(Id, "Borough Commander", SeatRole.Chair, Police, null)).ThenRefused("SEAT_HELD");
        On(May.AddDays(30), Formed, Seated).When(new EndSeat(Id, "Borough Commander", null)).Then(ended);
        On(May.AddDays(30), Formed, Seated).When(new EndSeat(Id, "Borough Commander", May.AddDays(-1))).ThenRefused("ENDS_BEFORE_IT_BEGAN");
        On(May, Formed).When(new EndSeat(Id, "Borough Commander", null)).ThenRefused("NOT_SEATED");
        On(May.AddDays(31), Formed, Seated, ended).When(new SeatMember(Id, "Borough Commander", SeatRole.Chair, Police, null))
            .Then(Seated with { Role = SeatRole.Chair, EffectiveOn = May.AddDays(31) });
        var shown = Shown(Formed, Seated, ended);
        shown.SeatsOn(May.AddDays(29)).Should().ContainSingle();
        shown.SeatsOn(May.AddDays(30)).Should().BeEmpty();
    }

    [Fact]
    public void Its_calendar_says_which_days_were_dropped()
    {
        var (june, july) = (new DateOnly(2013, 6, 24), new DateOnly(2013, 7, 22));
        var year = new FinancialYear(2013);
        var set = new CalendarSet(Id, "crc", year, [june, july], []);
        On(May, Formed).When(new SetCalendar(Id, year, [july, june, june])).Then(set);
        On(May, Formed, set).When(new SetCalendar(Id, year, [june, july])).ThenNothing();
        On(May, Formed, set).When(new SetCalendar(Id, year, [july])).Then(new CalendarSet(Id, "crc", year, [july], [june]));
        On(May, Formed).When(new SetCalendar(Id, year, [new(2014, 4, 1)])).ThenRefused("DAY_OUTSIDE_YEAR");
    }

    [Fact]
    public void Nothing_can_be_done_to_a_body_that_nobody_formed() => On(May).When(new RenameBody(Id, "Other", null)).ThenRefused("BODY_UNKNOWN");

    private static BodyRegister Shown(params object[] events) => PackStandings.Register<BodyRegister>(BodyId.Kind, Id.Value, events);
}
