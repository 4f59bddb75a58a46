using System.Diagnostics;
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
using OpenTelemetry;
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
            .Validate(o => IPAddress.TryParse(o.Address, out _) && IPAddress.TryParse(o.HealthAddress, out _), "Platform__Address and Platform__HealthAddress are IP addresses to listen on, such as 127.0.0.1, or 0.0.0.0 for all.")
            .Validate(o => o.CertificateFile.Length == 0 == (o.CertificateKeyFile.Length == 0), "Set both Platform__CertificateFile and Platform__CertificateKeyFile, or neither.")
            .Validate(o => o.HasCertificate || o.PlainTextBeyondLoopback || !IPAddress.TryParse(o.Address, out var address) || IPAddress.IsLoopback(address),
                "Beyond loopback gRPC is served over TLS: set Platform__CertificateFile and Platform__CertificateKeyFile, or say Platform__PlainTextBeyondLoopback=true where something else adds TLS on a network that you trust.")
            .Validate(o => o.GrpcPort is >= 0 and < 65536 && o.HealthPort is >= 0 and < 65536, "Platform__GrpcPort and Platform__HealthPort are port numbers, 0 for any free one.")
            .Validate(o => o.ConnectionsPerAddress >= 1, "Platform__ConnectionsPerAddress is at least 1.")
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PlatformOptions>>(new CertificateCanBeRead());
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 256;
            // Above what a token may be, so that one too long gets an answer in gRPC and not a lost connection.
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LargestHeaders;
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<PlatformOptions>>().Value;
            var connections = new ConnectionsByAddress(options.ConnectionsPerAddress);
            kestrel.Listen(IPAddress.Parse(options.Address), options.GrpcPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                connections.Count(listen);
                if (!options.HasCertificate) return;
                var log = kestrel.ApplicationServices.GetRequiredService<ILogger<ServerCertificate>>();
                listen.UseHttps(new ServerCertificate(options.CertificateFile, options.CertificateKeyFile, log).Handshake);
            });
            kestrel.Listen(IPAddress.Parse(options.HealthAddress), options.HealthPort, listen => listen.Protocols = HttpProtocols.Http1);
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
        builder.AddDashboard();
        builder.Services.AddSystemd();
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks();
        builder.AddTelemetry();
        builder.Logging.NameNoRecords();

        var app = builder.Build();
        app.UseAnswersToUnread();
        app.UseLongestCall();
        app.UseDoorstep();
        app.UseSignIn();
        app.UseAuthorization();
        app.MapLedger();
        app.MapDisclosure();
        app.MapCommitments();
        app.MapObjectives();
        app.MapCases();
        app.MapEngagement();
        app.MapAssessments();
        app.MapGovernance();
        app.MapDashboard();
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
            .WithTracing(t => t.AddAspNetCoreInstrumentation().AddSource("Microsoft.Orleans.Application").AddNpgsql().AddProcessor(new WithoutRecords()).AddOtlpExporter())
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddMeter("Microsoft.Orleans", "Npgsql", LedgerModule.Meter).AddOtlpExporter());
        builder.Logging.AddOpenTelemetry(l => l.AddOtlpExporter());
    }
}

/// <summary>Takes out of a span which record a grain call went to or came from: a case's id is nobody's business who reads traces.</summary>
internal sealed class WithoutRecords : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnEnd(Activity data) => data.SetTag("orleans.rpc.target_id", null).SetTag("orleans.rpc.source_id", null);
}

/// <summary>Where the platform listens, and how: plain HTTP/2 on loopback, TLS with a certificate.</summary>
public sealed class PlatformOptions
{
    /// <summary>The address on which gRPC listens.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port of gRPC.</summary>
    public int GrpcPort { get; set; } = 5400;

    /// <summary>The certificate for TLS, with those that vouch for it, in a PEM file; without one gRPC is plain HTTP/2.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The certificate's key, in a PEM file. A secret.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>Whether plain HTTP/2 may be served beyond loopback, too.</summary>
    public bool PlainTextBeyondLoopback { get; set; }

    /// <summary>The address on which /livez and /readyz listen.</summary>
    public string HealthAddress { get; set; } = "127.0.0.1";

    /// <summary>How many connections one address may have open; more where a proxy makes all of them.</summary>
    public int ConnectionsPerAddress { get; set; } = 500;

    /// <summary>Whether administrators get the Orleans Dashboard, under /orleans on the health port; each silo then counts its grain calls.</summary>
    public bool Dashboard { get; set; }

    internal bool HasCertificate => CertificateFile.Length > 0 && CertificateKeyFile.Length > 0;

    /// <summary>The port of /livez and /readyz.</summary>
    public int HealthPort { get; set; } = 5401;
}

/// <summary>Says at start what is wrong with the certificate.</summary>
internal sealed class CertificateCanBeRead : IValidateOptions<PlatformOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PlatformOptions options) =>
        options.HasCertificate && ServerCertificate.Fault(options.CertificateFile, options.CertificateKeyFile) is { } fault
            ? ValidateOptionsResult.Fail(fault)
            : ValidateOptionsResult.Success;
}
