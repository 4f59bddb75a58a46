using Equalities.Commitments.V1;
using Equalities.Governance.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>
/// A council with two partners, three commitments and a plan of two items, and its financial year 2021-22 as it was
/// played. Updates are due 14 days after a quarter's end: on 14 July, 14 October, 14 January and 14 April.
/// </summary>
public sealed class SmallCouncil : IAsyncLifetime
{
    /// <summary>The platform, with a database of its own.</summary>
    public PlatformFixture Platform { get; } = new();

    /// <summary>The final position when the year had been played; what tests record comes after.</summary>
    public long YearPlayed { get; private set; }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Platform.InitializeAsync();
        var calls = new JourneyCalls(Platform);
        await calls.ClockTo("2021-04-01");
        (await calls.Load("small-council.json")).Refused.Should().BeEmpty();
        await calls.Appoint("council");
        await calls.Appoint("library-trust");
        foreach (var commitment in new[] { "ask-first", "open-evenings", "count-visitors" })
            await calls.Commitments.ConfirmCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = commitment }, await calls.As("governance-officer"));
        foreach (var item in new[] { "ramp", "large-print" })
            await calls.PlanItems.ConfirmPlanItemAsync(new() { RequestId = calls.NextId(), ItemId = item }, await calls.As("governance-officer"));

        await calls.ClockTo("2021-04-06");
        await calls.Commitments.AcceptCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = "ask-first" }, await calls.As("council-lead"));
        await calls.Commitments.AcceptCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = "open-evenings" }, await calls.As("library-trust-lead"));
        await calls.Commitments.AcceptCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = "count-visitors" }, await calls.As("library-trust-lead"));

        // First quarter: nobody counts visitors until five days after the update was due.
        await calls.ClockTo("2021-07-05");
        await calls.Report("council-lead", "ask-first", CommitmentStatus.OnTrack);
        await calls.Report("library-trust-lead", "open-evenings", CommitmentStatus.AtRisk);
        await calls.ClockTo("2021-07-19");
        await calls.Report("library-trust-lead", "count-visitors", CommitmentStatus.OnTrack, "2021-06-30", "2021-22 Q1", "first-count");

        // Second quarter: the council's half-year review, due on 14 October, is left undone.
        await calls.ClockTo("2021-10-05");
        await calls.Report("council-lead", "ask-first", CommitmentStatus.OnTrack);
        await calls.Commitments.ReportNilAsync(new() { RequestId = calls.NextId(), CommitmentId = "open-evenings", Period = "2021-22 Q2" }, await calls.As("library-trust-lead"));
        await calls.Report("library-trust-lead", "count-visitors", CommitmentStatus.OnTrack);
        await calls.ClockTo("2021-12-20");
        await calls.PlanItems.MovePlanItemAsync(new() { RequestId = calls.NextId(), ItemId = "ramp", DueOn = "2022-03-15", Reason = "The stone is late" }, await calls.As("governance-officer"));

        // Third quarter: visitors are not counted at all.
        await calls.ClockTo("2022-01-10");
        await calls.Report("council-lead", "ask-first", CommitmentStatus.AtRisk);
        await calls.Report("library-trust-lead", "open-evenings", CommitmentStatus.AtRisk);
        await calls.ClockTo("2022-01-20");
        await calls.Obligations.MeetObligationAsync(
            new() { RequestId = calls.NextId(), ObligationId = "yearly-figures", Publication = PublicationKind.EqualityInformation, Reference = "Figures 2022" }, await calls.As("governance-officer"));

        await calls.ClockTo("2022-03-01");
        await calls.Commitments.CompleteCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = "ask-first", Evidence = "Nine streets were asked" }, await calls.As("council-lead"));
        await calls.PlanItems.CompletePlanItemAsync(new() { RequestId = calls.NextId(), ItemId = "large-print", Narrative = "On every shelf" }, await calls.As("governance-officer"));
        await Answer(calls, "library-trust-lead", "recommendation:meet", RecommendationAnswer.Accepted);
        await Answer(calls, "council-lead", "recommendation:meet", RecommendationAnswer.Declined);
        await calls.Standings.AttestExpectationAsync(
            new() { RequestId = calls.NextId(), Expectation = "expectation:share-figures", Status = ExpectationStatus.PartlyMet, Evidence = "Half of them" }, await calls.As("library-trust-lead"));
        await calls.ClockTo("2022-04-01");
        await calls.Attestations.AttestPositionAsync(new() { RequestId = calls.NextId(), Year = "2021-22", PositionShown = "As on 1 April" }, await calls.As("library-trust-lead"));
        YearPlayed = (await calls.YearEnd(new() { Body = "audit-committee", Year = "2021-22", Format = ReportFormat.Json })).Issued.Scope.Position;
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Platform.DisposeAsync();

    private static async Task Answer(JourneyCalls calls, string lead, string recommendation, RecommendationAnswer answer) =>
        await calls.Standings.AnswerRecommendationAsync(
            new() { RequestId = calls.NextId(), Recommendation = recommendation, Answer = answer, Reason = "We talked about it" }, await calls.As(lead));
}
