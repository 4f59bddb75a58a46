using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Platform;
using Microsoft.Extensions.Options;
using Npgsql;

try
{
    await using var platform = PlatformHost.Build(args);
    if (args is ["migrate", ..])
    {
        await platform.Services.MigrateLedger();
        Console.WriteLine("The database's tables are those of this release.");
        return 0;
    }
    // Before the host starts, which would print the same at length.
    platform.Services.GetRequiredService<IStartupValidator>().Validate();
    await platform.Services.CheckLedger();
    await platform.StartAsync();
    // What starting left behind is more than what serving needs for long; the projections start a little later.
    _ = Task.Delay(TimeSpan.FromSeconds(5), platform.Lifetime.ApplicationStopping)
        .ContinueWith(_ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive), TaskContinuationOptions.OnlyOnRanToCompletion);
    await platform.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or AggregateException { InnerException: OptionsValidationException })
{
    var invalid = (e as AggregateException)?.InnerExceptions ?? [e];
    foreach (var sentence in invalid.OfType<OptionsValidationException>().SelectMany(i => i.Failures)) await Console.Error.WriteLineAsync(sentence);
}
catch (NpgsqlException e)
{
    await Console.Error.WriteLineAsync($"The ledger's database can't be used: {e.Message}");
}
catch (LedgerSchemaException e)
{
    await Console.Error.WriteLineAsync(e.Message);
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{e.Message} Choose other ports with Platform__GrpcPort and Platform__HealthPort.");
}
return 1;
