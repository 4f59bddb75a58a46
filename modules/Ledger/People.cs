using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Append;

namespace EqualitiesPlatform.Ledger;

/// <summary>What is known of a person, outside the ledger and erasable.</summary>
/// <param name="Name">The name, if known.</param>
/// <param name="Contact">How to reach them, if known.</param>
/// <param name="Characteristics">Their protected characteristics, where they told of them.</param>
/// <param name="Groups">The groups that they belong to, such as <c>characteristic:age</c> or <c>group:carers</c>, where they told of them.</param>
public sealed record PersonRecord(string? Name, string? Contact, IReadOnlyList<ProtectedCharacteristic>? Characteristics = null, IReadOnlyList<string>? Groups = null);

/// <summary>
/// The one erasable store of people. Events know a person by a random id only; here stands what that id means, sealed
/// with a key of the person's own, which is wrapped by the installation's key. Destroying the person's key erases them,
/// and no event changes.
/// </summary>
public sealed class People
{
    private readonly LedgerDatabase _database;
    private readonly byte[] _installationKey;
    private readonly Func<Task> _tellEverySilo;
    private ConcurrentDictionary<string, PersonId> _known = new(StringComparer.Ordinal);
    private long _erasures = -1;

    internal People(LedgerDatabase database, byte[] installationKey, Func<Task> tellEverySilo) =>
        (_database, _installationKey, _tellEverySilo) = (database, installationKey, tellEverySilo);

