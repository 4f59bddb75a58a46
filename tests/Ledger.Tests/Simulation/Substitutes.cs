using EqualitiesPlatform.Ledger.Append;

namespace EqualitiesPlatform.Ledger.Tests.Simulation;

// Writers that leave out one guard each. The tests of the product have to fail with any of them in its writer's place.

/// <summary>Appends wherever the stream stands, whatever the decision was made on.</summary>
internal sealed class WithoutExpectedVersion(IAppendWriter writer) : IAppendWriter
{
    public async Task<Append.Append> Append(PendingWrite write)
    {
        while (true)
        {
            if (await writer.Append(write) is not Append.Append.LostRace lost) return await writer.Standing(write);
            write = write with { ExpectedVersion = lost.ActualVersion };
        }
    }

    public Task<Append.Append> Standing(PendingWrite write) => writer.Standing(write);
}

/// <summary>Takes every attempt for a new request.</summary>
internal sealed class WithoutDeduplication(IAppendWriter writer) : IAppendWriter
{
    public Task<Append.Append> Append(PendingWrite write) => writer.Append(write with { RequestId = Guid.NewGuid().ToString() });

    public Task<Append.Append> Standing(PendingWrite write) => writer.Standing(write with { RequestId = Guid.NewGuid().ToString() });
}

/// <summary>Acknowledges what it has only just been given.</summary>
internal sealed class WithoutWaitingForTheCommit(IAppendWriter writer) : IAppendWriter
{
    public Task<Append.Append> Append(PendingWrite write)
    {
        _ = writer.Append(write).ContinueWith(late => late.Exception, TaskScheduler.Default);
        return Task.FromResult<Append.Append>(new Append.Append.Done(new WriteReceipt(write.Stream, write.ExpectedVersion + write.Events.Count, 0), Duplicate: false));
    }

    public Task<Append.Append> Standing(PendingWrite write) => writer.Standing(write);
}
