using System.Net;
using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EqualitiesPlatform.Platform;

/// <summary>The whole platform in one process: silo, gRPC and projections.</summary>
public static class PlatformHost
{
    private const int LargestHeaders = 128 * 1024;

    /// <summary>Builds the platform; nothing is started yet.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddOptions<PlatformOptions>().BindConfiguration("Platform")
            .Validate(o => IPAddress.TryParse(o.Address, out _), "Platform__Address is the IP address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for every address it has.")
            .Validate(o => o.GrpcPort is >= 0 and < 65536 && o.HealthPort is >= 0 and < 65536, "Platform__GrpcPort and Platform__HealthPort are port numbers, 0 for any free one.")
            .ValidateOnStart();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 256;
            // Above what a token may be, so that one too long gets an answer in gRPC and not a lost connection.
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LargestHeaders;
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<PlatformOptions>>().Value;
            kestrel.Listen(IPAddress.Parse(options.Address), options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Parse(options.Address), options.HealthPort, listen => listen.Protocols = HttpProtocols.Http1);
        });

        builder.AddLedger()
            .AddDisclosure()
            .AddCommitments()
            .AddObjectives()
            .AddCases()
            .AddEngagement()
            .AddAssessments()
            .AddGovernance();
        builder.AddSilo();
        builder.Services.AddSignIn(builder.Configuration);
        builder.Services.AddSystemd();
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks();
        builder.AddTelemetry();

        var app = builder.Build();
        app.UseAnswersToUnread();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapLedger();
        app.MapDisclosure();
        app.MapCommitments();
        app.MapObjectives();
        app.MapCases();
        app.MapEngagement();
        app.MapAssessments();
        app.MapGovernance();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService();
        app.MapHealthChecks("/livez", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        return app;
    }

    /// <summary>Traces, metrics and logs, where an OTLP endpoint is configured; else nobody would read them.</summary>
    private static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 }) return;
        builder.Services.AddOpenTelemetry()
            .WithTracing(t => t.AddAspNetCoreInstrumentation().AddSource("Microsoft.Orleans.Application").AddNpgsql().AddOtlpExporter())
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddMeter("Microsoft.Orleans", "Npgsql", LedgerModule.Meter).AddOtlpExporter());
        builder.Logging.AddOpenTelemetry(l => l.AddOtlpExporter());
    }
}

/// <summary>Where the platform listens.</summary>
public sealed class PlatformOptions
{
    /// <summary>The IP address to listen on. What listens beyond this machine belongs behind something that ends TLS.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port of gRPC, plain HTTP/2.</summary>
    public int GrpcPort { get; set; } = 5400;

    /// <summary>The port of /livez and /readyz.</summary>
    public int HealthPort { get; set; } = 5401;
}
