using Equalities.Assessments.V1;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using Grpc.Core;
using Words = Equalities.Assessments.V1;

namespace EqualitiesPlatform.Assessments;

internal sealed class AssessmentEndpoint(Intake intake, EventReader reader, Positions positions, LedgerClock clock, AccessLog access, IPolicy policy)
    : AssessmentService.AssessmentServiceBase
{
    public override Task<OpenAssessmentResponse> OpenAssessment(OpenAssessmentRequest r, ServerCallContext context) =>
        intake.Write<OpenAssessmentResponse>(context, r, f => new OpenAssessment(
            f.NewId<ImpactAssessmentId>(r.Key), f.OptionalKey(r.Key), f.Word<ProposalKind>(r.Kind), f.Text(r.Title, 200), f.Text(r.Summary),
            f.OwnOrPartner(r.OrganisationId), f.Year(r.BudgetYear)));

    public override Task<RecordUnassessedDecisionResponse> RecordUnassessedDecision(RecordUnassessedDecisionRequest r, ServerCallContext context) =>
        intake.Write<RecordUnassessedDecisionResponse>(context, r, f => new RecordUnassessedDecision(
            f.NewId<ImpactAssessmentId>(r.Key), f.OptionalKey(r.Key), f.Word<ProposalKind>(r.Kind), f.Text(r.Title, 200), f.Text(r.Summary),
            f.OwnOrPartner(r.OrganisationId), f.Year(r.BudgetYear), f.Word<ProposalOutcome>(r.Outcome), f.Text(r.Source), f.OptionalDay(r.DecidedOn), f.OptionalDay(r.ReviewOn)));

    public override Task<ScreenProposalResponse> ScreenProposal(ScreenProposalRequest r, ServerCallContext context) =>
        intake.Write<ScreenProposalResponse>(context, r, f => new ScreenProposal(
            f.Id<ImpactAssessmentId>(r.AssessmentId), f.Word<Words.Relevance>(r.Relevance) is Words.Relevance.Relevant, f.Text(r.Reasons)));

    public override Task<AssessEffectResponse> AssessEffect(AssessEffectRequest r, ServerCallContext context) =>
        intake.Write<AssessEffectResponse>(context, r, f => new AssessEffect(
            f.Id<ImpactAssessmentId>(r.AssessmentId), GroupsOf(f, r.Groups), Wards.Optional(f, policy.Current, r.Ward),
            f.Word<EffectDirection>(r.Direction), f.Word<EffectSize>(r.Size), r.HasPeople ? f.Whole(r.People, 0, 10_000_000) : null, f.Text(r.Evidence)));

    public override Task<AgreeMitigationResponse> AgreeMitigation(AgreeMitigationRequest r, ServerCallContext context) =>
        intake.Write<AgreeMitigationResponse>(context, r, f => new AgreeMitigation(
            f.Id<ImpactAssessmentId>(r.AssessmentId), f.Key(r.MitigationKey), f.Text(r.Text), f.OwnOrPartner(r.OwnerId), f.Day(r.DueOn), GroupsOf(f, r.Groups)));

    public override Task<CompleteMitigationResponse> CompleteMitigation(CompleteMitigationRequest r, ServerCallContext context) =>
        intake.Write<CompleteMitigationResponse>(context, r, f => new CompleteMitigation(
            f.Id<ImpactAssessmentId>(r.AssessmentId), f.Key(r.MitigationKey), f.Text(r.Evidence), f.OptionalDay(r.CompletedOn)));

    public override Task<CiteConsultationResponse> CiteConsultation(CiteConsultationRequest r, ServerCallContext context) =>
        intake.Write<CiteConsultationResponse>(context, r, async f =>
        {
            var (id, consultation, finding) = (f.Id<ImpactAssessmentId>(r.AssessmentId), f.Id<ConsultationId>(r.ConsultationId), f.Text(r.Finding));
            f.Done();
            return new CiteConsultation(id, consultation, finding, await reader.Has(StreamKey.Of(ConsultationId.Kind, consultation.Value), context.CancellationToken));
        });

    public override Task<SignAssessmentResponse> SignAssessment(SignAssessmentRequest r, ServerCallContext context) =>
        intake.Write<SignAssessmentResponse>(context, r, f => new SignAssessment(f.Id<ImpactAssessmentId>(r.AssessmentId)));

    public override async Task<DecideProposalResponse> DecideProposal(DecideProposalRequest r, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        return await intake.Write<DecideProposalResponse>(context, r, async f =>
        {
            var id = f.Id<ImpactAssessmentId>(r.AssessmentId);
            var outcome = f.Word<ProposalOutcome>(r.Outcome);
            var (dueRegard, reviewOn) = (f.Text(r.DueRegard), f.OptionalDay(r.ReviewOn));
            f.Done();
            var opened = await access.LastOpened(caller.Actor.Person, StreamKey.Of(ImpactAssessmentId.Kind, id.Value), clock.GetUtcNow(), context.CancellationToken);
            return new DecideProposal(id, outcome, dueRegard, reviewOn, opened);
        });
    }

    public override Task<ReviewImpactResponse> ReviewImpact(ReviewImpactRequest r, ServerCallContext context) =>
        intake.Write<ReviewImpactResponse>(context, r, f => new ReviewImpact(f.Id<ImpactAssessmentId>(r.AssessmentId), f.Text(r.Findings), f.OptionalDay(r.NextOn)));

    public override Task<WithdrawProposalResponse> WithdrawProposal(WithdrawProposalRequest r, ServerCallContext context) =>
        intake.Write<WithdrawProposalResponse>(context, r, f => new WithdrawProposal(f.Id<ImpactAssessmentId>(r.AssessmentId), f.Text(r.Reason)));

    public override async Task<GetAssessmentResponse> GetAssessment(GetAssessmentRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<ImpactAssessmentId>(r.AssessmentId));
        return new() { Assessment = Shown(await intake.Get<ImpactAssessmentRegister>(context, StreamKey.Of(ImpactAssessmentId.Kind, id.Value), "assessment")) };
    }

    public override async Task<ListAssessmentsResponse> ListAssessments(ListAssessmentsRequest r, ServerCallContext context)
    {
        var page = await intake.List<ImpactAssessmentRegister>(context, r);
        return new() { Assessments = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    public override async Task<ReadDueRegardResponse> ReadDueRegard(ReadDueRegardRequest r, ServerCallContext context)
    {
        var stream = StreamKey.Of(ImpactAssessmentId.Kind, intake.Read(f => f.Id<ImpactAssessmentId>(r.AssessmentId)).Value);
        var assessment = await intake.Get<ImpactAssessmentRegister>(context, stream, "assessment");
        var events = await reader.ReadStream(stream, ct: context.CancellationToken);
        var maker = events.LastOrDefault(e => e.Event is ProposalDecided)?.Occasion.Actor.Person;
        var recorded = events.Select(e => Step(e.RecordedAt, e.Version, Sentence.Of(e, ids: false), e.Occasion.Actor.Role, e.Occasion.Actor.Person, e.Position, opening: false));
        var opened = (await access.Opened(stream, context.CancellationToken))
            .Select(o => Step(o.At, o.Version, $"Version {o.Version} was opened.", o.Role, o.Person, o.Position, opening: true));
        return new()
        {
            DueRegard = Word<Words.DueRegard>(assessment.DueRegard),
            Gap = Word<Words.DueRegardGap>(assessment.Gap),
            OpenedVersion = assessment.OpenedVersion,
            // What was opened at a position was opened after what stands there.
            Steps = { recorded.Concat(opened).OrderBy(s => s.Position).ThenBy(s => s.Opening) },
        };

        DueRegardStep Step(DateTimeOffset at, long version, string what, Role role, PersonId by, long position, bool opening) => new()
        {
            At = CanonicalEncoding.Instant(at), RecordVersion = version, What = what, Role = role.ToString(), Opening = opening, ByDecisionMaker = by == maker, Position = position,
        };
    }

    public override async Task<GetCumulativeImpactResponse> GetCumulativeImpact(GetCumulativeImpactRequest r, ServerCallContext context)
    {
        var (year, asAt) = intake.Read(f =>
        {
            if (r.KnownAt < 0) f.Violate("known_at", "A position is 1 or more; 0 or nothing means now.");
            return (f.Year(r.BudgetYear), f.OptionalDay(r.AsAt) ?? LedgerClock.DayOf(clock.GetUtcNow()));
        });
        var position = r.KnownAt > 0 ? r.KnownAt : await positions.Final(context.CancellationToken);
        var impact = new CumulativeImpact(year, asAt);
        await foreach (var recorded in reader.Read(new EventRange(ToPosition: position, Kinds: [ImpactAssessmentId.Kind]), context.CancellationToken))
            impact.Apply(recorded);
        return new()
        {
            Proposals = { impact.Live.Select(p => new Words.LiveProposal { AssessmentId = p.Assessment.ToString(), Key = p.Key ?? "", Title = p.Title }) },
            Cells =
            {
                impact.Cells.Select(c => new Words.ImpactCell
                {
                    Group = c.Group, Ward = c.Ward?.Name ?? "", Net = c.Net, Gains = c.Gains, Losses = c.Losses, Unknown = c.Unknown, Proposals = c.Proposals,
                    PeopleAtMost = c.PeopleAtMost, HitMoreThanOnce = c.Losses > 1,
                }),
            },
            Mitigations =
            {
                impact.Mitigations.Select(m => new Words.SharedMitigation
                {
                    Key = m.Key, Text = m.Text, Proposals = m.Proposals, LastDueOn = m.LastDueOn.Shown(), Overdue = m.Overdue, InPlace = m.InPlace,
                }),
            },
            Position = position,
        };
    }

    private static IReadOnlyList<string> GroupsOf(Fields f, IReadOnlyCollection<string> groups)
    {
        if (groups.Count == 0) f.Violate("groups", "Say which groups.");
        return f.Groups(groups);
    }

    private static TWord Word<TWord>(Enum? word) where TWord : struct, Enum => word is null ? default : Enum.Parse<TWord>(word.ToString());

    private static Words.ImpactAssessment Shown(ImpactAssessmentRegister a) => new()
    {
        AssessmentId = a.Assessment.ToString(),
        Key = a.Key ?? "",
        Kind = Word<Words.ProposalKind>(a.Proposal),
        Title = a.Title,
        Summary = a.Summary,
        OrganisationId = a.Organisation.ToString(),
        BudgetYear = a.BudgetYear,
        Stage = Word<Words.AssessmentStage>(a.Stage),
        Edition = a.Edition,
        Relevance = a.Relevant switch { true => Words.Relevance.Relevant, false => Words.Relevance.NotRelevant, null => Words.Relevance.Unspecified },
        Reasons = a.Reasons ?? "",
        Effects = { a.Effects.InOrder(e => e.Group).Select(Shown) },
        Mitigations =
        {
            a.Mitigations.Select(m => new Mitigation
            {
                Key = m.Key, Text = m.Text, OwnerId = m.Owner.ToString(), DueOn = m.DueOn.Shown(), Groups = { m.Groups }, ItemId = m.Item.ToString(),
                CompletedOn = m.CompletedOn.Shown(), Overdue = m.Overdue,
            }),
        },
        Findings = { a.Cited.Select(c => new ConsultationFinding { ConsultationId = c.Consultation.ToString(), Finding = c.Finding }) },
        Signed = a.Signed,
        Outcome = Word<Words.ProposalOutcome>(a.Outcome),
        Regard = a.Regard ?? "",
        DecidedOn = a.DecidedOn.Shown(),
        DueRegard = Word<Words.DueRegard>(a.DueRegard),
        Gap = Word<Words.DueRegardGap>(a.Gap),
        OpenedVersion = a.OpenedVersion,
        ReviewOn = a.ReviewOn.Shown(),
        ReviewMissed = a.ReviewMissed,
        ReviewFallingDue = a.ReviewFallingDue,
        Reviews = { a.Reviews.Select(r => new Review { On = r.On.Shown(), Findings = r.Findings }) },
        WithdrawnBecause = a.WithdrawnBecause ?? "",
        Flagged = a.Flagged,
        Version = a.Version,
    };

    private static Effect Shown(EffectAssessed e)
    {
        var shown = new Effect
        {
            Group = e.Group, Ward = e.Ward?.Name ?? "", Direction = Word<Words.EffectDirection>(e.Direction), Size = Word<Words.EffectSize>(e.Size), Evidence = e.Evidence,
        };
        if (e.People is { } people) shown.People = people;
        return shown;
    }
}
