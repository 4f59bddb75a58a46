using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>How partners stand against expectations, and what they answered to recommendations, as a report knows it.</summary>
internal sealed class StandingsOnRecord(ReportScope scope)
{
    private readonly Dictionary<(PartnerId Partner, string Expectation), Latest<ExpectationAttested>> _attested = [];
    private readonly Dictionary<(PartnerId Partner, string Recommendation), Latest<RecommendationAnswered>> _answered = [];
    private readonly Dictionary<(Guid Record, string Expectation), ExceptionOnRecord> _exceptions = [];

    // Made when it is asked for, after the last event.
    private ILookup<(PartnerId Partner, string Expectation), ExceptionOnRecord>? _exceptionsOf;

    public Latest<ExpectationAttested>? Attested(PartnerId partner, string expectation) => _attested.GetValueOrDefault((partner, expectation));

    public Latest<RecommendationAnswered>? Answered(PartnerId partner, string recommendation) => _answered.GetValueOrDefault((partner, recommendation));

    /// <summary>The exception of a partner from an expectation, if one was ever granted and not taken back.</summary>
    public ExceptionOnRecord? Exception(PartnerId partner, string expectation) =>
        (_exceptionsOf ??= _exceptions.Where(e => e.Value.Granted.Any).ToLookup(e => (e.Value.Granted.Value.Partner, e.Key.Expectation), e => e.Value))
            [(partner, expectation)].MaxBy(e => e.Granted.Position);

    public void Apply(RecordedEvent recorded)
    {
        if (!scope.Holds(recorded)) return;
        if (recorded.Event is ExceptionGranted) _exceptionsOf = null;
        switch (recorded.Event)
        {
            case ExpectationAttested e: Slot(_attested, (e.Partner, e.Expectation)).Offer(recorded, e); break;
            case RecommendationAnswered e: Slot(_answered, (e.Partner, e.Recommendation)).Replace(recorded, e); break;
            case ExceptionGranted e:
                Exception(recorded, e.Expectation).Granted.Replace(recorded, e);
                Exception(recorded, e.Expectation).Step.Replace(recorded, e);
                break;
            case ExceptionRevoked e: Exception(recorded, e.Expectation).Step.Replace(recorded, e); break;
            case ExceptionLapsed e: Exception(recorded, e.Expectation).Step.Replace(recorded, e); break;
        }
    }

    // A revocation and a lapse name no partner; they stand in the same record as the grant.
    private ExceptionOnRecord Exception(RecordedEvent recorded, string expectation) =>
        _exceptions.TryGetValue((recorded.Id, expectation), out var known) ? known : _exceptions[(recorded.Id, expectation)] = new();

    private static Latest<T> Slot<T>(Dictionary<(PartnerId, string), Latest<T>> slots, (PartnerId, string) key) =>
        slots.TryGetValue(key, out var known) ? known : slots[key] = new();
}

/// <summary>An exception from an expectation.</summary>
internal sealed class ExceptionOnRecord
{
    public Latest<ExceptionGranted> Granted { get; } = new();

    /// <summary>What happened to it last: granted, revoked or lapsed.</summary>
    public Latest<object> Step { get; } = new();

    public IEnumerable<long> Positions => [.. Granted.Positions, .. Step.Positions];

    public bool Revoked => Step.Value is ExceptionRevoked;

    /// <summary>Whether it frees the partner on a day.</summary>
    public bool InForce(DateOnly day) => !Revoked && Step.Value is not ExceptionLapsed && Granted.Value.ExpiresOn >= day;

    /// <summary>Whether its time was over by a day.</summary>
    public bool Expired(DateOnly day) => !Revoked && !InForce(day);
}
