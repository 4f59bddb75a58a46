namespace EqualitiesPlatform.Cases;

/// <summary>
/// What follows from a case elsewhere: a barrier counts as met when its case is taken up, a case knows of its duplicates,
/// and a file that was kept long enough is called for erasure.
/// </summary>
[Hears(typeof(BarrierFound), typeof(CaseMerged), typeof(RetentionEnded))]
internal sealed class CasesFollow : IFollowUp
{
    public string Name => "cases-follow";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        BarrierFound e => [new CountBarrier(e.Barrier, e.Key, e.Case)],
        CaseMerged e => [new TakeDuplicate(e.Into, new CaseId(recorded.Id))],
        RetentionEnded e => [new CallForErasure(e.File, new CaseId(recorded.Id))],
        _ => [],
    });
}

/// <summary>A file whose erasure was confirmed loses its key, also when whoever confirmed it got no answer.</summary>
[Hears(typeof(ErasureConfirmed))]
internal sealed class ErasuresFollow(People people) : IFollowUp
{
    public string Name => "erasures-follow";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is not ErasureConfirmed confirmed) return [];
        await people.Erase(confirmed.Person);
        return [new NoteErased(confirmed.Person)];
    }
}
