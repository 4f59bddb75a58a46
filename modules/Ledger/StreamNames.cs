namespace EqualitiesPlatform.Ledger;

/// <summary>Streams as callers write them.</summary>
internal static class StreamNames
{
    /// <summary>A stream's key from its kind, a slash, and an id or the policy pack's key.</summary>
    /// <exception cref="FieldsException">It is none.</exception>
    public static string Read(string stream, Catalogue catalogue, IPolicy policy)
    {
        var slash = stream.IndexOf('/');
        if (slash > 0 && catalogue.Knows(stream[..slash]))
        {
            var key = stream[(slash + 1)..];
            if (Guid.TryParse(key, out var id)) return StreamKey.Of(stream[..slash], id);
            if (Fields.IsKebabCase(key)) return StreamKey.Of(stream[..slash], NameBasedId.Of(policy.Namespace, $"{stream[..slash]}:{key}"));
        }
        throw new FieldsException([("stream", $"A stream's key is its kind, a slash, and an id or key, such as partner/capita. Kinds are {string.Join(", ", catalogue.Kinds)}.")]);
    }
}
