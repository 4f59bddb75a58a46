using Equalities.Options.V1;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Engagement;

public class SharedDatasetStories
{
    private static readonly SharedDatasetId Needs = new(Guid.Parse("0198a000-0000-7000-8000-0000000000c1"));
    private static readonly PartnerId Council = new(Guid.Parse("0198a000-0000-7000-8000-0000000000c2"));
    private static readonly PartnerId Police = new(Guid.Parse("0198a000-0000-7000-8000-0000000000c3"));
    private static readonly DateOnly May = new(2013, 5, 1);
    private static readonly DateOnly June = new(2013, 6, 30);
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static readonly DatasetOffered Offered = new(Needs, "needs", Council, "Needs", "By ward");
    private static readonly DatasetVersionAdded First = new("q1", Hash, "The shared drive", "Two wards are estimated");
    private static readonly SharingAgreed Agreed = new("police", "Where advice is needed", "Counts only", May, June, [Police]);
    private static readonly AgreeSharing Agree = new(Needs, "police", "Where advice is needed", "Counts only", May, June, [Police]);
    private static readonly UseDataset Use = new(Needs, Police, "q1", "Two sessions moved", null);
    private static readonly object[] Shared = [Offered, First, Agreed];

    private static Story<SharedDataset> Given(params object[] events) => Story<SharedDataset>.Given(events).By(Role.EngagementOfficer);

    [Fact]
    public void A_dataset_is_offered_once_and_has_versions_that_stay()
    {
        var offer = new OfferDataset(Needs, "needs", Council, "Needs", "By ward");
        Given().When(offer).Then(Offered);
        Given(Offered).When(offer).ThenNothing();
        Given(Offered).When(offer with { Title = "Wants" }).ThenRefused("DATASET_ALREADY_OFFERED");
        var add = new AddDatasetVersion(Needs, "q1", Hash, "The shared drive", "Two wards are estimated");
        Given().When(add).ThenRefused("DATASET_UNKNOWN");
        Given(Offered).When(add).Then(First);
        Given(Offered, First).When(add).ThenNothing();
        Given(Offered, First).When(add with { Quality = "All counted" }).ThenRefused("VERSION_EXISTS");
        Given(Offered).When(new Anything(Needs)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void Its_owner_agrees_who_may_see_it_and_until_when()
    {
        Given(Offered).When(Agree).Then(Agreed);
        Given(Shared).When(Agree).ThenNothing();
        Given(Shared).When(Agree with { Until = June.AddDays(1) }).ThenRefused("SHARING_ALREADY_AGREED");
        Given(Offered).When(Agree with { Until = May.AddDays(-1) }).ThenRefused("SHARING_OVER_BEFORE_IT_BEGINS");
        Given(Offered).When(Agree with { Recipients = [] }).ThenRefused("NO_RECIPIENT");
        Given(Shared).By(Role.PartnerLead, Police).When(Agree with { Agreement = "more" }).ThenRefused("NOT_THE_OWNER");
        Given(Shared).State.BelongsTo(Police).Should().BeTrue();
        Given(Offered).State.BelongsTo(Police).Should().BeFalse();
    }

    [Fact]
    public void It_hears_once_which_measure_took_figures_from_which_version()
    {
        var measure = new MeasureId(Guid.NewGuid());
        var (note, taken) = (new NoteFiguresTaken(Needs, "q1", measure, Police), new DatasetFiguresTaken("q1", measure, Police));
        Given(Shared).When(note).Then(taken);
        Given([.. Shared, taken]).When(note).ThenNothing();
        Given([.. Shared, taken]).When(note with { Organisation = null }).Then(taken with { Organisation = null });
    }

    [Fact]
    public void An_agreement_ends_by_its_last_day_or_at_once()
    {
        var ended = new SharingEnded("police", "Not needed");
        var lapsed = new SharingLapsed("police", June.AddDays(1));
        Given(Shared).State.WakesOn.Should().Be(June.AddDays(1));
        Given(Shared).On(2013, 6, 30).When(new RaiseDue($"shared-dataset/{Needs}")).ThenNothing();
        Given(Shared).On(2013, 7, 2).When(new RaiseDue($"shared-dataset/{Needs}")).Then(lapsed);
        Given([.. Shared, lapsed]).State.WakesOn.Should().BeNull();
        Given(Shared).When(new EndSharing(Needs, "police", "Not needed")).Then(ended);
        Given([.. Shared, ended]).When(new EndSharing(Needs, "police", "Not needed")).ThenNothing();
        Given(Offered).When(new EndSharing(Needs, "police", "Not needed")).ThenRefused("SHARING_UNKNOWN");
        Given([.. Shared, ended]).When(Agree).ThenRefused("SHARING_ALREADY_AGREED");
        Given([.. Shared, ended]).State.BelongsTo(Police).Should().BeFalse();
    }

    [Fact]
    public void What_it_was_used_for_is_said_by_who_may_see_it_that_day()
    {
        var used = new DatasetUsed(Police, "q1", "Two sessions moved", May);
        Given(Shared).When(Use).Then(used);
        Given([.. Shared, used]).When(Use).ThenNothing();
        Given(Shared).When(Use with { Organisation = Council }).Then(used with { Organisation = Council });
        Given(Shared).On(2013, 7, 1).When(Use).ThenRefused("NOT_SHARED");
        Given([.. Shared, new SharingEnded("police", "Not needed")]).When(Use).ThenRefused("NOT_SHARED");
        Given(Shared).When(Use with { Version = "q2" }).ThenRefused("VERSION_UNKNOWN");
        Given(Shared).When(Use with { EffectiveOn = June }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(Shared).By(Role.PartnerLead, Police).When(Use with { Organisation = Council }).ThenRefused("NOT_YOUR_ORGANISATION");
    }

    private sealed record Anything(SharedDatasetId Dataset) : ISharedDatasetCommand;
}
