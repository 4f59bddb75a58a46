using EqualitiesPlatform.Commitments;

namespace EqualitiesPlatform.Governance;

/// <summary>A body that the policy pack establishes is formed, and follows what the pack says of it later.</summary>
[Hears(typeof(BodyEstablished))]
internal sealed class BodiesFollowThePack(Registers registers) : IFollowUp
{
    public string Name => "bodies-follow-the-pack";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is not BodyEstablished e) return [];
        var pack = await registers.Find<PackRegister>(recorded.Stream, recorded.Position, ct);
        return [new FormBody(e.Body, e.Key, e.Name, e.Aliases, e.Kind, e.Parent is { } parent ? NameBasedId.Of<BodyId>(pack!.Namespace, parent) : null)];
    }
}

/// <summary>The meetings of a body's calendar are called, and those of days that were dropped are cancelled.</summary>
[Hears(typeof(CalendarSet))]
internal sealed class MeetingsFollowTheCalendar(IPolicy policy) : IFollowUp
{
    public string Name => "meetings-follow-the-calendar";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event is CalendarSet e
        ?
        [
            .. e.Days.Select(day => new CallMeeting(IdOf(e.Key, day), MeetingKey.Of(e.Key, day), e.Body, day, null)),
            .. e.Dropped.Select(day => new CancelMeeting(IdOf(e.Key, day), "Taken out of the body's calendar")),
        ]
        : []);

    private MeetingId IdOf(string body, DateOnly day) => NameBasedId.Of<MeetingId>(policy.Namespace, MeetingKey.Of(body, day));
}

/// <summary>The key of a meeting that is given none.</summary>
internal static class MeetingKey
{
    public static string Of(string body, DateOnly day) => $"{body}-{day.Shown()}";
}

/// <summary>What a body agreed is put, as a commitment, to each partner that it names, with the minute as its source.</summary>
[Hears(typeof(RecommendationMinuted))]
internal sealed class AgreedIsPutToPartners(Registers registers, IPartners partners, IPolicy policy) : IFollowUp
{
    public string Name => "agreed-is-put-to-partners";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        var asked = new List<ICommand>();
        if (recorded.Event is not RecommendationMinuted e) return asked;
        foreach (var partner in e.Partners)
        {
            var known = await registers.Find<PartnerRegister>(StreamKey.Of(PartnerId.Kind, partner.Value), ct: ct);
            asked.Add(Asked(e, partner, known?.Key ?? partner.ToString(), policy.Namespace, partners.ReadinessOf(partner)));
        }
        return asked;
    }

    /// <summary>What a minute asks of a partner.</summary>
    internal static ProposeCommitment Asked(RecommendationMinuted e, PartnerId partner, string partnerKey, Guid ns, PartnerReadiness readiness)
    {
        var key = MinuteReference.CommitmentKey(e.Reference, partnerKey);
        return new(NameBasedId.Of<CommitmentId>(ns, key), key, partner, e.Wording, e.Reference, [], e.DueOn, readiness);
    }
}

/// <summary>A meeting hears how each partner stands to what it agreed, for as long as the commitment lasts.</summary>
[Hears(
    typeof(CommitmentProposed), typeof(CommitmentConfirmed), typeof(CommitmentAccepted), typeof(CommitmentModified),
    typeof(CommitmentDeclined), typeof(CommitmentCompleted), typeof(CommitmentWithdrawn))]
internal sealed class MeetingsHearAnswers(Registers registers, IPolicy policy) : IFollowUp
{
    public string Name => "meetings-hear-answers";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (AnswerIn(recorded.Event) is not var (answer, reason)
            || (recorded.Event is CommitmentProposed proposed && MinuteReference.Read(proposed.Source) is null)
            || await registers.Find<CommitmentRegister>(recorded.Stream, recorded.Position, ct) is not { } commitment
            || MinuteReference.Read(commitment.Source) is not var (meeting, item, recommendation)) return [];
        return [new HearAnswer(NameBasedId.Of<MeetingId>(policy.Namespace, meeting), item, recommendation, commitment.Partner, commitment.Commitment, answer, reason)];
    }

    private static (MinuteAnswer Answer, string? Reason)? AnswerIn(object @event) => @event switch
    {
        CommitmentProposed or CommitmentConfirmed => (MinuteAnswer.Asked, null),
        CommitmentAccepted => (MinuteAnswer.Accepted, null),
        CommitmentModified e => (MinuteAnswer.Modified, e.Reason),
        CommitmentDeclined e => (MinuteAnswer.Declined, e.Reason),
        CommitmentCompleted => (MinuteAnswer.Completed, null),
        CommitmentWithdrawn e => (MinuteAnswer.Withdrawn, e.Reason),
        _ => null,
    };
}
