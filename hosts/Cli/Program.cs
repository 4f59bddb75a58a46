using EqualitiesPlatform.Cli;

using var client = new Client(Environment.GetEnvironmentVariable);
return await new Root(client).RunAsync(args, Console.Out, Console.Error);
