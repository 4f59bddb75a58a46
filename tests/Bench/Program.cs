using System.Text.Json;
using EqualitiesPlatform.Bench;

// One program, since what is compared has to be built alike:
//   suite [--rounds N] [--seconds S] [--only X]    compares and prints; started by build/bench
//   plain --port N                                 the peer, a plain Marten service
//   prepare                                        partners, their leads and commitments for the load
//   drive --path unary|bulk|plain --server URL ... one load, told as JSON
//   micro                                          the pure parts, by BenchmarkDotNet
if (args.Length == 0) return Unknown();
var arguments = new Arguments(args[1..]);
switch (args[0])
{
    case "suite":
        return await Suite.Run(arguments);
    case "plain":
        await PlainHost.Run(arguments.Number("port", 5480));
        return 0;
    case "prepare":
        await Workload.Prepare();
        return 0;
    case "drive":
        Console.WriteLine(JsonSerializer.Serialize(await Load.Drive(LoadTerms.From(arguments)), JsonSerializerOptions.Web));
        return 0;
    case "micro":
        return Micro.Run();
    default:
        return Unknown();
}

static int Unknown()
{
    Console.Error.WriteLine("Say suite, plain, prepare, drive or micro; build/bench says the rest.");
    return 2;
}
