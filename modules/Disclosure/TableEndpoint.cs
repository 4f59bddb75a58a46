using System.Globalization;
using Equalities.Disclosure.V1;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Disclosure.V1;

namespace EqualitiesPlatform.Disclosure;

internal sealed class TableEndpoint(Intake intake, Registers registers, IPolicy policy, EventReader reader, IEnumerable<ITableSource> sources) : TableService.TableServiceBase
{
    public override async Task<ProtectTableResponse> ProtectTable(ProtectTableRequest r, ServerCallContext context)
    {
        var (table, statistic) = intake.Read(f => Read(f, r.Table.Span));
        var record = await registers.Find<PublicationRegister>(StreamKey.Of(StatisticId.Kind, statistic.Value), ct: context.CancellationToken);
        try
        {
            var protection = DisclosureControl.Protect(table, DisclosureRule.From(policy.Current), [.. (record?.Tables ?? []).Select(t => t.Table)]);
            return new() { Table = Shown(protection.Table), Widened = protection.Widened };
        }
        catch (NotProtectedException e)
        {
            throw new LedgerException(new Failure(FailureKind.Refused, e.Reason, e.Message));
        }
    }

    public override Task<PublishTableResponse> PublishTable(PublishTableRequest r, ServerCallContext context) =>
        intake.Write<PublishTableResponse>(context, r, f =>
        {
            var (table, statistic) = Read(f, r.Table.Span);
            return new PublishTable(statistic, table, null);
        });

    public override async Task<GetTableResponse> GetTable(GetTableRequest r, ServerCallContext context)
    {
        var (_, table) = await Find(context, f => (f.Id<StatisticId>(r.StatisticId), f.Whole(r.Number, 0, int.MaxValue)));
        return new() { Table = Shown(table.Table), Publication = Shown(table) };
    }

    public override async Task<CheckTableResponse> CheckTable(CheckTableRequest r, ServerCallContext context)
    {
        var (record, table) = await Find(context, f => (f.Id<StatisticId>(r.StatisticId), f.Whole(r.Number, 0, int.MaxValue)));
        if (table.Origin is not { } origin)
            throw new LedgerException(new Failure(FailureKind.Refused, "GIVEN_BY_HAND", "The counts of this table were given by hand, so there are no events to count them from."));
        var source = sources.FirstOrDefault(s => s.Counts(origin.Source))
            ?? throw new LedgerException(new Failure(FailureKind.Refused, "SOURCE_UNKNOWN", $"Nothing here counts {origin.Source}, so the table can't be counted again."));
        var recount = await source.Recount(table.Table, origin, context.CancellationToken);
        var withdrawn = recount.Digest == origin.Digest ? [] : await Since(table.Position, recount.Withdrawn, context.CancellationToken);
        var findings = TableCheck.Differences(table, recount, [.. record.Tables.TakeWhile(t => t.Number < table.Number).Select(t => t.Table)], withdrawn.Length > 0);
        return new()
        {
            Statistic = record.Key,
            Number = table.Number,
            Rule = recount.Known ? "These counts were public, and are on record as they were." : table.Table.Rule.InWords(),
            KnownAt = origin.KnownAt,
            Digest = recount.Digest,
            Cells = table.Table.Cells.Count,
            Withdrawn = { withdrawn },
            Findings = { findings.Select(f => new TableDifference { Place = f.Place, Published = f.Published, Recounted = f.Recounted }) },
            Verdict = (findings.Count == 0 ? $"Counted again from the events up to position {origin.KnownAt}, under the rule, every cell is as it was published."
                : $"Counted again from the events up to position {origin.KnownAt}, under the rule, it is not what was published.{(recount.Besides.Length > 0 ? $" {recount.Besides}" : "")}")
                + (withdrawn.Length == 0 ? ""
                    : $" A text was withdrawn since from {(withdrawn.Length == 1 ? "the event at position" : "the events at positions")} {string.Join(", ", withdrawn)}, so that the SHA-256 over the events is not that of the publication; what was counted is there as it was."),
        };
    }

    /// <summary>The positions of those events from whose records a text was withdrawn after a table was published.</summary>
    private async Task<long[]> Since(long published, IReadOnlyList<RecordedEvent> withdrawn, CancellationToken ct)
    {
        if (withdrawn.Count == 0) return [];
        var told = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var e in reader.Read(new EventRange(FromPosition: published, StoredNames: [StatementWithdrawn.StoredName]), ct)) told.Add(e.Stream);
        return [.. withdrawn.Where(e => told.Contains(e.Stream)).Select(e => e.Position)];
    }

    public override async Task<ListTablesResponse> ListTables(ListTablesRequest r, ServerCallContext context)
    {
        var page = await intake.List<PublicationRegister>(context, r);
        return new()
        {
            Statistics =
            {
                page.Items.Select(s => new Statistic { StatisticId = s.Statistic.ToString(), Key = s.Key, Tables = { s.Tables.Select(Shown) }, Version = s.Version }),
            },
            NextPageToken = page.NextPageToken,
        };
    }

    private async Task<(PublicationRegister Record, TableOnRecord Table)> Find(ServerCallContext context, Func<Fields, (StatisticId Id, int Number)> read)
    {
        var (id, number) = intake.Read(read);
        var record = await intake.Get<PublicationRegister>(context, StreamKey.Of(StatisticId.Kind, id.Value), "statistic on record");
        return (record, number == 0 ? record.Tables[^1] : record.Tables.FirstOrDefault(t => t.Number == number)
            ?? throw new LedgerException(new Failure(FailureKind.NotFound, "NOT_FOUND", $"Of {record.Key} {record.Published} tables were published, and none has the number {number}.")));
    }

    private static (CountTable Table, StatisticId Statistic) Read(Fields f, ReadOnlySpan<byte> file)
    {
        var table = TableFile.Read(f, file);
        f.Done();
        return (table, f.Id<StatisticId>(table.Statistic, "r.Statistic"));
    }

    private static Words.Publication Shown(TableOnRecord t) => new()
    {
        Number = t.Number,
        Title = t.Table.Title,
        AsAt = t.Table.AsAt.Shown(),
        PublishedOn = t.PublishedOn.Shown(),
        PublishedBy = System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(t.Role.ToString()),
        PersonId = t.Person.ToString(),
        Position = t.Position,
        Cells = t.Table.Cells.Count,
        Suppressed = t.Table.Suppressed,
        Widened = t.Widened,
        Rule = t.Table.Rule.InWords(),
        PolicyVersion = t.Table.Rule.Version,
        Source = t.Origin?.Source ?? "",
        KnownAt = t.Origin?.KnownAt ?? 0,
        Digest = t.Origin?.Digest ?? "",
    };

    private static Words.Table Shown(ProtectedTable table) => new()
    {
        Statistic = table.Statistic,
        Title = table.Title,
        AsAt = table.AsAt.Shown(),
        Dimensions = { table.Dimensions.Select(d => d.Label) },
        Cells =
        {
            table.Cells.Select((cell, i) => new Words.TableCell
            {
                At = { table.LabelsAt(i) },
                Shown = cell.Printed,
                Percent = cell.Percent?.ToString("0.0", CultureInfo.InvariantCulture) ?? "",
            }),
        },
        Rule = table.Rule.InWords(),
    };
}
