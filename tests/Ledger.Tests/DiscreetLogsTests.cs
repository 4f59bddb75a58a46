using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>What an operator's logs say of records: that there are some, and never which.</summary>
public sealed class DiscreetLogsTests
{
    private const string Record = "case/0198d3a0-1111-7abc-8def-0123456789ab";

    [Fact]
    public void A_line_names_the_kind_of_a_record_and_not_which_one()
    {
        var kept = new Kept();
        using var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(kept).NameNoRecords()).BuildServiceProvider();
        var log = services.GetRequiredService<ILogger<DiscreetLogsTests>>();

        log.LogWarning("Response did not arrive on time for message: {Message}", $"Request S1->case/{Record} Execute");
        log.LogError(new InvalidOperationException("Nobody keeps that", new TimeoutException($"{Record} took too long")), "A call failed");
        log.LogInformation("{Count} files were taken out of the archive", 3);

        kept.Lines.Should().HaveCount(3);
        kept.Lines[0].Should().Be("Response did not arrive on time for message: Request S1->case/case/… Execute");
        kept.Lines[1].Should().Contain("A call failed").And.Contain("Nobody keeps that").And.Contain("case/… took too long");
        kept.Lines[2].Should().Be("3 files were taken out of the archive Count=3", "what names no record keeps its values");
        string.Join('\n', kept.Lines).Should().NotContain("0198d3a0");
    }

    private sealed class Kept : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(string.Join(' ',
        [
            formatter(state, exception), .. exception is null ? [] : new[] { exception.ToString() },
            .. state is IReadOnlyList<KeyValuePair<string, object?>> values ? values.Where(v => v.Key != "{OriginalFormat}").Select(v => $"{v.Key}={v.Value}") : [],
        ]));

        public void Dispose()
        {
        }
    }
}
