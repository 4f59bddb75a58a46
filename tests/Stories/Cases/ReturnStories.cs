using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Cases;

/// <summary>Weekly returns: no tension, nil return and no return are three facts. Monday 6 May 2013 begins a week.</summary>
public class ReturnStories
{
    private static readonly TensionReturnsId Id = new(Guid.Parse("0198a000-0000-7000-8000-0000000000a1"));
    private static readonly PartnerId Police = new(Guid.Parse("0198a000-0000-7000-8000-000000000002"));
    private static readonly DateOnly First = new(2013, 5, 6), Second = new(2013, 5, 13), Third = new(2013, 5, 20);
    private static readonly ReturnsExpected Expected = new(Police, new Ward("Burnt Oak"), First);
    private static readonly ReturnAwaited AwaitFirst = new(First, new(2013, 5, 15)), AwaitSecond = new(Second, new(2013, 5, 22)), AwaitThird = new(Third, new(2013, 5, 29));

    private static SubmitReturn Submit(DateOnly week, TensionReturn said = TensionReturn.NoTension, int tensions = 0) => new(Id, Police, week, said, tensions);

    [Fact]
    public void Returns_are_expected_from_a_week_on()
    {
        Story<TensionReturns>.Given().When(new ExpectReturns(Id, Police, new Ward("Burnt Oak"), new(2013, 5, 9))).Then(Expected, AwaitFirst);
        Story<TensionReturns>.Given(Expected, AwaitFirst).When(new ExpectReturns(Id, Police, new Ward("Burnt Oak"), new(2013, 5, 9))).ThenNothing();
        Story<TensionReturns>.Given().When(Submit(First)).ThenRefused("RETURNS_NOT_EXPECTED");
        Story<TensionReturns>.Given(Expected, AwaitFirst).When(new StopReturns(Id)).Then(new ReturnsStopped());
        Story<TensionReturns>.Given(Expected, AwaitFirst, new ReturnsStopped()).When(new StopReturns(Id)).ThenNothing();
        Story<TensionReturns>.Given(Expected, AwaitFirst, new ReturnsStopped()).State.WakesOn.Should().BeNull();
    }

    [Fact]
    public void No_tension_nil_and_tensions_are_said_and_the_next_week_is_awaited()
    {
        foreach (var (said, tensions) in new[] { (TensionReturn.NoTension, 0), (TensionReturn.NilReturn, 0), (TensionReturn.Tensions, 2) })
            Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 14).When(Submit(First, said, tensions)).Then(new ReturnSubmitted(First, said, tensions, false), AwaitSecond);
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 14).When(Submit(First, TensionReturn.Tensions)).ThenRefused("TENSIONS_UNCOUNTED");
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 14).When(Submit(First, TensionReturn.NoTension, 1)).ThenRefused("TENSIONS_UNCOUNTED");
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 14).When(Submit(Third)).ThenRefused("WEEK_NOT_BEGUN");
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 14).When(Submit(new(2013, 4, 29))).ThenRefused("WEEK_NOT_EXPECTED");
        Story<TensionReturns>.Given(Expected, AwaitFirst).When(new CloseCase(default)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void Silence_is_a_dated_fact_once_and_a_late_return_does_not_undo_it()
    {
        var due = new RaiseDue("returns");
        var missed = new ReturnMissed(First, new(2013, 5, 15), new(2013, 5, 16));
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 15).When(due).ThenNothing();
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 16).When(due).Then(missed, AwaitSecond);
        Story<TensionReturns>.Given(Expected, AwaitFirst).On(2013, 5, 24).When(due).Then(missed, AwaitSecond, new ReturnMissed(Second, new(2013, 5, 22), new(2013, 5, 23)), AwaitThird);
        Story<TensionReturns>.Given(Expected, AwaitFirst, missed, AwaitSecond).On(2013, 5, 17).When(Submit(First)).Then(new ReturnSubmitted(First, TensionReturn.NoTension, 0, true));
    }

    [Fact]
    public void The_last_word_on_a_week_holds()
    {
        ReturnSubmitted said = new(First, TensionReturn.NoTension, 0, false);
        Story<TensionReturns>.Given(Expected, AwaitFirst, said, AwaitSecond).On(2013, 5, 14).When(Submit(First)).ThenNothing();
        Story<TensionReturns>.Given(Expected, AwaitFirst, said, AwaitSecond).On(2013, 5, 14).When(Submit(First, TensionReturn.Tensions, 1)).Then(new ReturnSubmitted(First, TensionReturn.Tensions, 1, false));
        var register = new object[] { Expected, AwaitFirst, said, AwaitSecond, new ReturnMissed(Second, new(2013, 5, 22), new(2013, 5, 23)), AwaitThird }
            .Select(Recorded.As("tension-returns", Id.Value)).Aggregate((TensionReturnsRegister?)null, TensionReturnsRegister.Fold)!;
        register.Weeks.Select(w => (w.Return, w.Missed)).Should().Equal((TensionReturn.NoTension, false), (null, true));
        register.Missing.Should().Be(1);
    }
}
