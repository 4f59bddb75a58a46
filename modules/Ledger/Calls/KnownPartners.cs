using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Ledger;

/// <summary>Whether the organisations that a request names are on record, where no rule of the domain asks.</summary>
public static class KnownPartners
{
    /// <summary>Refuses fields that name an organisation that is no partner: a slip of the pen would stand on record for ever.</summary>
    /// <exception cref="FieldsException">Each field that names none.</exception>
    public static async Task DemandPartners(this EventReader reader, IEnumerable<(string Field, PartnerId Partner)> named, CancellationToken ct)
    {
        var unknown = new List<(string, string)>();
        foreach (var (field, partner) in named)
            if (!await reader.Has(StreamKey.Of(PartnerId.Kind, partner.Value), ct)) unknown.Add((field, "There is no such organisation on record; partners list shows those there are."));
        if (unknown.Count > 0) throw new FieldsException(unknown);
    }
}
