using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Equalities.Options.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Bench;

/// <summary>The pure parts of a command's way.</summary>
[MemoryDiagnoser]
public class Micro
{
    private readonly Commitment _accepted;
    private readonly ReportProgress _command;
    private readonly Occasion _occasion;
    private readonly object _event;
    private readonly StoredEvent _stored;

    /// <summary>An accepted commitment, and an update to it.</summary>
    public Micro()
    {
        var (commitment, partner) = (CommitmentId.From(Guid.CreateVersion7()), PartnerId.From(Guid.CreateVersion7()));
        var actor = new Actor(new PersonId(Guid.NewGuid()), Role.PartnerLead, partner);
        _occasion = new Occasion(new DateTimeOffset(2013, 6, 30, 9, 0, 0, TimeSpan.Zero), new DateOnly(2013, 6, 30), actor, Guid.NewGuid().ToString(), "c", PolicyValues.None);
        object[] history = [.. Taken(Commitment.Unborn, new ProposeCommitment(commitment, null, partner, "Audit access", "way:w4", ["aim:a1"], null))];
        var proposed = history.Aggregate(Commitment.Unborn, Commitment.Evolve);
        _accepted = Taken(proposed, new AcceptCommitment(commitment)).Aggregate(proposed, Commitment.Evolve);
        _command = new ReportProgress(commitment, CommitmentStatus.OnTrack, Workload.Narrative, 66, null, null, null);
        _event = Taken(_accepted, _command).Single();
        _stored = new StoredEvent(1, _command.Commitment.ToString(), 3, "commitments.progress-reported.v1", _occasion.RecordedAt, "c", Encoding.UTF8.GetBytes(Headers()), Encoding.UTF8.GetBytes(Json()));
    }

    /// <summary>Runs them all, in this process: a project of BenchmarkDotNet's own would look for this one by the name of its program, which is another.</summary>
    public static int Run()
    {
        var summary = BenchmarkRunner.Run<Micro>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).WithArtifactsPath("artifacts/bench/micro"));
        return summary.Reports.Length > 0 && summary.Reports.All(r => r.Success) ? 0 : 1;
    }

    /// <summary>An update decided.</summary>
    [Benchmark]
    public Decision Decide() => Commitment.Decide(_accepted, _command, _occasion);

    /// <summary>An update evolved.</summary>
    [Benchmark]
    public object Evolve() => Commitment.Evolve(_accepted, _event);

    /// <summary>The digest by which two payloads are compared.</summary>
    [Benchmark]
    public byte[] Digest() => CanonicalEncoding.Digest(_command);

    /// <summary>The line of a history.</summary>
    [Benchmark]
    public string Line() => CanonicalEncoding.Line(_stored);

    /// <summary>The occasion's headers as the append writes them.</summary>
    [Benchmark]
    public string Headers() => OccasionHeaders.Write(_occasion.Today, _occasion, new Dictionary<string, string> { ["narrative"] = "00112233445566778899aabbccddeeff" });

    /// <summary>The event as the append writes it.</summary>
    [Benchmark]
    public string Json() => System.Text.Json.JsonSerializer.Serialize(_event, _event.GetType(), Catalogue.Json);

    private IReadOnlyList<object> Taken(Commitment state, ICommand command) => ((Decision.Taken)Commitment.Decide(state, command, _occasion)).Events;
}
