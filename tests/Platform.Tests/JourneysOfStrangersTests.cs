using Grpc.Core;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Equalities.Commitments.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>
/// A client that was never built with the platform's protos: it knows an address and a token, and learns the rest from
/// the reflection service.
/// </summary>
[Collection(nameof(Visitors))]
public sealed class JourneysOfStrangersTests(PlatformFixture platform) : IAsyncLifetime
{
    private const string Commitments = "equalities.commitments.v1.CommitmentService";
    private readonly JourneyCalls _calls = new(platform);

    // Keys name things once a pack says whose they are.
    public Task InitializeAsync() => _calls.Load("small-council.json");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_client_that_knows_only_reflection_lists_reports_and_sees_it_in_the_history()
    {
        await _calls.Register("museum");
        await _calls.TakeOn("museum", "touch-tours");
        var position = (await _calls.HistoryOf($"commitment/{(await _calls.CommitmentOf("touch-tours")).CommitmentId}"))[^1].Position;
        var lead = await platform.Issuer.TokenAsync("museum-lead");

        using var listed = (await Call(lead, $"{Commitments}/ListCommitments", new { atLeastPosition = position })).Answer();
        var commitment = listed.RootElement.GetProperty("commitments").EnumerateArray().Single();
        commitment.GetProperty("key").GetString().Should().Be("touch-tours");
        var id = commitment.GetProperty("commitmentId").GetString()!;

        using var reported = (await Call(lead, $"{Commitments}/ReportProgress",
            new { requestId = "stranger", commitmentId = id, status = "COMMITMENT_STATUS_ON_TRACK", narrative = "Told by a stranger" })).Answer();
        var stream = reported.RootElement.GetProperty("receipt").GetProperty("stream").GetString();

        using var history = (await Call(lead, "equalities.ledger.v1.HistoryService/ReadStream", new { stream })).Answer();
        history.RootElement.GetProperty("events").EnumerateArray().Last().GetProperty("canonicalJson").GetString().Should().Contain("Told by a stranger");
    }

    [Fact]
    public async Task An_auditor_follows_a_promise_by_its_story_its_changes_and_its_lines()
    {
        await _calls.Register("library");
        await _calls.TakeOn("library", "large-print");
        var before = await _calls.Report("library-lead", "large-print", CommitmentStatus.AtRisk);
        var after = await _calls.Report("library-lead", "large-print", CommitmentStatus.OnTrack);
        var auditor = await platform.As("auditor");

        var changes = (await _calls.History.CompareRecordAsync(new() { Stream = "commitment/large-print", FromPosition = before.Position }, auditor)).Changes;
        changes.Should().ContainSingle(c => c.StartsWith("Status: at risk → on track; progress reported by the partner lead of library on ") && c.EndsWith($"(position {after.Position})."));

        using var story = _calls.History.TellStory(new() { Stream = "commitment/large-print" }, await platform.As("library-lead"));
        var lines = new List<string>();
        await foreach (var part in story.ResponseStream.ReadAllAsync()) lines.AddRange(part.Lines);
        lines.Should().HaveCount(1 + (int)after.Version, "what it is stands first");
        lines[^1].Should().Contain("Progress reported by the partner lead of library").And.Contain("“large-print is OnTrack”");

        using var replay = _calls.History.Replay(new() { OrganisationId = "library", StoredNames = { "commitments.progress-reported.v1" } }, auditor);
        var replayed = new List<string>();
        await foreach (var part in replay.ResponseStream.ReadAllAsync()) replayed.AddRange(part.Lines);
        replayed.Should().HaveCount(2).And.OnlyContain(l => l.Contains("large-print is "));
    }

    [Fact]
    public async Task Without_a_token_it_is_told_so_in_a_proper_grpc_status()
    {
        var refused = await Call(null, $"{Commitments}/ListCommitments", new { }, "-v");
        refused.Failure.Should().Contain("\"unauthenticated\"").And.MatchRegex("(?i)grpc-status: 16").And.MatchRegex("(?i)grpc-status-details-bin");
    }

    [Fact]
    public async Task To_the_lead_of_another_partner_a_commitment_is_as_unknown_as_one_that_does_not_exist()
    {
        await _calls.Register("theatre");
        await _calls.Register("cinema");
        await _calls.TakeOn("theatre", "captions");
        var theirs = (await _calls.CommitmentOf("captions")).CommitmentId;
        var lead = await platform.Issuer.TokenAsync("cinema-lead");

        var other = await Call(lead, $"{Commitments}/ReportProgress", Progress(theirs));
        other.Failure.Should().Contain("\"permission_denied\"");
        (await Call(lead, $"{Commitments}/ReportProgress", Progress($"{Guid.NewGuid()}"))).Failure.Should().Be(other.Failure);

        static object Progress(string commitment) => new { requestId = "not-mine", commitmentId = commitment, status = "COMMITMENT_STATUS_ON_TRACK", narrative = "Not mine" };
    }

    [Fact]
    public async Task The_same_write_sent_fifty_times_at_once_is_one_event()
    {
        await _calls.Register("choir");
        await _calls.TakeOn("choir", "open-rehearsals");
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _calls.Report("choir-lead", "open-rehearsals", CommitmentStatus.OnTrack, requestId: "fifty")));
        receipts.Distinct().Should().ContainSingle();
        (await _calls.HistoryOf(receipts[0].Stream)).Count(e => e.StoredName == "commitments.progress-reported.v1").Should().Be(1);
    }

    private async Task<Said> Call(string? token, string method, object request, params string[] more)
    {
        var tools = Environment.GetEnvironmentVariable("EQUALITIES_TOOLS")
            ?? typeof(PlatformFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Tools").Value!;
        var buf = Path.Combine(tools, ".bin", "buf");
        File.Exists(buf).Should().BeTrue("build/test installs buf under build/node_modules, or set EQUALITIES_TOOLS");
        string[] arguments =
        [
            "curl", "--http2-prior-knowledge", "--protocol", "grpc", "--data", JsonSerializer.Serialize(request), .. more,
            .. token is null ? Array.Empty<string>() : ["--header", $"authorization: Bearer {token}"], $"http://{platform.Channel.Target}/{method}",
        ];
        using var process = Process.Start(new ProcessStartInfo(buf, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEndAsync();
        var failure = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Said(process.ExitCode, await said, failure);
    }

    private sealed record Said(int ExitCode, string Output, string Failure)
    {
        public JsonDocument Answer()
        {
            ExitCode.Should().Be(0, Failure.Replace("{", "{{").Replace("}", "}}"));
            return JsonDocument.Parse(Output);
        }
    }
}
