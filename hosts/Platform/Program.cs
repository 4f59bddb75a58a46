using EqualitiesPlatform.Platform;
using Microsoft.Extensions.Options;

try
{
    await PlatformHost.Build(args).RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (var sentence in e.Failures) await Console.Error.WriteLineAsync(sentence);
    return 1;
}
