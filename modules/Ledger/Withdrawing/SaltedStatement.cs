using System.Text.Json;

namespace EqualitiesPlatform.Ledger;

/// <summary>A statement as it is stored: the text in the event, and its salt beside the event.</summary>
/// <param name="Member">The member of the event.</param>
/// <param name="Salt">The salt, in hexadecimal digits.</param>
/// <param name="Text">The text.</param>
internal sealed record SaltedStatement(string Member, string Salt, string Text)
{
    /// <summary>The statements of an event that have not been withdrawn.</summary>
    public static IReadOnlyList<SaltedStatement> In(StoredEvent stored)
    {
        if (stored.Headers.Span.IndexOf("\"salts\""u8) < 0) return [];
        using var headers = JsonDocument.Parse(stored.Headers);
        if (!OccasionHeaders.In(headers.RootElement).TryGetProperty("salts", out var salts)) return [];
        using var data = JsonDocument.Parse(stored.Data);
        return
        [
            .. from salt in salts.EnumerateObject()
               where data.RootElement.TryGetProperty(salt.Name, out var text) && text.ValueKind == JsonValueKind.String
               select new SaltedStatement(salt.Name, salt.Value.GetString()!, data.RootElement.GetProperty(salt.Name).GetString()!),
        ];
    }

    /// <summary>The members of an event whose texts were withdrawn.</summary>
    public static IReadOnlyList<string> WithdrawnFrom(StoredEvent stored) =>
        stored.Headers.Span.IndexOf("\"withdrawn\""u8) >= 0 ? OccasionHeaders.Parse(stored.Headers).Withdrawn ?? [] : [];
}
