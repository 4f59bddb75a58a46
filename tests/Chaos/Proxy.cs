using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EqualitiesPlatform.Chaos;

/// <summary>Stands between one silo and PostgreSQL, and does to their connections what networks do.</summary>
internal sealed class Proxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Pair, bool> _pairs = new();
    private readonly Func<int> _server;
    private volatile bool _losesAnswers;
    private volatile bool _isDeaf;
    private volatile int _delay;

    /// <param name="server">PostgreSQL's port, which may change when it starts again.</param>
    public Proxy(Func<int> server)
    {
        _server = server;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every byte arrives so many milliseconds late.</summary>
    public int Delay { set => _delay = value; }

    /// <summary>Ends all connections at both ends.</summary>
    public void Cut()
    {
        foreach (var pair in _pairs.Keys) pair.Close();
    }

    /// <summary>Requests arrive and are carried out; no answer comes back, and then the connection is gone.</summary>
    public async Task LoseAnswers(TimeSpan duration)
    {
        _losesAnswers = true;
        await Task.Delay(duration);
        Cut();
        _losesAnswers = false;
    }

    /// <summary>The server's end is gone, and the silo is not told; nor is it told of what it tries anew.</summary>
    public async Task HalfOpen(TimeSpan duration)
    {
        _isDeaf = true;
        foreach (var pair in _pairs.Keys) pair.Server.Close();
        await Task.Delay(duration);
        _isDeaf = false;
        Cut();
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                _ = Serve(await _listener.AcceptTcpClientAsync());
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.Interrupted))
            {
                // One that was gone before it was accepted, or one too many just now: the next may be well.
                await Task.Delay(10);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // No longer asked for.
            }
        }
    }

    private async Task Serve(TcpClient silo)
    {
        var pair = new Pair(silo, new TcpClient());
        _pairs[pair] = true;
        try
        {
            pair.Silo.NoDelay = pair.Server.NoDelay = true;
            if (!_isDeaf) await pair.Server.ConnectAsync(IPAddress.Loopback, _server());
            while (_isDeaf) await Task.Delay(50);
            await Task.WhenAny(Pump(pair.Silo.GetStream(), pair.Server.GetStream(), toSilo: false), Pump(pair.Server.GetStream(), pair.Silo.GetStream(), toSilo: true));
            while (_isDeaf) await Task.Delay(50);
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
        {
            // Closed below.
        }
        finally
        {
            _pairs.TryRemove(pair, out _);
            pair.Close();
        }
    }

    private async Task Pump(NetworkStream from, NetworkStream to, bool toSilo)
    {
        var buffer = new byte[65_536];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer)) > 0)
            {
                if (_delay is > 0 and var delay) await Task.Delay(delay);
                if (toSilo && _losesAnswers) continue;
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other direction ends with it.
        }
    }

    private sealed record Pair(TcpClient Silo, TcpClient Server)
    {
        public void Close()
        {
            Silo.Close();
            Server.Close();
        }
    }
}
