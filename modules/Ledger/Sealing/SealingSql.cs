namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>The statements of the sealed log. Rows are only ever added.</summary>
internal static class SealingSql
{
    public const string Tables =
        """
        create table if not exists ledger_leaf (
          index bigint primary key,
          position bigint not null unique,
          hash bytea not null,
          marks bytea not null);
        create table if not exists ledger_node (
          level int not null,
          index bigint not null,
          hash bytea not null,
          primary key (level, index));
        create table if not exists ledger_checkpoint (
          size bigint primary key,
          root bytea not null,
          note text not null);
        create table if not exists ledger_checkpoint_key (key text primary key, since bigint not null);
        create table if not exists ledger_cosignature (
          size bigint not null,
          witness text not null,
          line text not null,
          primary key (size, witness));
        create table if not exists ledger_witness (
          witness text primary key,
          size bigint not null,
          at timestamptz not null,
          problem text not null);
        """;

    /// <summary>
    /// Adds leaves, but only where the log ends just before them. Of two sealers that both believe they lead, the
    /// slower finds its indexes taken, or the log at another length, and adds nothing.
    /// </summary>
    public const string AddLeaves =
        """
        insert into ledger_leaf (index, position, hash, marks)
        select l.index, l.position, l.hash, l.marks
        from unnest(@index, @position, @hash, @marks) as l(index, position, hash, marks)
        where (select coalesce(max(index) + 1, 0) from ledger_leaf) = @size
          and (select coalesce(max(position), 0) from ledger_leaf) = @after
        """;

    public const string AddNodes =
        "insert into ledger_node (level, index, hash) select * from unnest(@level, @index, @hash)";

    public const string AddCheckpoint = "insert into ledger_checkpoint (size, root, note) values (@size, @root, @note)";

    public const string AddKey = "insert into ledger_checkpoint_key (key, since) values (@key, @size) on conflict (key) do nothing";

    public const string Standing =
        "select coalesce(max(index) + 1, 0), coalesce(max(position), 0) from ledger_leaf";

    /// <summary>The latest checkpoint under which so many witnesses stand, and their lines.</summary>
    public const string LatestCheckpoint =
        """
        select c.size, c.root, c.note, coalesce((select string_agg(k.line, '' order by k.witness) from ledger_cosignature k where k.size = c.size), '')
        from ledger_checkpoint c
        where $1 = 0 or (select count(*) from ledger_cosignature k where k.size = c.size) >= $1
        order by c.size desc limit 1
        """;

    public const string KeepCosignature =
        """
        with kept as (insert into ledger_cosignature (size, witness, line) values ($2, $1, $3) on conflict do nothing)
        insert into ledger_witness (witness, size, at, problem) values ($1, $2, now(), '')
        on conflict (witness) do update set size = excluded.size, at = excluded.at, problem = ''
        """;

    public const string KeepProblem =
        """
        insert into ledger_witness (witness, size, at, problem) values ($1, 0, now(), $2)
        on conflict (witness) do update set problem = excluded.problem
        """;

    /// <summary>Stored hashes by tile level (0 for leaves) and index, for several ranges at once.</summary>
    public const string Hashes =
        """
        select n.hash
        from unnest(@level, @first, @last) with ordinality as r(level, first, last, place)
        cross join lateral (
          select l.index, l.hash from ledger_leaf l where r.level = 0 and l.index between r.first and r.last
          union all
          select d.index, d.hash from ledger_node d where r.level > 0 and d.level = r.level and d.index between r.first and r.last) n
        order by r.place, n.index
        """;
}
