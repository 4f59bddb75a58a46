namespace EqualitiesPlatform.Ledger;

/// <summary>An event exactly as it is stored: its JSON as text in UTF-8, not yet read as any type.</summary>
/// <param name="Position">Its global position.</param>
/// <param name="Stream">Its stream's key.</param>
/// <param name="Version">Its version in the stream, from 1, gapless.</param>
/// <param name="StoredName">Its stored name.</param>
/// <param name="RecordedAt">When it was recorded, by the platform's clock.</param>
/// <param name="Correlation">What ties it to its cause.</param>
/// <param name="Headers">Its occasion, as JSON.</param>
/// <param name="Data">Its content, as JSON.</param>
public sealed record StoredEvent(
    long Position, string Stream, long Version, string StoredName, DateTimeOffset RecordedAt,
    string Correlation, ReadOnlyMemory<byte> Headers, ReadOnlyMemory<byte> Data);
