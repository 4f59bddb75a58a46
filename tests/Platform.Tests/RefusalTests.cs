using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>What is no token and no request, as a gRPC client and as bare HTTP/2 see it refused.</summary>
[Collection(nameof(Guarded))]
public sealed class RefusalTests(PlatformFixture platform)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1";
    private static readonly int Many = Long ? 10_000 : 1_000;

    private readonly ClockService.ClockServiceClient _clock = new(platform.Channel);
    private readonly PartnerService.PartnerServiceClient _partners = new(platform.Channel);

    [Fact]
    public async Task A_forged_token_is_accepted_when_nothing_in_it_is_wrong()
    {
        // Else the refusals below could be for a fault of the forge.
        var forge = await platform.ForgeAsync("auditor");
        await _clock.ReadClockAsync(new(), PlatformFixture.With(forge.Signed(_ => { })));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("expired")]
    [InlineData("not yet valid")]
    [InlineData("without an end")]
    [InlineData("wrong audience")]
    [InlineData("wrong issuer")]
    [InlineData("another tenant's issuer")]
    [InlineData("nobody's")]
    [InlineData("wrong key")]
    [InlineData("tampered")]
    [InlineData("without a signature")]
    [InlineData("alg none")]
    [InlineData("alg none, signed")]
    [InlineData("signed with the public key as a secret")]
    [InlineData("oversized")]
    public async Task A_token_that_is_wrong_gets_UNAUTHENTICATED(string fault)
    {
        var token = Wrong(fault, await platform.ForgeAsync("auditor"));
        var failure = (await FluentActions.Awaiting(async () => await _clock.ReadClockAsync(new(), PlatformFixture.With(token))).Should().ThrowAsync<RpcException>()).Which;
        failure.StatusCode.Should().Be(StatusCode.Unauthenticated, failure.Status.Detail);
        failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("NO_VALID_TOKEN");
        failure.Status.Detail.Should().Be("A valid access token is needed.", "it does not tell what was wrong with it");

        using var answer = await Post("/equalities.ledger.v1.ClockService/ReadClock", [0, 0, 0, 0, 0], $"Bearer {token}");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        Told(answer, "grpc-status").Should().Be("16");
        Told(answer, "grpc-status-details-bin").Should().NotBeNullOrEmpty();
        answer.Headers.Server.Should().BeEmpty();
    }

    private static string Wrong(string fault, Forge forge)
    {
        static long In(TimeSpan time) => (DateTimeOffset.UtcNow + time).ToUnixTimeSeconds();
        using var otherKey = RSA.Create(2048);
        return fault switch
        {
            "garbage" => "a.b.c",
            "empty" => "",
            "expired" => forge.Signed(c => (c["nbf"], c["iat"], c["exp"]) = (In(-TimeSpan.FromHours(2)), In(-TimeSpan.FromHours(2)), In(-TimeSpan.FromHours(1)))),
            "not yet valid" => forge.Signed(c => (c["nbf"], c["exp"]) = (In(TimeSpan.FromHours(1)), In(TimeSpan.FromHours(2)))),
            "without an end" => forge.Signed(c => c.Remove("exp")),
            "wrong audience" => forge.Signed(c => c["aud"] = Guid.NewGuid().ToString()),
            "wrong issuer" => forge.Signed(c => c["iss"] = "https://issuer.example/v2.0"),
            "another tenant's issuer" => forge.Signed(c => c["iss"] = c["iss"]!.GetValue<string>().Replace(c["tid"]!.GetValue<string>(), Guid.NewGuid().ToString())),
            "nobody's" => forge.Signed(c => c.Remove("oid")),
            "wrong key" => forge.Signed(_ => { }, otherKey),
            "tampered" => forge.Tampered(c => c["roles"] = new System.Text.Json.Nodes.JsonArray("Administrator")),
            "without a signature" => Forge.Joined(forge.Parts[0], forge.Parts[1], []),
            "alg none" => forge.WithAlgorithm("none", _ => []),
            "alg none, signed" => forge.WithAlgorithm("none", _ => forge.Parts[2]),
            "signed with the public key as a secret" => forge.WithAlgorithm("HS256", signed => HMACSHA256.HashData(forge.PublicKey, signed)),
            "oversized" => forge.Signed(c => c["padding"] = new string('x', 48 * 1024)),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }

    [Fact]
    public async Task No_mutated_token_is_accepted()
    {
        var forge = await platform.ForgeAsync("administrator");
        var (random, seed) = Dice();
        var accepted = new List<string>();
        await InParallel(Enumerable.Range(0, Many).Select(_ => Mutated(forge, random)), async token =>
        {
            var failure = await Failure(async () => await _clock.ReadClockAsync(new(), PlatformFixture.With(token)));
            if (failure?.StatusCode != StatusCode.Unauthenticated) lock (accepted) accepted.Add($"{failure?.Status}: {token}");
        });
        accepted.Should().BeEmpty($"the seed is {seed}");
    }

    [Fact]
    public async Task No_malformed_request_brings_down_or_out_anything()
    {
        var (random, seed) = Dice();
        // A day to which the clock would be set is none of these tests.
        var ids = new Dictionary<string, string> { ["to"] = "Text" };
        var options = new Dictionary<Role, CallOptions>
        {
            [Role.Administrator] = await platform.As("administrator"),
            [Role.GovernanceOfficer] = await platform.As("governance-officer"),
            [Role.Auditor] = await platform.As("auditor"),
            [Role.PartnerLead] = await Lead("mangler"),
        };
        foreach (var (role, persona) in new[]
        {
            (Role.Reviewer, "reviewer"), (Role.CaseOfficer, "case-officer"), (Role.CustomerServices, "customer-services-officer"), (Role.NetworkMember, "network-member"),
            (Role.ElectedMember, "elected-member"), (Role.CommitteeClerk, "committee-clerk"), (Role.EngagementOfficer, "engagement-officer"), (Role.Assessor, "assessor"),
            (Role.DecisionMaker, "decision-maker"), (Role.PartnerContributor, "nobody-contributor"),
        })
            options[role] = await platform.As(persona);
        var rpcs = AnyRpc.All;
        var wrong = new List<string>();
        var calls = Enumerable.Range(0, Many).Select(i =>
        {
            var rpc = rpcs[random.Next(rpcs.Count)];
            var bytes = i % 2 == 0 ? RandomBytes(random, random.Next(1, 200)) : Mutation(rpc.Filled(ids).ToByteArray(), random);
            return (Rpc: rpc, Bytes: bytes, As: options[rpc.Roles[random.Next(rpc.Roles.Count)]]);
        });
        await InParallel(calls, async call =>
        {
            var failure = await call.Rpc.Call(platform.Channel, call.Bytes, call.As);
            if (failure?.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unauthenticated
                // A position that has not come yet is UNAVAILABLE for a reason; a platform that is gone gives none.
                || (failure?.StatusCode is StatusCode.Unavailable && failure.GetRpcStatus() is null)
                || failure?.Status.Detail.Contains("Exception", StringComparison.Ordinal) == true)
                lock (wrong) wrong.Add($"{call.Rpc.Name} with {Convert.ToHexString(call.Bytes)}: {failure.Status}");
        });
        wrong.Should().BeEmpty($"the seed is {seed}");
        await _clock.ReadClockAsync(new(), options[Role.Auditor]);
    }

    [Fact]
    public async Task Malformed_frames_are_answered_in_gRPC_or_the_call_is_ended()
    {
        var (random, seed) = Dice();
        var token = (await platform.As("auditor")).Headers!.GetValue("authorization")!;
        var wrong = new List<string>();
        await InParallel(Enumerable.Range(0, Many / 5).Select(_ => RandomBytes(random, random.Next(0, 64))), async frame =>
        {
            // A first byte of 0 or 1, so that some frames get further.
            if (frame.Length > 4) (frame[0], frame[1], frame[2], frame[3]) = ((byte)(frame[0] % 3), 0, 0, 0);
            using var answer = await Post("/equalities.ledger.v1.ClockService/ReadClock", frame, token);
            var (status, message) = (Told(answer, "grpc-status"), Uri.UnescapeDataString(Told(answer, "grpc-message") ?? ""));
            if (answer.StatusCode != HttpStatusCode.OK || status is null or "2" or "13" || message.Contains("Exception", StringComparison.Ordinal))
                lock (wrong) wrong.Add($"{Convert.ToHexString(frame)}: {answer.StatusCode} {status} {message}");
        });
        wrong.Should().BeEmpty($"the seed is {seed}");
    }

    [Fact]
    public async Task Bytes_that_are_no_request_get_INVALID_ARGUMENT()
    {
        var auditor = await platform.As("auditor");
        foreach (var rpc in AnyRpc.All.Where(r => r.Roles.Contains(Role.Auditor)))
        {
            var failure = await rpc.Call(platform.Channel, [0x0A, 0xFF], auditor);
            failure!.StatusCode.Should().Be(StatusCode.InvalidArgument, rpc.Name);
            failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("REQUEST_UNREADABLE");
        }
    }

    [Fact]
    public async Task A_request_too_large_gets_RESOURCE_EXHAUSTED()
    {
        var administrator = await platform.As("administrator");
        var failure = await Failure(async () => await _partners.RegisterPartnerAsync(new() { Name = new string('x', 9 * 1024 * 1024) }, administrator));
        failure!.StatusCode.Should().Be(StatusCode.ResourceExhausted, failure.Status.Detail);
        failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("REQUEST_TOO_LARGE");
    }

    [Fact]
    public async Task The_platform_keeps_a_deadline_also_when_its_client_does_not()
    {
        var token = (await platform.As("auditor")).Headers!.GetValue("authorization")!;
        var never = new ListPartnersRequest { AtLeastPosition = long.MaxValue }.ToByteArray();
        using var answer = await Post("/equalities.commitments.v1.PartnerService/ListPartners", [0, 0, 0, 0, (byte)never.Length, .. never], token, ("grpc-timeout", "200m"));
        Told(answer, "grpc-status").Should().Be("4");
    }

    private async Task<CallOptions> Lead(string partner)
    {
        var administrator = await platform.As("administrator");
        var stream = (await _partners.RegisterPartnerAsync(new() { RequestId = $"register-{partner}", Name = partner, Type = OrganisationType.Private }, administrator)).Receipt.Stream;
        await _partners.AppointLeadAsync(
            new() { RequestId = $"appoint-{partner}", PartnerId = stream[(stream.IndexOf('/') + 1)..], Subject = platform.SubjectOf($"{partner}-lead") }, administrator);
        return await platform.As($"{partner}-lead");
    }

    private async Task<HttpResponseMessage> Post(string path, byte[] body, string authorization, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(platform.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TryAddWithoutValidation("authorization", authorization);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    private static readonly HttpClient Http = new();

    private static string? Told(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.Single() : answer.Headers.TryGetValues(name, out var header) ? header.Single() : null;

    private static (Random, int) Dice()
    {
        var seed = Random.Shared.Next();
        return (new Random(seed), seed);
    }

    private static Task InParallel<T>(IEnumerable<T> cases, Func<T, Task> check) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (one, _) => await check(one));

    private static async Task<RpcException?> Failure(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    /// <summary>The token with the decoded bytes of one part mutated.</summary>
    private static string Mutated(Forge forge, Random random)
    {
        var part = random.Next(3);
        return Forge.Joined(forge.Parts.Select((bytes, i) => i == part ? Mutation(bytes, random) : bytes));
    }

    private static byte[] Mutation(byte[] bytes, Random random)
    {
        while (true)
        {
            var at = random.Next(bytes.Length + 1);
            var mutated = random.Next(5) switch
            {
                0 when at < bytes.Length => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                2 when at < bytes.Length => [.. bytes[..at], .. bytes[(at + 1)..]],
                3 => bytes[..at],
                _ => (byte[])[.. bytes[..at], .. RandomBytes(random, random.Next(1, 8)), .. bytes[Math.Min(bytes.Length, at + 4)..]],
            };
            if (!mutated.AsSpan().SequenceEqual(bytes)) return mutated;
        }
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