    /// <summary>The person behind a sign-in, met now or before.</summary>
    /// <param name="tenant">The identity provider's tenant.</param>
    /// <param name="subject">The person's id there.</param>
    public async Task<PersonId> SignedIn(string tenant, string subject)
    {
        var signIn = $"{tenant}/{subject}";
        // The memory of before the look-up: if somebody is erased meanwhile, it is a forgotten one.
        var memory = Volatile.Read(ref _known);
        if (memory.TryGetValue(signIn, out var known)) return known;
        try
        {
            return memory[signIn] = await Meet(signIn, new PersonRecord(null, null));
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    /// <summary>The person behind a sign-in, if they were ever met; looking enters nobody.</summary>
    public async Task<PersonId?> Met(string tenant, string subject)
    {
        await using var command = _database.Source.CreateCommand("select person from ledger_person where sign_in = $1");
        command.Parameters.Add(new() { Value = Digest($"{tenant}/{subject}") });
        return await command.ExecuteScalarAsync() is Guid person ? new PersonId(person) : null;
    }

    /// <summary>What is known of a person; null when they were erased, or never met.</summary>
    public async Task<PersonRecord?> Find(PersonId person)
    {
        await using var command = _database.Source.CreateCommand(
            "select p.sealed, k.wrapped from ledger_person p join ledger_person_key k using (person) where p.person = $1");
        command.Parameters.Add(new() { Value = person.Value });
        await using var row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync()) return null;
        var key = Open(_installationKey, row.GetFieldValue<byte[]>(1), person);
        return JsonSerializer.Deserialize<PersonRecord>(Open(key, row.GetFieldValue<byte[]>(0), person));
    }

    /// <summary>Keeps what is known of a person, in the place of what was known.</summary>
    public async Task Keep(PersonId person, PersonRecord record)
    {
        var key = await KeyOf(person) ?? throw NobodyThere();
        await using var keep = _database.Source.CreateCommand("update ledger_person set sealed = $2 where person = $1");
        foreach (var value in new object[] { person.Value, Seal(key, JsonSerializer.SerializeToUtf8Bytes(record), person) })
            keep.Parameters.Add(new() { Value = value });
        await keep.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Enters somebody who does not sign in, such as whom a case is about; once, however often it is said, and loosely until
    /// it is settled. True when they are new.
    /// </summary>
    /// <exception cref="LedgerException">NotFound: they were erased.</exception>
    public async Task<bool> Enter(PersonId person, PersonRecord record)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        await using var command = _database.Source.CreateCommand(
            """
            with entered as (
              insert into ledger_person (person, sealed) select $1, $2 where not exists (select from ledger_person_erased where person = $1)
              on conflict (person) do nothing returning person
            ), keyed as (insert into ledger_person_key (person, wrapped) select person, $3 from entered),
            loose as (
              insert into ledger_person_loose (id, person) select $1, $1 where not exists (select from ledger_person_erased where person = $1)
              on conflict (id) do update set since = now())
            select count(*) from entered
            """);
        foreach (var value in new object[] { person.Value, Seal(key, JsonSerializer.SerializeToUtf8Bytes(record), person), Seal(_installationKey, key, person) })
            command.Parameters.Add(new() { Value = value });
        var entered = await command.ExecuteScalarAsync() is 1L;
        return entered || await KeyOf(person) is not null ? entered : throw NobodyThere();
    }

    /// <summary>Keeps a text about a person, once however often it is said, and loosely until it is settled. True when it is new.</summary>
    /// <exception cref="LedgerException">NotFound: there is no such person, or they were erased.</exception>
    public async Task<bool> Write(PersonId person, TextId text, string words)
    {
        var key = await KeyOf(person) ?? throw NobodyThere();
        await using var command = _database.Source.CreateCommand(
            """
            with written as (
              insert into ledger_person_text (text, person, sealed) select $1, person, $3 from ledger_person_key where person = $2
              on conflict (text) do nothing returning text
            ), loose as (insert into ledger_person_loose (id, person) values ($1, $2) on conflict (id) do update set since = now())
            select count(*) from written
            """);
        foreach (var value in new object[] { text.Value, person.Value, Seal(key, Encoding.UTF8.GetBytes(words), person) })
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync() is 1L;
    }

    /// <summary>
    /// Notes that what was written loosely, under these ids of texts and of those entered, is in the ledger now. When the
    /// database is away it stays loose, and a sweep will find it in the ledger.
    /// </summary>
    public async Task Settle(IReadOnlyList<Guid> written)
    {
        try
        {
            await using var command = _database.Source.CreateCommand("delete from ledger_person_loose where id = any($1)");
            command.Parameters.Add(new() { Value = written.ToArray() });
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
        }
    }

    /// <summary>Takes back what came to nothing: a text, or somebody who was entered with all that was written about them.</summary>
    public async Task TakeBack(Guid written)
    {
        await using var command = _database.Source.CreateCommand(
            """
            with gone as (delete from ledger_person_loose where id = $1 or person = $1),
              keyless as (delete from ledger_person_key where person = $1), nobody as (delete from ledger_person where person = $1)
            delete from ledger_person_text where text = $1 or person = $1
            """);
        command.Parameters.Add(new() { Value = written });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Takes back all that has been loose for so long and that no event names: whatever it was written for ended before
    /// it came into the ledger. Gives how many texts and entries were taken back.
    /// </summary>
    public async Task<int> Sweep(TimeSpan old, CancellationToken ct = default)
    {
        var loose = new List<Guid>();
        await using (var command = _database.Source.CreateCommand("select id from ledger_person_loose where since <= now() - $1"))
        {
            command.Parameters.Add(new() { Value = old });
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) loose.Add(rows.GetGuid(0));
        }
        var swept = 0;
        foreach (var id in loose)
        {
            await using var find = _database.Unbounded.CreateCommand("select exists (select from mt_events where position($1 in data::text) > 0)");
            find.Parameters.Add(new() { Value = id.ToString() });
            if (await find.ExecuteScalarAsync(ct) is true) await Settle([id]);
            else
            {
                await TakeBack(id);
                swept++;
            }
        }
        return swept;
    }

    /// <summary>The texts about a person; none when they were erased.</summary>
    public async Task<IReadOnlyDictionary<TextId, string>> Texts(PersonId person)
    {
        if (await KeyOf(person) is not { } key) return new Dictionary<TextId, string>();
        await using var command = _database.Source.CreateCommand("select text, sealed from ledger_person_text where person = $1");
        command.Parameters.Add(new() { Value = person.Value });
        await using var rows = await command.ExecuteReaderAsync();
        var texts = new Dictionary<TextId, string>();
        while (await rows.ReadAsync()) texts[new TextId(rows.GetGuid(0))] = Encoding.UTF8.GetString(Open(key, rows.GetFieldValue<byte[]>(1), person));
        return texts;
    }

    /// <summary>
    /// A digest of words about a person, keyed by the person's own key: it tells a retry from another request while the
    /// person is known, and says nothing about the words to anybody once they are erased.
    /// </summary>
    /// <exception cref="LedgerException">NotFound: there is no such person, or they were erased.</exception>
    public async Task<string> Mark(PersonId person, string words) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(await KeyOf(person) ?? throw NobodyThere(), Encoding.UTF8.GetBytes(words)));

