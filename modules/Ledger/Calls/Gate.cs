using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Claims;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace EqualitiesPlatform.Ledger;

/// <summary>The rpcs of this process with what each declares beside its definition.</summary>
public sealed class Rpcs
{
    private readonly FrozenDictionary<string, MethodDescriptor> _methods;

    // Kept, because a descriptor gives out a copy of its options each time.
    private readonly FrozenDictionary<string, Access?> _access;

    internal Rpcs(IEnumerable<FileDescriptor> files)
    {
        _methods = files.SelectMany(f => f.Services).SelectMany(s => s.Methods)
            .ToFrozenDictionary(m => $"/{m.Service.FullName}/{m.Name}");
        _access = _methods.ToFrozenDictionary(m => m.Key, m => m.Value.GetOptions()?.GetExtension(OptionsExtensions.Access));
    }

    /// <summary>Every rpc.</summary>
    public IEnumerable<MethodDescriptor> All => _methods.Values.OrderBy(m => m.FullName, StringComparer.Ordinal);

    /// <summary>What an rpc declares of its access; null when it declares nothing, and so nobody may call it.</summary>
    public Access? AccessTo(string method) => _access.GetValueOrDefault(method);

    /// <summary>Whether an rpc streams, in either direction; null when there is no such rpc.</summary>
    public bool? Streams(string method) => _methods.TryGetValue(method, out var rpc) ? rpc.IsClientStreaming || rpc.IsServerStreaming : null;
}

/// <summary>
/// The one interceptor: deny by default, and one translation of every failure. An rpc's roles stand beside its
/// definition; who leads which organisation, and who holds an office no more, stands in the ledger; configuration only names
/// the claims.
/// </summary>
internal sealed class Gate(Rpcs rpcs, RoleHolders holders, IAffiliations affiliations, LedgerClock clock, Pace pace, AccessLog accessLog, Veil veil, ILogger<Gate> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var place = await Enter(context);
            var response = await continuation(request, context);
            await Release(context, request as IMessage, response);
            return response;
        }
        catch (Exception e)
        {
            throw Translated(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var place = await Enter(context);
            var response = await continuation(requestStream, context);
            await Release(context, null, response);
            return response;
        }
        catch (Exception e)
        {
            throw Translated(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var place = await Enter(context);
            await continuation(request, new Released<TResponse>(responseStream, answer => Release(context, request as IMessage, answer)), context);
        }
        catch (Exception e)
        {
            throw Translated(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            using var place = await Enter(context);
            await continuation(requestStream, new Released<TResponse>(responseStream, answer => Release(context, null, answer)), context);
        }
        catch (Exception e)
        {
            throw Translated(e, context);
        }
    }

    private async Task<IDisposable?> Enter(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        Unread.Reached(http);
        var place = http.User.FindFirstValue("oid") is { } subject ? pace.Count($"{http.User.FindFirstValue("tid")}/{subject}") : null;
        try
        {
            await Admit(context);
            return place;
        }
        catch
        {
            place?.Dispose();
            throw;
        }
    }

    /// <summary>Admits a call, or one item of a bulk call.</summary>
    internal async Task Admit(ServerCallContext context)
    {
        if (context.Method.StartsWith("/grpc.", StringComparison.Ordinal)) return; // Health and reflection tell no one's business.
        var access = rpcs.AccessTo(context.Method) ?? throw Statuses.NotAllowed();
        var principal = context.GetHttpContext().User;
        if (principal.Identity?.IsAuthenticated != true || principal.FindFirstValue("oid") is null) throw Statuses.NotSignedIn();
        var (person, role) = await holders.In(access.Roles, principal) ?? throw Statuses.NotAllowed(access.Roles);
        PartnerId? organisation = null;
        if (Roles.OwnOrganisationOnly(role))
        {
            var today = LedgerClock.DayOf(clock.GetUtcNow());
            organisation = (role is Role.PartnerLead ? affiliations.LedBy(person, today) : affiliations.ContributedToBy(person, today)) ?? throw Statuses.OfNoOrganisation();
        }
        AccessLog.Follow(context, access);
        context.UserState[typeof(Caller)] = new Caller(
            new Actor(person, role, organisation), RoleHolders.TenantOf(principal), Activity.Current?.TraceId.ToString() ?? Guid.CreateVersion7().ToString("N"));
    }

    /// <summary>Lets an answer go: without what its caller may not see, and when its trace is in the access log.</summary>
    private ValueTask Release(ServerCallContext context, IMessage? request, object? answer)
    {
        if (answer is IMessage message && context.UserState.TryGetValue(typeof(Caller), out var caller)) veil.Cover(message, ((Caller)caller).Actor.Role);
        return accessLog.Write(context, request);
    }

    /// <summary>A stream of answers, each of which goes out when it is released.</summary>
    private sealed class Released<T>(IServerStreamWriter<T> answers, Func<T, ValueTask> release) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => answers.WriteOptions;
            set => answers.WriteOptions = value;
        }

        public async Task WriteAsync(T message)
        {
            await release(message);
            await answers.WriteAsync(message);
        }

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            await release(message);
            await answers.WriteAsync(message, cancellationToken);
        }
    }

    internal RpcException Translated(Exception e, ServerCallContext context)
    {
        var refusal = Told(e, context);
        if (refusal.StatusCode is StatusCode.PermissionDenied or StatusCode.ResourceExhausted)
        {
            var actor = context.UserState.TryGetValue(typeof(Caller), out var caller) ? ((Caller)caller).Actor : null;
            log.LogWarning("{Method} was refused: {Reason}, to {Role} {Person}", context.Method, refusal.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason, actor?.Role, actor?.Person);
        }
        return refusal;
    }

    private RpcException Told(Exception e, ServerCallContext context)
    {
        if (e is RpcException said) return said;
        if (e is OperationCanceledException && context.CancellationToken.IsCancellationRequested)
            return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        if (Statuses.Of(e) is { } status) return status;
        var trace = Activity.Current?.TraceId.ToString() ?? context.GetHttpContext().TraceIdentifier;
        log.LogError(e, "{Method} failed; trace {Trace}", context.Method, trace);
        return Statuses.Internal(trace);
    }
}
