using System.Collections.Concurrent;
using System.Net;
using EqualitiesPlatform.Ledger;
using Microsoft.AspNetCore.Connections;

namespace EqualitiesPlatform.Platform;

/// <summary>How many connections one address may have open; one more is closed before anything is read from it.</summary>
internal sealed class ConnectionsByAddress(int most)
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Counts the connections of a listener.</summary>
    public void Count(IConnectionBuilder listener) => listener.Use(next => async connection =>
    {
        var address = Doorstep.AddressOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        try
        {
            if (_open.AddOrUpdate(address, 1, (_, open) => open + 1) > most) connection.Abort();
            else await next(connection);
        }
        finally
        {
            if (_open.AddOrUpdate(address, 0, (_, open) => open - 1) == 0) _open.TryRemove(new(address, 0));
        }
    });
}
