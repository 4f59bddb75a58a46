using System.Runtime.CompilerServices;
using EqualitiesPlatform.Ledger.Replay;
using Google.Protobuf;

namespace EqualitiesPlatform.Ledger;

/// <summary>The fields of a write: with the request's own id, and the ids of new things that follow from it.</summary>
public sealed class WriteFields : Fields
{
    private readonly Actor _actor;
    private readonly string _rpc;
    private readonly List<(string Field, PartnerId Partner)> _partners = [];

    internal WriteFields(IMessage request, Guid ns, Actor actor, string rpc) : base(ns)
    {
        (_actor, _rpc) = (actor, rpc);
        RequestId = request.Descriptor.FindFieldByName("request_id")?.Accessor.GetValue(request) as string ?? "";
        if (RequestId.Length is 0 or > 100 || RequestId.Any(c => c is < '!' or > '~'))
            Violate("request_id", "Give every write an id of its own, such as a fresh UUID (at most 100 visible characters), and the same one when you send it again.");
        if (request.Descriptor.FindFieldByName("expected_version") is { } version && version.Accessor.HasValue(request))
        {
            ExpectedVersion = (long)version.Accessor.GetValue(request);
            if (ExpectedVersion < 0) Violate("expected_version", "A version is 0 or more; 0 means that the record does not exist yet.");
        }
    }

    internal string RequestId { get; }

    internal long? ExpectedVersion { get; }

    /// <summary>
    /// The id of something new: from its key, when the caller gives it one, else from the caller and the request id, so
    /// that a retry means the same thing.
    /// </summary>
    public TId NewId<TId>(string key, [CallerArgumentExpression(nameof(key))] string expression = "")
        where TId : struct, ITypedId<TId> =>
        OptionalId<TId>(key, expression) ?? TId.From(NameBasedId.Of(_actor.Person.Value, $"{_rpc}:{TId.Kind}:{RequestId}"));

    /// <summary>The organisation that the caller acts for, or, for a caller who acts for the council, the one they name.</summary>
    public PartnerId OwnOr(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        value.Length == 0 && _actor.Organisation is { } own ? own : Id<PartnerId>(value, expression);

    /// <summary>
    /// An organisation that must be on record, where no rule of the domain asks: a slip of the pen would stand for ever.
    /// Whoever names another is refused (<c>ORGANISATION_UNKNOWN</c>), with every such field.
    /// </summary>
    public PartnerId Partner(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        var partner = Id<PartnerId>(value, expression);
        _partners.Add((NameOf(expression), partner));
        return partner;
    }

    /// <summary>An organisation that must be on record, or none.</summary>
    public PartnerId? OptionalPartner(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        value.Length == 0 ? null : Partner(value, expression);

    /// <summary>Organisations that must be on record.</summary>
    public IReadOnlyList<PartnerId> Partners(IEnumerable<string> values, [CallerArgumentExpression(nameof(values))] string expression = "") =>
        [.. values.Select((v, i) => Partner(v, $"{expression}[{i}]"))];

    /// <summary>The organisation that the caller acts for, or one that must be on record.</summary>
    public PartnerId OwnOrPartner(string value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        value.Length == 0 && _actor.Organisation is { } own ? own : Partner(value, expression);

    /// <summary>The fields that name an organisation which is not on record.</summary>
    /// <exception cref="FieldsException">Something could not be read: with that, these are told too.</exception>
    internal async Task<IReadOnlyList<string>> Misnamed(EventReader reader, CancellationToken ct)
    {
        var named = _partners.Select(p => (p.Field, Stream: StreamKey.Of(PartnerId.Kind, p.Partner.Value))).ToArray();
        var missing = await reader.Missing([.. named.Select(n => n.Stream).Distinct()], ct);
        string[] misnamed = [.. named.Where(n => missing.Contains(n.Stream)).Select(n => n.Field)];
        if (AnyWrong)
            foreach (var field in misnamed) Violate(field, Failure.NoSuchOrganisation);
        Done();
        return misnamed;
    }
}
