namespace EqualitiesPlatform.Cases;

/// <summary>A barrier that a case was taken up for counts as met; the case that a duplicate goes on in knows of it.</summary>
internal sealed class CasesFollow : IFollowUp
{
    public string Name => "cases-follow";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        BarrierFound e => [new CountBarrier(e.Barrier, e.Key, e.Case)],
        CaseMerged e => [new TakeDuplicate(e.Into, new CaseId(recorded.Id))],
        _ => [],
    });
}
