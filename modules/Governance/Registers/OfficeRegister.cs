using Equalities.Options.V1;

namespace EqualitiesPlatform.Governance;

/// <summary>An office and its holders as lists show them.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Role">The role in which its holders act.</param>
/// <param name="Seat">Which of the role's offices, where each is somebody's own.</param>
/// <param name="Holdings">Who holds it, and who did.</param>
public sealed record OfficeRegister(string Id, long Version, OfficeId Office, Role Role, string? Seat, IReadOnlyList<OfficeHolding> Holdings) : IRegister<OfficeRegister>
{
    /// <inheritdoc/>
    public static string Kind => OfficeId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static OfficeRegister? Fold(OfficeRegister? document, RecordedEvent recorded)
    {
        var office = recorded.Event switch
        {
            AppointedToOffice e => document ?? new(recorded.Stream, 0, e.Office, e.Role, e.Seat, []),
            StoodDownFromOffice e => document ?? new(recorded.Stream, 0, e.Office, e.Role, e.Seat, []),
            _ => document,
        };
        return office is null ? null : office with { Holdings = OfficeHolding.After(office.Holdings, recorded.Event), Version = recorded.Version };
    }
}