    /// <summary>
    /// Erases a person: their key, what it sealed, texts about them among it, and the link from their sign-in. Their id in
    /// events means nobody then and never anybody again, and when this returns no silo remembers it.
    /// </summary>
    public async Task Erase(PersonId person)
    {
        await using (var erase = _database.Source.CreateCommand(
            """
            with keyless as (delete from ledger_person_key where person = $1), gone as (delete from ledger_person where person = $1),
              wordless as (delete from ledger_person_text where person = $1), settled as (delete from ledger_person_loose where person = $1),
              noted as (insert into ledger_person_erased (person) values ($1) on conflict do nothing)
            insert into ledger_erasures (times) values (1) on conflict (only_one) do update set times = ledger_erasures.times + 1
            """))
        {
            erase.Parameters.Add(new() { Value = person.Value });
            await erase.ExecuteNonQueryAsync();
        }
        await _tellEverySilo();
    }

    /// <summary>Forgets all sign-ins when somebody was erased since the last time.</summary>
    internal async Task ForgetErased(CancellationToken ct)
    {
        await using var command = _database.Source.CreateCommand("select times from ledger_erasures");
        var erasures = await command.ExecuteScalarAsync(ct) is long times ? times : 0;
        if (erasures == _erasures) return;
        Volatile.Write(ref _known, new(StringComparer.Ordinal));
        _erasures = erasures;
    }

    private async Task<byte[]?> KeyOf(PersonId person)
    {
        await using var command = _database.Source.CreateCommand("select wrapped from ledger_person_key where person = $1");
        command.Parameters.Add(new() { Value = person.Value });
        return await command.ExecuteScalarAsync() is byte[] wrapped ? Open(_installationKey, wrapped, person) : null;
    }

    private static LedgerException NobodyThere() => new(FailureKind.NotFound, "PERSON_NOT_FOUND", "There is no such person, or they were erased.");

    // The sign-in itself is about a person: only its keyed digest is kept.
    private byte[] Digest(string signIn) => HMACSHA256.HashData(_installationKey, Encoding.UTF8.GetBytes(signIn));

    private async Task<PersonId> Meet(string signIn, PersonRecord record)
    {
        var digest = Digest(signIn);
        var person = new PersonId(Guid.NewGuid());
        var key = RandomNumberGenerator.GetBytes(32);
        await using var command = _database.Source.CreateCommand(
            """
            with met as (
              insert into ledger_person (person, sign_in, sealed) values ($1, $2, $3) on conflict (sign_in) do nothing returning person
            ), kept as (
              insert into ledger_person_key (person, wrapped) select person, $4 from met
            )
            select person from met union all select person from ledger_person where sign_in = $2
            """);
        foreach (var value in new object[] { person.Value, digest, Seal(key, JsonSerializer.SerializeToUtf8Bytes(record), person), Seal(_installationKey, key, person) })
            command.Parameters.Add(new() { Value = value });
        // Met by somebody else in the same instant: theirs is committed by now, and the second look finds it.
        return new PersonId((Guid)(await command.ExecuteScalarAsync() ?? await command.ExecuteScalarAsync())!);
    }

    private static byte[] Seal(byte[] key, byte[] plain, PersonId person)
    {
        var nonce = RandomNumberGenerator.GetBytes(12);
        var cipher = new byte[plain.Length];
        var tag = new byte[16];
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag, person.Value.ToByteArray());
        return [.. nonce, .. tag, .. cipher];
    }

    private static byte[] Open(byte[] key, byte[] box, PersonId person)
    {
        var plain = new byte[box.Length - 28];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), plain, person.Value.ToByteArray());
        return plain;
    }
}
