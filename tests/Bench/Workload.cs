using System.Text.Json;
using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EqualitiesPlatform.Bench;

/// <summary>A partner lead with the commitments that they report on.</summary>
internal sealed record Lead(string Persona, IReadOnlyList<string> Commitments);

/// <summary>
/// What every load works on: 50 partners, each with a lead who signs in with a token of their own, and 10,000
/// commitments, proposed and accepted. An update is about 300 bytes as it is stored.
/// </summary>
internal static class Workload
{
    public const int Partners = 50;
    public const int Streams = 10_000;

    public static readonly string Narrative =
        string.Concat(Enumerable.Repeat("Two of the three sites were audited with the network of disabled residents; the third follows after its works. ", 3))[..230].Trim();

    public const string Commitments = "equalities.commitments.v1.CommitmentService";
    private const string Organisations = "equalities.commitments.v1.PartnerService";

    public static readonly Method<ReportProgressRequest, ReportProgressResponse> Report =
        Rpc.Method<ReportProgressRequest, ReportProgressResponse>(MethodType.Unary, Commitments, "ReportProgress");

    private static readonly Method<RegisterPartnerRequest, RegisterPartnerResponse> Register =
        Rpc.Method<RegisterPartnerRequest, RegisterPartnerResponse>(MethodType.Unary, Organisations, "RegisterPartner");

    private static readonly Method<AppointLeadRequest, AppointLeadResponse> Appoint =
        Rpc.Method<AppointLeadRequest, AppointLeadResponse>(MethodType.Unary, Organisations, "AppointLead");

    private static readonly Method<ProposeCommitmentRequest, ProposeCommitmentResponse> Propose =
        Rpc.Method<ProposeCommitmentRequest, ProposeCommitmentResponse>(MethodType.Unary, Commitments, "ProposeCommitment");

    private static readonly Method<AcceptCommitmentRequest, AcceptCommitmentResponse> Accept =
        Rpc.Method<AcceptCommitmentRequest, AcceptCommitmentResponse>(MethodType.Unary, Commitments, "AcceptCommitment");

    private static string Place => Path.Combine(Surroundings.State, "workload.json");

    /// <summary>The leads that <see cref="Prepare"/> left, with their shares of so many commitments.</summary>
    public static IReadOnlyList<Lead> Leads(int streams = Streams) =>
        [.. JsonSerializer.Deserialize<Lead[]>(File.ReadAllText(Place))!.Select(l => l with { Commitments = [.. l.Commitments.Take(streams / Partners)] })];

    /// <summary>One update, with a request id that nobody used before.</summary>
    public static ReportProgressRequest Update(string commitment) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        CommitmentId = commitment,
        Status = CommitmentStatus.OnTrack,
        Narrative = Narrative,
        Percent = 66,
    };

    /// <summary>Makes the partners, their leads and the commitments through the platform, as its users do; what is there already stays.</summary>
    public static async Task Prepare(int streams = Streams)
    {
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var calls = channel.CreateCallInvoker();
        var administrator = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, "administrator")));
        var leads = new Lead[Partners];
        for (var p = 0; p < Partners; p++)
        {
            var persona = $"bench-{p + 1:00}-lead";
            var token = await Surroundings.Token(issuer, persona);
            var registered = await Done(calls, Register, administrator, new RegisterPartnerRequest
            {
                RequestId = $"bench-partner-{p}", Name = $"Bench partner {p + 1}", Type = OrganisationType.Public, Sector = "bench",
            });
            await Done(calls, Appoint, administrator, new AppointLeadRequest
            {
                RequestId = $"bench-lead-{p}", PartnerId = IdIn(registered.Receipt), Subject = SubjectOf(token),
            });
            var lead = new CallOptions(Rpc.Bearer(token));
            var commitments = new List<string>();
            foreach (var some in Enumerable.Range(0, streams / Partners).Chunk(200)) commitments.AddRange(await Task.WhenAll(some.Select(n => Promise(calls, lead, p, n))));
            leads[p] = new Lead(persona, commitments);
        }
        await File.WriteAllTextAsync(Place, JsonSerializer.Serialize(leads));
    }

    private static async Task<string> Promise(CallInvoker calls, CallOptions lead, int partner, int number)
    {
        var proposed = await Done(calls, Propose, lead, new ProposeCommitmentRequest
        {
            RequestId = $"bench-propose-{partner}-{number}", Wording = $"Audit access to contact point {number + 1}", Source = "way:w4", Serves = { "aim:a1" },
        });
        var commitment = IdIn(proposed.Receipt);
        await Done(calls, Accept, lead, new AcceptCommitmentRequest { RequestId = $"bench-accept-{partner}-{number}", CommitmentId = commitment });
        return commitment;
    }

    /// <summary>Sends again, with the same request id, what a machine that is busy elsewhere did not answer.</summary>
    private static async Task<TResponse> Done<TRequest, TResponse>(CallInvoker calls, Method<TRequest, TResponse> method, CallOptions options, TRequest request)
        where TRequest : class where TResponse : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await calls.AsyncUnaryCall(method, null, options, request);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted && attempt < 60)
            {
                await Task.Delay(1000);
            }
        }
    }

    private static string IdIn(Receipt receipt) => receipt.Stream[(receipt.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string SubjectOf(string token)
    {
        var middle = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var claims = JsonDocument.Parse(Convert.FromBase64String(middle.PadRight((middle.Length + 3) / 4 * 4, '=')));
        return claims.RootElement.GetProperty("oid").GetString()!;
    }
}
