namespace EqualitiesPlatform.Commitments;

/// <summary>
/// What follows for commitments when organisations change: an open commitment goes to the successor; an outcome goes
/// with its commitment; a commitment that reaches a partner which is leaving goes on, or is withdrawn; and a partner
/// that is leaving has left once none of its own is open.
/// </summary>
[Hears(
    typeof(PartnerMerged), typeof(PartnerSplit), typeof(ServiceTransferred), typeof(PartnerBeganLeaving), typeof(CommitmentTransferred),
    typeof(CommitmentProposed), typeof(CommitmentDeclined), typeof(CommitmentCompleted), typeof(CommitmentWithdrawn))]
internal sealed class PromisesFollow(Registers registers) : IFollowUp
{
    private const int PageSize = 200;

    public string Name => "promises-follow";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => recorded.Event switch
    {
        PartnerMerged e =>
        [
            .. Inheritance(e.Partner, e.Into, Succession.Merger, e.Leads, e.EffectiveOn),
            .. (await OpenOf(e.Partner, recorded, ct)).Select(c => Moved(c, e.Partner, e.Into, e.EffectiveOn, "Its partner merged into this one.")),
            .. await Concluded(e.Partner, recorded, ct),
        ],
        PartnerSplit e => await Shared(e, recorded, ct),
        ServiceTransferred e =>
        [
            .. Inheritance(e.Partner, e.To, Succession.ServiceTransfer, [], e.EffectiveOn),
            .. e.Commitments.Select(c => Moved(c, e.Partner, e.To, e.EffectiveOn, $"The service \"{e.Service}\" passed to this partner.")),
        ],
        PartnerBeganLeaving e => await Concluded(e.Partner, recorded, ct),
        CommitmentTransferred e =>
        [
            new PassOnOutcome(new CommitmentId(recorded.Id), e.To),
            .. await Arrived(e.To, recorded, ct),
            .. await Concluded(e.From, recorded, ct),
        ],
        CommitmentProposed e => await Arrived(e.Partner, recorded, ct),
        CommitmentDeclined or CommitmentCompleted or CommitmentWithdrawn =>
            await registers.Find<CommitmentRegister>(recorded.Stream, recorded.Position, ct) is { } closed ? await Concluded(closed.Partner, recorded, ct) : [],
        _ => [],
    };

    private async Task<IReadOnlyList<ICommand>> Shared(PartnerSplit e, RecordedEvent recorded, CancellationToken ct)
    {
        var rest = e.Shares[0].Partner;
        var named = e.Shares.SelectMany(s => s.Commitments.Select(c => (c, s.Partner))).ToDictionary(n => n.c, n => n.Partner);
        return
        [
            .. e.Shares.SelectMany(s => Inheritance(e.Partner, s.Partner, Succession.Split, s.Partner == rest ? e.Leads : [], e.EffectiveOn)),
            .. (await OpenOf(e.Partner, recorded, ct)).Select(c => Moved(c, e.Partner, named.GetValueOrDefault(c, rest), e.EffectiveOn, "Its partner split, and this is a successor.")),
            .. await Concluded(e.Partner, recorded, ct),
        ];
    }

    private static IEnumerable<ICommand> Inheritance(PartnerId from, PartnerId to, Succession succession, IReadOnlyList<PersonId> leads, DateOnly day) =>
        [new ReceiveSuccession(to, from, succession, day), .. leads.Select(lead => new AppointLead(to, lead, day))];

    private static TransferCommitment Moved(CommitmentId commitment, PartnerId from, PartnerId to, DateOnly day, string reason) =>
        new(commitment, to, reason, day, from);

    // Whoever heard of the leaving too late: the commitment does not stay.
    private async Task<IReadOnlyList<ICommand>> Arrived(PartnerId at, RecordedEvent recorded, CancellationToken ct)
    {
        if (await registers.Find<PartnerRegister>(StreamKey.Of(PartnerId.Kind, at.Value), ct: ct) is not { ClosedAt: { } closed } partner || recorded.Position < closed) return [];
        var commitment = new CommitmentId(recorded.Id);
        return partner.Heir() is { } heir
            ? [Moved(commitment, at, heir, recorded.RecordedOn, "Its partner has this successor.")]
            : [new WithdrawCommitment(commitment, "Its partner is leaving, and takes no new commitments.")];
    }

    private async Task<IReadOnlyList<ICommand>> Concluded(PartnerId partner, RecordedEvent recorded, CancellationToken ct) =>
        await registers.Find<PartnerRegister>(StreamKey.Of(PartnerId.Kind, partner.Value), ct: ct) is { Stage: PartnerStage.Leaving }
        && (await OpenOf(partner, recorded, ct)).Count == 0
            ? [new ConcludeLeaving(partner)]
            : [];

    private async Task<IReadOnlyList<CommitmentId>> OpenOf(PartnerId partner, RecordedEvent recorded, CancellationToken ct)
    {
        var open = new List<CommitmentId>();
        for (var token = ""; ;)
        {
            var page = await registers.List<CommitmentRegister>(new ListTerms($"partner = {partner} AND open = true", PageSize, token, recorded.Position, null), ct);
            open.AddRange(page.Items.Select(c => c.Commitment));
            if (page.NextPageToken.Length == 0) return open;
            token = page.NextPageToken;
        }
    }
}
