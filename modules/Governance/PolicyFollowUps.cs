using EqualitiesPlatform.Commitments;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A review of one document sets off the obligation to review what is tied to it, and the review of that meets the
/// obligation (Policy, Difference, paragraph 3: the Policy with the Corporate Plan).
/// </summary>
[Hears(typeof(PolicyReviewBegun), typeof(PolicyReviewConcluded))]
internal sealed class ReviewsFollowReviews(Registers registers) : IFollowUp
{
    private const int MostTied = 200;

    public string Name => "reviews-follow-reviews";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => recorded.Event switch
    {
        PolicyReviewBegun e =>
        [
            .. (await registers.List<PolicyDocumentRegister>(new($"reviewed_with = {recorded.Id}", MostTied, "", recorded.Position, null), ct)).Items
                .Select(tied => new SetOffObligation(tied.ReviewObligation!.Value, $"{e.Title} under review: {e.Occasion}", e.EffectiveOn)),
        ],
        PolicyReviewConcluded { Obligation: { } obligation } e => [new MeetObligation(obligation, PublicationKind.PolicyReview, e.Reference, e.EffectiveOn, null)],
        _ => [],
    };
}

/// <summary>The document that partners adopt hears who adopted which version.</summary>
[Hears(typeof(PolicyAdopted))]
internal sealed class AdoptionsAreNoted(Registers registers) : IFollowUp
{
    private const int MostDocuments = 20;

    public string Name => "adoptions-are-noted";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => recorded.Event is PolicyAdopted e
        ?
        [
            .. (await registers.List<PolicyDocumentRegister>(new("for_partners = true", MostDocuments, "", recorded.Position, null), ct)).Items
                .Select(d => new NotePolicyAdoption(d.Document, new PartnerId(recorded.Id), e.PolicyVersion, e.EffectiveOn)),
        ]
        : [];
}
