using EqualitiesPlatform.Ledger.Append;

namespace EqualitiesPlatform.Ledger;

/// <summary>How many documents of a register say the same in some fields.</summary>
/// <param name="Fields">What they say, in the order of the fields; null for nothing.</param>
public sealed record TallyRow(IReadOnlyList<string?> Fields, int Count);

/// <summary>Counts registers, in the database.</summary>
public sealed class Tallies
{
    private readonly LedgerDatabase _database;

    internal Tallies(LedgerDatabase database) => _database = database;

    /// <summary>
    /// Counts a register's documents by fields, named as in the document: <c>status</c>, a whole list as JSON among them;
    /// <c>expectations.status</c> for a field of each entry of a list. Two fields of one list speak of the same entry.
    /// </summary>
    /// <param name="organisation">Only what this organisation may see; null for everything.</param>
    /// <exception cref="LedgerException">Unavailable: the database is away.</exception>
    public async Task<IReadOnlyList<TallyRow>> Of<TDocument>(PartnerId? organisation, IReadOnlyList<string> fields, CancellationToken ct = default)
        where TDocument : class, IRegister<TDocument>
    {
        var lists = fields.Where(f => f.Contains('.')).Select(List).Distinct().ToArray();
        var columns = string.Join(", ", fields.Select(f => Column(f, lists)));
        var from = string.Concat(lists.Select((list, i) => $" cross join lateral jsonb_array_elements(d.data -> '{list}') as l{i}(entry)"));
        try
        {
            await using var command = _database.Source.CreateCommand(
                $"""
                select {columns}, count(*)::int from mt_doc_{typeof(TDocument).Name.ToLowerInvariant()} d{from}
                where $1::text is null or d.data -> 'organisations' @> to_jsonb($1::text)
                group by {string.Join(", ", fields.Select((_, i) => i + 1))} order by {string.Join(", ", fields.Select((_, i) => i + 1))}
                """);
            command.Parameters.Add(new() { Value = (object?)organisation?.ToString() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            await using var rows = await command.ExecuteReaderAsync(ct);
            var tally = new List<TallyRow>();
            while (await rows.ReadAsync(ct))
                tally.Add(new([.. Enumerable.Range(0, fields.Count).Select(i => rows.IsDBNull(i) ? null : rows.GetString(i))], rows.GetInt32(fields.Count)));
            return tally;
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    private static string List(string field) => field[..field.IndexOf('.')];

    private static string Column(string field, string[] lists) =>
        field.Contains('.') ? $"l{Array.IndexOf(lists, List(field))}.entry ->> '{field[(field.IndexOf('.') + 1)..]}'"
        : $"d.data ->> '{field}'";
}
