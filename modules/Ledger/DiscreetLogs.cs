using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Logs name no record: a line that names one by its stream, or whose failure does, goes out with the record's kind alone.
/// Most such lines come from Orleans, which names a grain by its key, and who reads an operator's logs has no business
/// with a case.
/// </summary>
public static partial class DiscreetLogs
{
    /// <summary>Has every provider that was added so far log discreetly.</summary>
    public static ILoggingBuilder NameNoRecords(this ILoggingBuilder logging)
    {
        var services = logging.Services;
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is not { ServiceType: var type } known || type != typeof(ILoggerProvider)) continue;
            services[i] = ServiceDescriptor.Singleton<ILoggerProvider>(all => new Provider((ILoggerProvider)(
                known.ImplementationInstance ?? known.ImplementationFactory?.Invoke(all) ?? ActivatorUtilities.CreateInstance(all, known.ImplementationType!))));
        }
        return logging;
    }

    /// <summary>A text without the ids of the records that it names.</summary>
    internal static string Told(string text) => Record().Replace(text, "${kind}/…");

    [GeneratedRegex("(?<kind>[a-z]+(-[a-z]+)*)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Record();

    private sealed class Provider(ILoggerProvider inner) : ILoggerProvider, ISupportExternalScope
    {
        public ILogger CreateLogger(string categoryName) => new Logger(inner.CreateLogger(categoryName));

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (inner as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel)) return;
            var said = formatter(state, exception);
            var failure = exception?.ToString() ?? "";
            if (!Record().IsMatch(said) && !Record().IsMatch(failure)) inner.Log(logLevel, eventId, state, exception, formatter);
            else inner.Log(logLevel, eventId, Told(failure.Length > 0 ? $"{said}\n{failure}" : said), null, (text, _) => text);
        }
    }
}
