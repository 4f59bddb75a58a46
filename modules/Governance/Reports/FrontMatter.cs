using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>The names on a report's front, from the pack on record.</summary>
internal sealed class FrontMatter
{
    private readonly Dictionary<string, BodyEstablished> _bodies = new(StringComparer.Ordinal);
    private CouncilNamed? _council;
    private PolicySetInForce? _policy;
    private ContactEstablished? _contact;
    private DateOnly? _lastRecordedOn;

    public void Apply(RecordedEvent recorded)
    {
        _lastRecordedOn = recorded.RecordedOn;
        switch (recorded.Event)
        {
            case CouncilNamed e: _council = e; break;
            case PolicySetInForce e: _policy = e; break;
            case BodyEstablished e: _bodies[e.Key] = e; break;
            case ContactEstablished e: _contact ??= e; break;
        }
    }

    public ReportFront Complete(ReportOrder order)
    {
        var (scope, title) = (order.Scope, ReportRule.Of(order.Kind).Title);
        var body = _bodies.GetValueOrDefault(scope.Body);
        return new ReportFront(
            order.Restates is null ? title : $"{title}, restated", _council?.Name ?? "The council", body?.Name ?? scope.Body, body is not null,
            _policy is null ? "equalities policy" : _policy.Title, _contact?.Office, _contact?.Mailbox, _lastRecordedOn);
    }
}
