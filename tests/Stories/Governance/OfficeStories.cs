using Equalities.Options.V1;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class OfficeStories
{
    private static readonly DateOnly Day = new(2013, 5, 1);
    private static readonly PersonId First = new(new Guid("00000000-0000-0000-0000-0000000000b1")), Second = new(new Guid("00000000-0000-0000-0000-0000000000b2"));
    private static readonly OfficeId Leader = Offices.IdOf(Role.Reviewer, "leader"), Officers = Offices.IdOf(Role.CaseOfficer, null);

    private static readonly AppointToOffice Appoint = new(Leader, Role.Reviewer, "leader", First, null);
    private static readonly StandDownFromOffice StandDown = new(Leader, Role.Reviewer, "leader", First, null);
    private static readonly AppointedToOffice Appointed = new(Leader, Role.Reviewer, "leader", First, Day);
    private static readonly StoodDownFromOffice StoodDown = new(Leader, Role.Reviewer, "leader", First, Day.AddDays(9));
    private static readonly StandDownFromOffice OfOfficers = new(Officers, Role.CaseOfficer, null, First, null);

    private static GovernanceStory<Office> On(DateOnly today, params object[] events) => GovernanceStory<Office>.Given(events, today);

    [Fact]
    public void Somebody_is_appointed_from_a_day_on()
    {
        On(Day).When(Appoint).Then(Appointed);
        On(Day).When(Appoint with { From = Day.AddDays(30) }).Then(Appointed with { EffectiveOn = Day.AddDays(30) });
        On(Day.AddDays(3), Appointed).When(Appoint).ThenNothing();
        On(Day.AddDays(3), Appointed).When(Appoint with { From = Day.AddDays(2) }).ThenRefused("APPOINTED_FROM_ANOTHER_DAY");
        On(Day.AddDays(3), Appointed, StoodDown).When(Appoint with { From = Day.AddDays(5) }).ThenRefused("APPOINTED_FROM_ANOTHER_DAY");
        On(Day.AddDays(9), Appointed, StoodDown).When(Appoint).Then(Appointed with { EffectiveOn = Day.AddDays(9) });
    }

    [Fact]
    public void A_reviewers_seat_has_one_holder_at_a_time_and_other_offices_have_many()
    {
        On(Day, Appointed).When(Appoint with { Holder = Second }).ThenRefused("OFFICE_HELD");
        On(Day, Appointed, StoodDown).When(Appoint with { Holder = Second }).ThenRefused("OFFICE_HELD");
        On(Day, Appointed, StoodDown).When(Appoint with { Holder = Second, From = StoodDown.EffectiveOn }).Then(Appointed with { Holder = Second, EffectiveOn = StoodDown.EffectiveOn });
        On(Day, new AppointedToOffice(Officers, Role.CaseOfficer, null, First, Day)).When(new AppointToOffice(Officers, Role.CaseOfficer, null, Second, null))
            .Then(new AppointedToOffice(Officers, Role.CaseOfficer, null, Second, Day));
    }

    [Fact]
    public void Somebody_is_stood_down_from_a_day_on_also_if_they_were_never_appointed()
    {
        On(Day.AddDays(9), Appointed).When(StandDown).Then(StoodDown);
        On(Day.AddDays(9), Appointed, StoodDown).When(StandDown).ThenNothing();
        On(Day.AddDays(2), Appointed, StoodDown).When(StandDown).Then(StoodDown with { EffectiveOn = Day.AddDays(2) });
        On(Day.AddDays(-1), Appointed).When(StandDown).ThenRefused("STOOD_DOWN_BEFORE_APPOINTED");
        On(Day).When(OfOfficers).Then(new StoodDownFromOffice(Officers, Role.CaseOfficer, null, First, Day));
    }

    [Fact]
    public void Nobody_appoints_or_stands_down_themselves()
    {
        var administrator = On(Day).Occasion.Actor.Person;
        On(Day).When(Appoint with { Holder = administrator }).ThenRefused("OWN_OFFICE");
        On(Day).When(OfOfficers with { Holder = administrator }).ThenRefused("OWN_OFFICE");
    }

    [Fact]
    public void The_days_on_record_decide_once_there_are_some()
    {
        Admits(Day).Should().BeTrue("a token suffices as long as the ledger says nothing");
        Admits(Day.AddDays(-1), Appointed).Should().BeFalse("not yet");
        Admits(Day, Appointed).Should().BeTrue();
        Admits(Day.AddDays(8), Appointed, StoodDown).Should().BeTrue();
        Admits(Day.AddDays(9), Appointed, StoodDown).Should().BeFalse();
        Admits(Day.AddDays(20), Appointed, StoodDown, Appointed with { EffectiveOn = Day.AddDays(20) }).Should().BeTrue("they hold it again");

        var table = Table(StoodDown);
        (table.Admits(First, Role.Reviewer, Day), table.Admits(First, Role.Reviewer, Day.AddDays(9))).Should().Be((true, false), "they acted by their token alone until then");
        (table.Admits(Second, Role.Reviewer, Day.AddDays(9)), table.Admits(First, Role.CaseOfficer, Day.AddDays(9))).Should().Be((true, true), "another person, or another role, is another matter");
        table.Reviews(First, "leader", Day).Should().BeFalse("only who was appointed signs off");
        (Table(Appointed).Reviews(First, "leader", Day), Table(Appointed).Reviews(First, "member", Day), Table(Appointed).Reviews(First, "leader", Day.AddDays(-1)))
            .Should().Be((true, false, false));

        bool Admits(DateOnly day, params object[] events) => Table(events).Admits(First, Role.Reviewer, day);
    }

    [Fact]
    public void The_register_keeps_all_who_held_it()
    {
        var shown = PackStandings.Register<OfficeRegister>(OfficeId.Kind, Leader.Value, Appointed, StoodDown, Appointed with { Holder = Second, EffectiveOn = StoodDown.EffectiveOn });
        (shown.Role, shown.Seat).Should().Be((Role.Reviewer, "leader"));
        shown.Holdings.Should().Equal(new OfficeHolding(First, Day, Day.AddDays(9)), new OfficeHolding(Second, Day.AddDays(9), null));
    }

    private static Offices Table(params object[] events)
    {
        var table = new Offices();
        table.Rebuild(PackStandings.AsRecorded(OfficeId.Kind, Leader.Value, events));
        return table;
    }
}
