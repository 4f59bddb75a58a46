namespace EqualitiesPlatform.Ledger;

/// <summary>Registers by kind, for what reads any of them: histories, as-at, and verification.</summary>
internal sealed class AnyRegister(IEnumerable<RegisterRegistration> registrations)
{
    private readonly ILookup<string, RegisterRegistration> _byKind = registrations.ToLookup(r => r.Kind);

    /// <summary>The record of a kind that its events add up to; null when it has no register or shows nothing.</summary>
    public IRegister? Fold(string kind, IEnumerable<RecordedEvent> events) => _byKind[kind].FirstOrDefault()?.Fold(events);

    /// <summary>The record of a kind after one more event, with the same register as <see cref="Fold"/>.</summary>
    public Func<IRegister?, RecordedEvent, IRegister?> StepOf(string kind) => _byKind[kind].FirstOrDefault()?.Step ?? ((_, _) => null);

    /// <summary>The registers of a kind.</summary>
    public IEnumerable<RegisterRegistration> Of(string kind) => _byKind[kind];

    /// <summary>All registers.</summary>
    public IEnumerable<RegisterRegistration> All => _byKind.SelectMany(g => g);
}
