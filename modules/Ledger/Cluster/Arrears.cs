namespace EqualitiesPlatform.Ledger;

/// <summary>Whether something that follows the ledger has owed one position for longer than a grace.</summary>
internal sealed class Arrears(TimeSpan grace)
{
    private readonly Lock gate = new();
    private (long Position, DateTimeOffset Since)? awaited;

    /// <summary>How long a position has been owed, once that is longer than the grace; else null.</summary>
    public TimeSpan? Late(long recorded, long reached, DateTimeOffset now)
    {
        lock (gate)
        {
            if (awaited is not { } mark || reached >= mark.Position)
            {
                awaited = (recorded, now);
                return null;
            }

            var owed = now - mark.Since;
            return owed > grace ? owed : null;
        }
    }
}
