namespace EqualitiesPlatform.Governance;

/// <summary>A council's pack as screens show it: the last that was recorded of each entry.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Contents">The entries that the pack holds now, in its own order.</param>
public sealed record PackRegister(
    string Id, long Version, PackId Pack, string CouncilKey, string Council, Guid Namespace, PolicySetInForce? Policy,
    IReadOnlyList<StatementEstablished> Statements, IReadOnlyList<BodyEstablished> Bodies, IReadOnlyList<NetworkEstablished> Networks,
    IReadOnlyList<ContactEstablished> Contacts, IReadOnlyList<ReviewerEstablished> Reviewers, IReadOnlyList<string> Contents) : IRegister<PackRegister>
{
    /// <inheritdoc/>
    public static string Kind => PackId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static PackRegister? Fold(PackRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            CouncilNamed e => (document ?? new PackRegister(recorded.Stream, 0, e.Pack, "", "", default, null, [], [], [], [], [], []))
                with { CouncilKey = e.Key, Council = e.Name, Namespace = e.Namespace },
            PolicySetInForce e when document!.Policy is null || e.EffectiveOn >= document.Policy.EffectiveOn => document with { Policy = e },
            StatementEstablished e => document! with { Statements = With(document.Statements, e, s => (s.Kind, s.Key)) },
            BodyEstablished e => document! with { Bodies = With(document.Bodies, e, b => b.Key) },
            NetworkEstablished e => document! with { Networks = With(document.Networks, e, n => n.Key) },
            ContactEstablished e => document! with { Contacts = With(document.Contacts, e, c => c.Key) },
            ReviewerEstablished e => document! with { Reviewers = With(document.Reviewers, e, r => r.Key) },
            PackContentsListed e => document! with { Contents = [.. e.Entries.Select(c => c.Ref)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private static IReadOnlyList<T> With<T, TKey>(IReadOnlyList<T> entries, T entry, Func<T, TKey> key) =>
        [.. entries.Where(e => !EqualityComparer<TKey>.Default.Equals(key(e), key(entry))), entry];
}
