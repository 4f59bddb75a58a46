using EqualitiesPlatform.Ledger.Append;
using Equalities.Ledger.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

internal sealed class ClockEndpoint(LedgerClock clock, LedgerDatabase database, SiloTables tables, IGrainFactory grains, IHostEnvironment environment)
    : ClockService.ClockServiceBase
{
    public override Task<ReadClockResponse> ReadClock(ReadClockRequest request, ServerCallContext context)
    {
        var (now, today) = Reading();
        return Task.FromResult(new ReadClockResponse { Now = now, Today = today });
    }

    public override async Task<AdvanceClockResponse> AdvanceClock(AdvanceClockRequest request, ServerCallContext context)
    {
        if (!environment.IsDevelopment())
            throw new LedgerException(FailureKind.Refused, "CLOCK_FIXED", "The clock can be moved in development only.");
        var target = Instants.Read(request.To, "to");
        await tables.Refresh(context.CancellationToken);
        var raised = 0;
        if (await IsEmpty())
        {
            await Set(target);
        }
        else if (target > clock.GetUtcNow())
        {
            // Deadlines pass one by one, each on its own day, and not all at the end.
            raised += await Sweep();
            while (await NextDue(LedgerClock.DayOf(clock.GetUtcNow()), LedgerClock.DayOf(target)) is { } day)
            {
                var morning = new DateTimeOffset(day, new TimeOnly(9, 0), TimeSpan.Zero);
                await Set(morning < target ? morning : target);
                raised += await Sweep();
            }
            await Set(target);
        }
        var (now, today) = Reading();
        return new AdvanceClockResponse { Now = now, Today = today, Raised = raised };
    }

    private (string Now, string Today) Reading()
    {
        var now = clock.GetUtcNow();
        return (CanonicalEncoding.Instant(now), LedgerClock.DayOf(now).Shown());
    }

    private async Task<int> Sweep()
    {
        try
        {
            return await grains.GetGrain<IClockwork>(0).Sweep();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException || LedgerDatabase.IsAway(e))
        {
            // The silo that saw to it has just gone, or the database has.
            throw LedgerDatabase.Away(e);
        }
    }

    private async Task Set(DateTimeOffset instant)
    {
        await using var command = database.Source.CreateCommand(
            "insert into ledger_clock (ahead) values ($1) on conflict (only_one) do update set ahead = excluded.ahead");
        command.Parameters.Add(new() { Value = instant - (clock.GetUtcNow() - clock.Offset) });
        await command.ExecuteNonQueryAsync();
        await tables.RefreshEverywhere();
    }

    private async Task<bool> IsEmpty()
    {
        await using var command = database.Source.CreateCommand("select not exists (select 1 from mt_events)");
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private async Task<DateOnly?> NextDue(DateOnly after, DateOnly until)
    {
        await using var command = database.Source.CreateCommand("select min(due) from ledger_wake where due > $1 and due <= $2");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = until });
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return await row.IsDBNullAsync(0) ? null : row.GetFieldValue<DateOnly>(0);
    }
}
