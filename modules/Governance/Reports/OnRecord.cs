using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>The partners as a report knows them, in the order of their registration.</summary>
internal sealed class PartnersOnRecord(ReportScope scope)
{
    private readonly Dictionary<Guid, PartnerOnRecord> _byId = [];

    /// <summary>The partners that the report is about.</summary>
    public IEnumerable<PartnerOnRecord> All => _byId.Values.Where(p => p.Registered.Any && (scope.Partner is null || p.Id == scope.Partner)).OrderBy(p => p.Registered.Position);

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Kind != PartnerId.Kind) return;
        if (recorded.Event is PartnerRegistered registered) Of(recorded).Registered.Replace(recorded, registered);
        if (!scope.Holds(recorded)) return;
        switch (recorded.Event)
        {
            case PartnerRenamed e: Of(recorded).Renamed.Offer(recorded, e.Name); break;
            case PartnerMerged e: Of(recorded).Merged.Offer(recorded, e.Into); break;
            case PartnerLeft: Of(recorded).Left.Offer(recorded, true); break;
        }
    }

    public string NameOf(PartnerId partner) =>
        _byId.GetValueOrDefault(partner.Value) is { Registered.Any: true } known ? known.Name : "an organisation that is not on record";

    /// <summary>The events by which a partner has its name.</summary>
    public IEnumerable<long> Naming(PartnerId partner) =>
        _byId.GetValueOrDefault(partner.Value) is { Registered.Any: true } known ? [known.Registered.Position, .. known.Renamed.Positions] : [];

    private PartnerOnRecord Of(RecordedEvent recorded) =>
        _byId.TryGetValue(recorded.Id, out var known) ? known : _byId[recorded.Id] = new PartnerOnRecord(new PartnerId(recorded.Id));
}

/// <summary>A partner as a report knows it.</summary>
internal sealed class PartnerOnRecord(PartnerId id)
{
    public PartnerId Id => id;
    public Latest<PartnerRegistered> Registered { get; } = new();
    public Latest<string> Renamed { get; } = new();
    public Latest<PartnerId> Merged { get; } = new();
    public Latest<bool> Left { get; } = new();

    /// <summary>Its key, or its id where it has none.</summary>
    public string Subject => Registered.Value.Key ?? id.ToString();

    public string Name => Renamed.Any ? Renamed.Value : Registered.Value.Name;

    /// <summary>Its name, with what became of it.</summary>
    public string Heading(PartnersOnRecord partners) =>
        Merged.Any ? $"{Name} (merged into {partners.NameOf(Merged.Value)} on {Printed.Day(Merged.On)})"
        : Left.Any ? $"{Name} (left on {Printed.Day(Left.On)})"
        : Name;
}

/// <summary>What the policy and the report say, as the pack establishes it, in the pack's order.</summary>
internal sealed class StatementsOnRecord
{
    private readonly Dictionary<string, Latest<StatementEstablished>> _byRef = new(StringComparer.Ordinal);

    /// <summary>What the pack holds.</summary>
    public Latest<PackContentsListed> Contents { get; } = new();

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Event is PackContentsListed contents) Contents.Replace(recorded, contents);
        if (recorded.Event is not StatementEstablished e) return;
        var reference = new StatementRef(e.Kind, e.Key).ToString();
        if (!_byRef.TryGetValue(reference, out var known)) _byRef[reference] = known = new();
        known.Replace(recorded, e);
    }

    /// <summary>The statements of a kind, in the pack's order; one that the pack says no more stays, at the end.</summary>
    public IReadOnlyList<StatementOnRecord> Of(StatementKind kind)
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        if (Contents.Any) foreach (var entry in Contents.Value.Entries) order.TryAdd(entry.Ref, order.Count);
        return [.. _byRef.Where(s => s.Value.Value.Kind == kind)
            .OrderBy(s => order.GetValueOrDefault(s.Key, int.MaxValue)).ThenBy(s => s.Value.Position)
            .Select(s => new StatementOnRecord(s.Key, s.Value.Value, s.Value.Position, Contents.Any && !order.ContainsKey(s.Key)))];
    }
}

/// <summary>A statement as a report knows it.</summary>
/// <param name="Ref">Its reference, such as aim:a1.</param>
/// <param name="Says">What was established last.</param>
/// <param name="Position">Where.</param>
/// <param name="Gone">Whether the pack holds it no more.</param>
internal sealed record StatementOnRecord(string Ref, StatementEstablished Says, long Position, bool Gone)
{
    /// <summary>As tables head it: "A1: A safe borough…".</summary>
    public string Heading => $"{Says.Label}: {Says.Text}{(Gone ? " (no longer in the policy pack)" : "")}";
}
