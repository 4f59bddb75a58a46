using System.Globalization;
using System.Net;
using System.Text;
using EqualitiesPlatform.Ledger.Append;
using Microsoft.Extensions.Options;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>A witness as the settings name it: where it takes checkpoints, and the key that it cosigns with.</summary>
internal sealed record WitnessAddress(Uri Address, NoteVerifier Key)
{
    /// <summary>Reads "https://witness.example/ name+id+key".</summary>
    /// <exception cref="OptionsValidationException">It is not that.</exception>
    public static WitnessAddress Parse(string text)
    {
        try
        {
            if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var address, var key]
                && Uri.TryCreate(address.TrimEnd('/') + "/add-checkpoint", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                && NoteVerifier.Parse(key) is { Kind: NoteKeyKind.Cosignature } cosigner)
                return new WitnessAddress(url, cosigner);
        }
        catch (FormatException)
        {
            // Said below.
        }
        throw new OptionsValidationException("Ledger", typeof(SealingOptions), [$"Ledger__Witnesses: \"{text}\" is not the address of a witness and its public key, such as https://witness.example/ auditor.example+0a1b2c3d+…."]);
    }
}

/// <summary>How a witness stands to the ledger.</summary>
/// <param name="Name">The witness.</param>
/// <param name="Size">How many leaves the last checkpoint speaks of that it cosigned.</param>
/// <param name="At">When that was.</param>
/// <param name="Problem">Why it does not cosign; empty when it does.</param>
public sealed record WitnessStanding(string Name, long Size, DateTimeOffset At, string Problem);

/// <summary>
/// Sends the latest checkpoint to every witness, as C2SP tlog-witness has it, and keeps their cosignatures. A witness that
/// remembers another log than this one is how a fork, a rollback or a restored backup shows itself to the platform: that
/// is kept, and said, until the witness cosigns again.
/// </summary>
internal sealed class WitnessLease(LedgerDatabase database, SealedLog log, IOptions<SealingOptions> options, LeaseTerms terms, ILogger<WitnessLease> say)
    : Lease("witnessing", ClusterSchema.AdvisoryKey("witnessing:" + database.Schema), terms, TimeProvider.System, say)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WitnessAddress[] _witnesses = [.. options.Value.Witnesses.Select(WitnessAddress.Parse)];
    private readonly Dictionary<string, string> _problems = [];
    private readonly HashSet<string> _asked = [];

    // Without witnesses there is nothing to do, and no lease to hold.
    protected override Task ExecuteAsync(CancellationToken stopping) => _witnesses.Length == 0 ? Task.CompletedTask : base.ExecuteAsync(stopping);

    protected override async Task WhileHeldAsync(CancellationToken held)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var timer = new PeriodicTimer(Pause);
        do
        {
            foreach (var witness in _witnesses)
                try
                {
                    await Ask(http, witness, held);
                }
                catch (Exception e) when (LedgerDatabase.IsAway(e))
                {
                    say.LogWarning(e, "Cosignatures could not be kept; the witnesses will be asked again");
                }
        }
        while (await timer.WaitForNextTickAsync(held));
    }

    /// <summary>Asks one witness to cosign the latest checkpoint, if it has not.</summary>
    internal async Task Ask(HttpClient http, WitnessAddress witness, CancellationToken ct)
    {
        if (await log.Latest(ct) is not { } latest) return;
        var known = await log.CosignedBy(witness.Key.Name, ct);
        // Asked once at least since the start, though nothing is new: a backup may have been restored in the meantime.
        if (!_asked.Add(witness.Key.Name) && known == latest.Size) return;
        var problem = "";
        try
        {
            // A witness that knows more, or less, than is kept here says so, and is asked again from there.
            for (var attempt = 0; attempt < 2; attempt++)
            {
                var (status, body) = await Send(http, witness, known, latest, ct);
                (problem, var again) = status switch
                {
                    HttpStatusCode.OK => (await Keep(witness, latest, body, ct), false),
                    HttpStatusCode.Conflict when long.TryParse(body.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) => seen > latest.Size
                        ? ($"Rolled back: {witness.Key.Name} saw this log with {seen} leaves, and it has {latest.Size}. It was cut off, or restored from an older backup.", false)
                        : seen == known
                            ? ($"Forked: {witness.Key.Name} saw another log of {seen} leaves than this one.", false)
                            : ($"{witness.Key.Name} saw this log with {known = seen} leaves.", true),
                    HttpStatusCode.UnprocessableEntity => ($"Forked: {witness.Key.Name} saw {known} leaves that this log of {latest.Size} does not continue.", false),
                    _ => ($"{witness.Key.Name} answers {(int)status} to this log's checkpoints: {body.Trim()}", false),
                };
                if (!again) break;
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            problem = $"{witness.Key.Name} can't be reached: {e.Message}";
        }
        if (problem.Length > 0) await log.KeepProblem(witness.Key.Name, problem, ct);
        if (problem.Length > 0 && _problems.GetValueOrDefault(witness.Key.Name) != problem) say.LogError("A witness does not cosign. {Problem}", problem);
        _problems[witness.Key.Name] = problem;
    }

    private async Task<(HttpStatusCode Status, string Body)> Send(HttpClient http, WitnessAddress witness, long known, KeptCheckpoint latest, CancellationToken ct)
    {
        // Of what a witness saw beyond this log, nothing can be proved to it.
        var proof = known > 0 && known < latest.Size ? await log.Consistency(known, latest.Size, ct) : [];
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {Math.Min(known, latest.Size)}\n");
        foreach (var hash in proof) body.Append(Convert.ToBase64String(hash)).Append('\n');
        body.Append('\n').Append(latest.Signed);
        using var content = new StringContent(body.ToString(), Encoding.UTF8, "text/plain");
        using var answer = await http.PostAsync(witness.Address, content, ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    /// <summary>Keeps the cosignatures in an answer that are this witness's own; says what is wrong when there are none.</summary>
    private async Task<string> Keep(WitnessAddress witness, KeptCheckpoint latest, string answer, CancellationToken ct)
    {
        try
        {
            var text = SignedNote.Parse(latest.Signed).Text;
            foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                if (SignedNote.Parse($"{text}\n{line}\n").SignedBy([witness.Key]).Count > 0)
                {
                    await log.KeepCosignature(latest.Size, witness.Key.Name, line + "\n", ct);
                    return "";
                }
        }
        catch (FormatException)
        {
            // Said below.
        }
        return $"{witness.Key.Name} answers with no cosignature of its own.";
    }
}
