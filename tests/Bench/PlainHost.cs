using System.Net;
using Equalities.Bench.V1;
using EqualitiesPlatform.Ledger;
using Grpc.Core;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EqualitiesPlatform.Bench;

/// <summary>An update, as the peer stores it.</summary>
public sealed record PlainProgressReported(string Status, string Narrative, int Percent, DateOnly EffectiveOn);

/// <summary>What the peer needs to know to decide.</summary>
public sealed class PlainCommitment
{
    /// <summary>The stream's key.</summary>
    public string Id { get; set; } = "";

    /// <summary>How it stands.</summary>
    public string Status { get; set; } = "";

    /// <summary>An update was reported.</summary>
    public void Apply(PlainProgressReported reported) => Status = reported.Status;
}

/// <summary>The peer: Marten's FetchForWriting for each call, with the product's own sign-in and one role; nothing else.</summary>
internal static class PlainHost
{
    public static async Task Run(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSignIn(builder.Configuration);
        builder.Services.AddGrpc();
        builder.Services.AddMarten(options =>
        {
            options.Connection(Surroundings.Database.ConnectionString);
            options.DatabaseSchemaName = "plain";
            options.Events.StreamIdentity = StreamIdentity.AsString;
            options.UseSystemTextJsonForSerialization();
        }).UseLightweightSessions().ApplyAllDatabaseChangesOnStartup();
        var app = builder.Build();
        app.UseSignIn();
        app.UseAuthorization();
        app.MapGrpcService<PlainEndpoint>();
        await app.RunAsync();
    }
}

[Authorize(Roles = "PartnerLead")]
internal sealed class PlainEndpoint(IDocumentStore store) : PlainService.PlainServiceBase
{
    public override async Task<ReportResponse> Report(ReportRequest request, ServerCallContext context)
    {
        await using var session = store.LightweightSession();
        var stream = await session.Events.FetchForWriting<PlainCommitment>("plain/" + request.Stream);
        stream.AppendOne(new PlainProgressReported(request.Status, request.Narrative, request.Percent, DateOnly.FromDateTime(DateTime.UtcNow)));
        try
        {
            await session.SaveChangesAsync();
        }
        catch (JasperFx.ConcurrencyException)
        {
            throw new RpcException(new Status(StatusCode.Aborted, "Somebody else wrote first."));
        }
        return new ReportResponse { Version = (stream.StartingVersion ?? 0) + 1 };
    }
}
