using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Equalities.Commitments.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Refusals as clients see them that share no code with the platform: Node's grpc-js, and buf curl.</summary>
[Collection(nameof(Guarded))]
public sealed class ClientsTests(PlatformFixture platform)
{
    private static readonly string Tools = Environment.GetEnvironmentVariable("EQUALITIES_TOOLS") ?? Metadata("Tools");
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Clients", "refusals.mjs");

    private sealed record Heard(string Code, string? Message, string? Reason);

    [Fact]
    public async Task A_program_in_Node_is_told_in_gRPC_why_it_is_refused()
    {
        var auditor = await Token("auditor");
        var anothers = (await new PartnerService.PartnerServiceClient(platform.Channel).RegisterPartnerAsync(
            new() { RequestId = "register-elsewhere", Name = "elsewhere", Type = OrganisationType.Private }, await platform.As("administrator"))).Receipt.Stream["partner/".Length..];
        object Call(string service, string method, object request, string? token) => new { service, method, request, token };
        var argument = JsonSerializer.Serialize(new
        {
            tools = Tools,
            protos = Directory.EnumerateDirectories(Metadata("Modules")).Select(module => Path.Combine(module, "Protos")),
            address = platform.Address.Authority,
            calls = new[]
            {
                Call("equalities.ledger.v1.ClockService", "ReadClock", new { }, auditor),
                Call("equalities.ledger.v1.ClockService", "ReadClock", new { }, null),
                Call("equalities.ledger.v1.ClockService", "ReadClock", new { }, auditor[..^4] + "AAAA"),
                Call("equalities.commitments.v1.PartnerService", "RegisterPartner", new { requestId = "mine", name = "Mine" }, auditor),
                Call("equalities.commitments.v1.PartnerService", "GetPartner", new { partnerId = anothers }, await Token("nobody-lead")),
                Call("equalities.commitments.v1.PartnerService", "GetPartner", new { partnerId = "not a key" }, auditor),
            },
        });
        var (said, complaints) = await Run("node", Script, argument);
        complaints.Should().BeEmpty();
        JsonSerializer.Deserialize<Heard[]>(said, JsonSerializerOptions.Web)!.Select(h => $"{h.Code} {h.Reason}").Should().Equal(
            "OK ", "UNAUTHENTICATED NO_VALID_TOKEN", "UNAUTHENTICATED NO_VALID_TOKEN", "PERMISSION_DENIED ROLE_NOT_ALLOWED", "PERMISSION_DENIED ROLE_NOT_ALLOWED", "INVALID_ARGUMENT ");
    }

    [Theory]
    [InlineData(null, "unauthenticated", "A valid access token is needed.")]
    [InlineData("governance-officer", "permission_denied", "Your roles do not allow this.")]
    [InlineData("auditor", "", "")]
    public async Task Buf_curl_finds_the_rpc_by_reflection_and_is_told_why_it_is_refused(string? persona, string code, string sentence)
    {
        string[] token = persona is null ? [] : ["-H", $"Authorization: Bearer {await Token(persona)}"];
        var (said, complaints) = await Run(
            Path.Combine(Tools, ".bin", "buf"),
            ["curl", "--http2-prior-knowledge", "--protocol", "grpc", .. token, "-d", """{"page_size": 1}""", $"{platform.Address}equalities.ledger.v1.AccessLogService/ReadAccessLog"]);
        if (code.Length == 0) JsonDocument.Parse(said).RootElement.ValueKind.Should().Be(JsonValueKind.Object, complaints);
        else complaints.Should().Contain($"\"code\": \"{code}\"").And.Contain(sentence);
    }

    private static string Metadata(string key) => typeof(ClientsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private async Task<string> Token(string persona) => (await platform.As(persona)).Headers!.GetValue("authorization")!["Bearer ".Length..];

    private static async Task<(string Said, string Complaints)> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (said, await complaints);
    }
}
