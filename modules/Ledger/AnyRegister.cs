using System.Text.Json;
using Marten;

namespace EqualitiesPlatform.Ledger;

/// <summary>Registers by kind, for what reads any of them: as-at, and verification.</summary>
internal sealed class AnyRegister(IEnumerable<RegisterRegistration> registrations)
{
    private readonly ILookup<string, RegisterRegistration> _byKind = registrations.ToLookup(r => r.Kind);

    /// <summary>The record of a kind that its events add up to, as JSON; null when it has no register or shows nothing.</summary>
    public string? Json(string kind, IReadOnlyList<RecordedEvent> events) =>
        _byKind[kind].FirstOrDefault()?.Fold(events) is { } document ? CanonicalEncoding.Of(JsonSerializer.SerializeToElement(document, document.GetType(), Catalogue.Json)) : null;

    /// <summary>The organisations that may see the record that these events add up to.</summary>
    public IReadOnlyList<PartnerId> Organisations(string kind, IReadOnlyList<RecordedEvent> events) =>
        _byKind[kind].FirstOrDefault() is { } register ? register.Organisations(events) : [];

    /// <summary>The registers of a kind.</summary>
    public IEnumerable<RegisterRegistration> Of(string kind) => _byKind[kind];

    /// <summary>All registers.</summary>
    public IEnumerable<RegisterRegistration> All => _byKind.SelectMany(g => g);
}
