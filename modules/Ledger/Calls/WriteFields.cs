using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace EqualitiesPlatform.Ledger;

/// <summary>The fields of a write: with the request's own id, and the ids of new things that follow from it.</summary>
public sealed class WriteFields : Fields
{
    private readonly Actor _actor;
    private readonly string _rpc;

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
}
