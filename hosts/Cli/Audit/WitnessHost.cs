using System.Globalization;
using System.Net;
using System.Text;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>
/// A witness over HTTP, as C2SP tlog-witness has it: a log posts its checkpoint to /add-checkpoint with the proof that it
/// continues the last one, and gets the witness's cosignature. /key gives the witness's public key.
/// </summary>
internal sealed class WitnessHost(Witness witness, IReadOnlyCollection<string> logKeys, TextWriter log)
{
    private const int MostBytes = 64 * 1024;

    private string _said = "";

    /// <summary>Answers until it is told to stop.</summary>
    /// <param name="address">Where to listen, such as http://127.0.0.1:7400/.</param>
    public async Task RunAsync(string address, CancellationToken cancel)
    {
        using var listener = new HttpListener();
        try
        {
            listener.Prefixes.Add(address.TrimEnd('/') + "/");
            listener.Start();
        }
        catch (Exception e) when (e is HttpListenerException or ArgumentException)
        {
            throw new MistakeException($"The witness can't listen on {address}: {e.Message}");
        }
        await log.WriteLineAsync($"The witness {witness.PublicKey} listens on {address}.");
        using var stop = cancel.Register(listener.Stop);
        while (!cancel.IsCancellationRequested)
            try
            {
                await Answer(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
                await log.WriteLineAsync($"A caller went away: {e.Message}");
            }
    }

    private async Task Answer(HttpListenerContext call)
    {
        var (status, type, body) = (call.Request.HttpMethod, call.Request.Url?.AbsolutePath) switch
        {
            ("POST", "/add-checkpoint") => AddCheckpoint(await Body(call.Request)),
            ("GET", "/key") => (200, "text/plain", witness.PublicKey + "\n"),
            _ => (404, "text/plain", "This is a witness: POST /add-checkpoint, or GET /key.\n"),
        };
        var line = status switch
        {
            200 => $"Cosigned {witness.Size} leaves.",
            409 => $"Not cosigned: the log does not go on from the {witness.Size} leaves that this witness saw last.",
            _ => $"Not cosigned: {body.Trim()}",
        };
        // A log that asks each second is told once.
        if (call.Request.HttpMethod == "POST" && line != _said) await log.WriteLineAsync(_said = line);
        var bytes = Encoding.UTF8.GetBytes(body);
        (call.Response.StatusCode, call.Response.ContentType, call.Response.ContentLength64) = (status, type, bytes.Length);
        await call.Response.OutputStream.WriteAsync(bytes);
        call.Response.Close();
    }

    /// <summary>One request: old size, consistency proof, empty line, checkpoint.</summary>
    internal (int Status, string Type, string Body) AddCheckpoint(string? request)
    {
        if (request?.Split("\n\n", 2) is not [var head, var note]) return Refused(400, "The request is no old size, proof and checkpoint.");
        var lines = head.Split('\n');
        var proof = new List<byte[]>();
        if (!lines[0].StartsWith("old ", StringComparison.Ordinal) || !long.TryParse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var old) || lines.Length > 64)
            return Refused(400, "The request does not begin with the old size.");
        foreach (var line in lines[1..])
        {
            var hash = new byte[Merkle.HashBytes];
            if (line.Length != 44 || !Convert.TryFromBase64String(line, hash, out var length) || length != Merkle.HashBytes) return Refused(400, "A hash of the proof can't be read.");
            proof.Add(hash);
        }
        try
        {
            var checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text);
            if (!logKeys.Select(NoteVerifier.Parse).Any(k => k.Name == checkpoint.Origin)) return Refused(404, $"This witness does not know the log {checkpoint.Origin}.");
            if (old > checkpoint.Size) return Refused(400, "The old size is greater than the checkpoint's.");
            if (old != witness.Size) return (409, "text/x.tlog.size", $"{witness.Size.ToString(CultureInfo.InvariantCulture)}\n");
            return (200, "text/plain", witness.Cosign(note, proof, logKeys, TimeProvider.System.GetUtcNow()));
        }
        catch (WitnessException e)
        {
            return e.SameSize ? (409, "text/x.tlog.size", $"{witness.Size.ToString(CultureInfo.InvariantCulture)}\n") : Refused(422, e.Message);
        }
        catch (FormatException e)
        {
            return Refused(403, e.Message);
        }
    }

    private static (int, string, string) Refused(int status, string sentence) => (status, "text/plain", sentence + "\n");

    private static async Task<string?> Body(HttpListenerRequest request)
    {
        var bytes = new byte[MostBytes];
        var length = await request.InputStream.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false);
        return length == MostBytes ? null : Encoding.UTF8.GetString(bytes, 0, length);
    }
}
