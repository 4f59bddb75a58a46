using EqualitiesPlatform.Assessments;

namespace EqualitiesPlatform.Governance;

/// <summary>The assessment of a proposal as a report knows it.</summary>
internal sealed class AssessmentOnRecord
{
    private readonly List<RecordedEvent> _all = [];

    public Latest<AssessmentOpened> Opened { get; } = new();
    public Latest<object> Standing { get; } = new();
    public Latest<ProposalDecided> Decided { get; } = new();
    public Latest<object> RegardOf { get; } = new();
    public Latest<DueRegardMissing> Flagged { get; } = new();
    public Latest<UnassessedDecisionRecorded> Found { get; } = new();
    public Latest<ProposalWithdrawn> Withdrawn { get; } = new();
    public Latest<ImpactReviewMissed> ReviewMissed { get; } = new();
    public Latest<ImpactReviewed> Reviewed { get; } = new();
    public Latest<ProposalScreened> Screened { get; } = new();
    public Dictionary<(string Group, Ward? Ward), (EffectAssessed Said, long Position)> Effects { get; } = [];
    public Dictionary<string, (Latest<MitigationAgreed> Agreed, Latest<MitigationCompleted> Completed)> Mitigations { get; } = new(StringComparer.Ordinal);
    public List<RecordedEvent> Cited { get; } = [];
    public List<RecordedEvent> Reviews { get; } = [];
    public Latest<ImpactReviewSet> ReviewSet { get; } = new();

    public string Subject => Opened.Value.Key ?? Opened.Value.Assessment.ToString();
    public object? Regard => RegardOf.Any ? RegardOf.Value : null;
    public IEnumerable<long> RegardPositions => [.. Decided.Positions, .. RegardOf.Positions];
    public IEnumerable<long> StandingPositions => Standing.Positions;

    public bool WithoutAssessment => Found.Any && !Standing.Any;

    public string StandingWords => WithoutAssessment ? "None" : !Standing.Any ? "Not screened" : Standing.Value switch
    {
        ProposalScreened { Relevant: false } => "Screened, not relevant",
        ProposalScreened => "Being made",
        AssessmentSigned => "Signed by one",
        AssessmentSignedOff => "Signed off by two",
        _ => "Changed, to be signed again",
    };

    public string DecisionWords => Withdrawn.Any ? $"Withdrawn on {Printed.Day(Withdrawn.On)}" : $"{Printed.Word(Decided.Value.Outcome)}, {Printed.Day(Decided.On)}";

    public bool Touched(FinancialYear year) => _all.Exists(r => year.Contains(r.EffectiveOn));

    public bool DecidedIn(FinancialYear year) => Decided.Any && year.Contains(Decided.On);

    public IEnumerable<long> First(FinancialYear year) => [_all.Find(r => year.Contains(r.EffectiveOn))!.Position];

    public void Apply(RecordedEvent recorded)
    {
        // That a review will be due is no work on the proposal.
        if (recorded.Event is not (ImpactReviewSet or ImpactReviewFallingDue)) _all.Add(recorded);
        switch (recorded.Event)
        {
            case AssessmentOpened e: Opened.Replace(recorded, e); break;
            case ProposalScreened or AssessmentSigned or AssessmentSignedOff or AssessmentReopened: Standing.Replace(recorded, recorded.Event); break;
            case ProposalDecided e: Decided.Replace(recorded, e); break;
            case UnassessedDecisionRecorded e:
                Found.Replace(recorded, e);
                Opened.Replace(recorded, e.AsOpened());
                RegardOf.Replace(recorded, new DueRegardMissing(DueRegardGap.NoAssessment));
                Flagged.Replace(recorded, new DueRegardMissing(DueRegardGap.NoAssessment));
                Decided.Replace(recorded, new ProposalDecided(e.Outcome, e.Source, e.ReviewOn));
                break;
            case DueRegardShown: RegardOf.Replace(recorded, recorded.Event); break;
            case DueRegardMissing e:
                RegardOf.Replace(recorded, e);
                Flagged.Replace(recorded, e);
                break;
            case ProposalWithdrawn e: Withdrawn.Replace(recorded, e); break;
            case ImpactReviewMissed e: ReviewMissed.Replace(recorded, e); break;
            case ImpactReviewed e:
                Reviewed.Replace(recorded, e);
                Reviews.Add(recorded);
                break;
            case ImpactReviewSet e: ReviewSet.Replace(recorded, e); break;
            case EffectAssessed e: Effects[(e.Group, e.Ward)] = (e, recorded.Position); break;
            case MitigationAgreed e: (Mitigations[e.Key] = (new(), new())).Agreed.Replace(recorded, e); break;
            case MitigationCompleted e when Mitigations.TryGetValue(e.Key, out var mitigation): mitigation.Completed.Replace(recorded, e); break;
            case ConsultationCited: Cited.Add(recorded); break;
        }
        if (recorded.Event is ProposalScreened screened) Screened.Replace(recorded, screened);
    }
}
