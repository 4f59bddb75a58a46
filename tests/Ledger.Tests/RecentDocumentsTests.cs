namespace EqualitiesPlatform.Ledger.Tests;

public class RecentDocumentsTests
{
    private static readonly RegisterRegistration Register = RegisterRegistration.Of<CounterRegister>();

    [Fact]
    public void A_document_serves_an_event_that_nothing_is_missing_before()
    {
        var recent = new RecentDocuments();
        var kept = Of("counter/a", 3);
        recent.Keep(Register, "counter/a", kept);

        recent.Find(Register, "counter/a", before: 4).Should().BeSameAs(kept);
        recent.Find(Register, "counter/a", before: 2).Should().BeSameAs(kept, "what could not be committed comes again");
        recent.Find(Register, "counter/a", before: 5).Should().BeNull("another silo has taken the fourth event");
        recent.Find(Register, "counter/b", before: 4).Should().BeNull();
    }

    [Fact]
    public void A_document_that_shows_nothing_any_more_is_not_kept()
    {
        var recent = new RecentDocuments();
        recent.Keep(Register, "counter/a", Of("counter/a", 3));
        recent.Keep(Register, "counter/a", null);

        recent.Find(Register, "counter/a", before: 4).Should().BeNull();
    }

    [Fact]
    public void The_latest_are_kept_and_the_oldest_go()
    {
        var recent = new RecentDocuments();
        foreach (var n in Enumerable.Range(0, 25_000)) recent.Keep(Register, $"counter/{n}", Of($"counter/{n}", 1));

        recent.Find(Register, "counter/24999", before: 2).Should().NotBeNull();
        recent.Find(Register, "counter/15000", before: 2).Should().NotBeNull();
        recent.Find(Register, "counter/0", before: 2).Should().BeNull();
    }

    private static CounterRegister Of(string stream, long version) => new(stream, version, new PartnerId(Guid.NewGuid()), 0, null, null, CounterState.StillOpen, false);
}
