using System.Text;
using Equalities.Disclosure.V1;
using Equalities.Ledger.V1;
using Equalities.Objectives.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>A measure's figures come in, change and go out again, as a partner, the council and the auditor see it.</summary>
[Collection(nameof(Packed))]
public sealed partial class JourneysOfMeasuresTests(PlatformFixture platform) : IAsyncLifetime
{
    private const string Mapping = """{"period":"Year","value":"Value","breakdowns":[{"column":"Type of hate crime","is":"strand","new_categories":true}]}""";

    private readonly JourneyCalls _calls = new(platform);
    private readonly ClassificationService.ClassificationServiceClient _classifications = new(platform.Channel);
    private readonly MeasureService.MeasureServiceClient _measures = new(platform.Channel);
    private readonly ObservationService.ObservationServiceClient _observations = new(platform.Channel);
    private readonly ExchangeService.ExchangeServiceClient _exchange = new(platform.Channel);
    private readonly TableService.TableServiceClient _tables = new(platform.Channel);

    // Keys name things once a pack says whose they are.
    public Task InitializeAsync() => _calls.Load("small-council.json");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_published_file_comes_in_once_and_goes_out_as_it_was()
    {
        await Define("hate-crime-rate");
        var file = Published(Enumerable.Range(0, 4));
        var dry = await Import("hate-crime-rate", file, r => r.DryRun = true);
        (dry.Result.Added, dry.Result.Written, dry.Findings.Count).Should().Be((20, 0, 0));
        (await Figures("hate-crime-rate")).Should().BeEmpty("a dry run writes nothing");

        (await Import("hate-crime-rate", file)).Result.Should().Match<ImportResult>(r => r.Added == 20 && r.Written == 20 && r.CategoriesAdded == 4 && r.ReadAs == "utf-8, divided by ,");
        var before = await Figures("hate-crime-rate");
        var again = (await Import("hate-crime-rate", file)).Result;
        (again.Unchanged, again.Written).Should().Be((20, 0));
        (await Figures("hate-crime-rate")).Should().Equal(before, "the same file again changes nothing");

        var exported = await Export("hate-crime-rate");
        Lines(exported).Should().BeEquivalentTo(Lines(file).Select(l => l.Replace("2007/08 to 2008/09", "2007-08 to 2008-09").Replace("2009/10 to 2010/11", "2009-10 to 2010-11").Replace("2011/12 to 2012/13", "2011-12 to 2012-13").Replace("2013/14 to 2014/15", "2013-14 to 2014-15")));
        (await Import("hate-crime-rate", exported)).Result.Unchanged.Should().Be(20);
    }

    [Fact]
    public async Task A_broken_file_is_told_row_by_row_and_nothing_of_it_is_written()
    {
        await Define("broken");
        await Import("broken", Published([0]));
        var lines = Lines(Published([0, 1]));
        lines[6] = lines[6].Replace(",0.", ",o.");
        lines[8] = lines[8][..^1] + lines[8][^1] + ",too many";
        lines.Add(lines[9]);
        var broken = string.Join('\n', lines) + "\n";
        var refused = await Import("broken", broken);
        refused.Findings.Select(f => (f.Line, f.Column)).Should().Equal((7, "Value"), (9, ""), (12, ""));
        refused.Result.Refused.Should().ContainSingle();
        (await Figures("broken")).Should().HaveCount(5);

        (await Import("broken", broken, r => r.AcceptGoodRows = true)).Result.Should().Match<ImportResult>(r => r.Added == 3 && r.BadRows == 3 && r.Refused.Count == 0);
        (await Figures("broken")).Should().HaveCount(8);
    }

    [Fact]
    public async Task A_newer_release_revises_adds_and_withdraws_and_what_was_known_stays_known()
    {
        await Define("released");
        await Import("released", Published([0, 1]), r => r.Release = "First");
        var then = (await _calls.Verified()).FinalPosition;
        var known = await Figures("released", $"{then}");

        var lines = Lines(Published([0, 1, 2]));
        lines[1] = lines[1][..lines[1].LastIndexOf(',')] + ",0.5";
        lines.RemoveAt(10);
        var result = (await Import("released", string.Join('\n', lines) + "\n", r => r.Release = "Second")).Result;
        (result.Revised, result.Added, result.Withdrawn, result.Unchanged).Should().Be((1, 5, 1, 8));

        (await Figures("released", $"{then}")).Should().Equal(known, "what was known then is what was known then");
        (await Figures("released")).Should().HaveCount(14);
        var changes = (await _exchange.CompareObservationsAsync(new() { MeasureId = "released", From = $"{then}" }, await _calls.As("auditor"))).Changes;
        changes.CountBy(c => c.Change).Should().BeEquivalentTo(new Dictionary<FigureChangeClass, int> { [FigureChangeClass.Revision] = 1, [FigureChangeClass.New] = 5, [FigureChangeClass.Withdrawn] = 1 });
        changes.Single(c => c.Change == FigureChangeClass.Revision).Reason.Should().Be("Release Second.");
    }

    [Fact]
    public async Task A_category_under_another_label_is_asked_about_before_anything_is_withdrawn()
    {
        await Define("relabelled");
        await Import("relabelled", Published([0, 1, 2]), r => r.Release = "First");
        var renamed = Published([0, 1, 2]).Replace(",Race,", ",Race or ethnicity,");
        var asked = await Import("relabelled", renamed, r => r.Release = "Second");
        asked.Findings.Should().ContainSingle().Which.Reason.Should().Contain("relabelled:race=Race or ethnicity".Replace("relabelled:", $"{Strand("relabelled")}:"));
        (await Figures("relabelled")).Should().HaveCount(15);

        var answered = (await Import("relabelled", renamed, r => { r.Release = "Second"; r.Relabelled.Add($"{Strand("relabelled")}:race=Race or ethnicity"); })).Result;
        (answered.Unchanged, answered.Written, answered.Withdrawn).Should().Be((15, 0, 0));
        (await Export("relabelled")).Should().Contain("Race or ethnicity").And.NotContain(",Race,");
    }

    [Fact]
    public async Task A_partner_reports_what_it_was_given_to_report_and_nothing_else()
    {
        await _calls.Register("constables");
        await Define("their-own", "constables");
        await Define("the-councils");
        var lead = await _calls.As("constables-lead");
        var own = new ReportObservationRequest { RequestId = _calls.NextId(), MeasureId = "their-own", Period = "2007-08", Value = "12", Status = ObservationStatus.Provisional };
        await _observations.ReportObservationAsync(own, lead);
        await JourneyCalls.Fails(async () => await _observations.ReportObservationAsync(new(own) { RequestId = _calls.NextId(), MeasureId = "the-councils" }, lead), StatusCode.PermissionDenied, "NOT_YOURS");

        // A file obeys as a single figure does.
        var file = "Year,Type of hate crime,Value\n2008-09,,13\n";
        (await Import("their-own", file, persona: "constables-lead", mapping: Mapping.Replace("strand", Strand("their-own")))).Result.Added.Should().Be(1);
        await JourneyCalls.Fails(() => Import("the-councils", file, persona: "constables-lead", mapping: "{}"), StatusCode.PermissionDenied, "NOT_YOURS");
        (await Import("their-own", "Year,Type of hate crime,Value\n2009-10,Brand new,1\n", persona: "constables-lead")).Findings
            .Should().ContainSingle().Which.Reason.Should().Contain("Only the council adds categories");

        await JourneyCalls.Fails(async () => await _observations.ReportObservationAsync(
            new() { RequestId = _calls.NextId(), MeasureId = "their-own", Period = "some day", Value = "x", Cell = { "sex=female" } }, lead), StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Groups_are_published_protected_and_a_published_figure_that_was_tampered_with_is_named()
    {
        var (officer, auditor) = (await _calls.As("governance-officer"), await _calls.As("auditor"));
        await _classifications.PublishClassificationAsync(
            new() { RequestId = _calls.NextId(), ClassificationId = "halves", Title = "Half", By = BreakdownBy.Other, Category = { new Category { Key = "left", Label = "Left" }, new Category { Key = "right", Label = "Right" }, new Category { Key = "middle", Label = "Middle" } } }, officer);
        await _measures.DefineMeasureAsync(
            new()
            {
                RequestId = _calls.NextId(), MeasureId = "counted", Title = "People counted", Meaning = "People who were counted", Unit = "people", Polarity = Polarity.Contextual, Frequency = Frequency.Quarterly,
                YearEnd = YearEnd.Sum, Source = "A count", Owner = "Community Safety", Breakdown = { "halves" },
            },
            officer);
        await JourneyCalls.Fails(async () => await _observations.PublishFiguresAsync(new() { RequestId = _calls.NextId(), MeasureId = "counted", Year = "2013-14", Breakdown = "sex" }, officer), StatusCode.InvalidArgument);
        await JourneyCalls.Fails(async () => await _observations.PublishFiguresAsync(new() { RequestId = _calls.NextId(), MeasureId = "counted", Year = "2013-14" }, officer), StatusCode.FailedPrecondition, "NOTHING_OBSERVED");
        var imported = await Import("counted", "Period,Half,Value\n2013-14 Q1,All,63\n2013-14 Q1,Left,41\n2013-14 Q1,Right,19\n2013-14 Q1,Middle,3\n2013-14 Q2,All,55\n2013-14 Q2,Left,30\n2013-14 Q2,Right,18\n2013-14 Q2,Middle,7\n", mapping: "{}");
        imported.Result.Outcome.Should().Be("8 rows were read and 8 figures were written to counted (8 new).");

        var noted = await _measures.NoteQualityAsync(new() { RequestId = _calls.NextId(), MeasureId = "counted", Note = "Counted by the caretaker of the hall" }, officer);
        var publish = new PublishFiguresRequest { RequestId = _calls.NextId(), MeasureId = "counted", Year = "2013-14" };
        var published = (await _observations.PublishFiguresAsync(publish, officer)).Receipt;
        (await _observations.PublishFiguresAsync(publish, officer)).Receipt.Should().Be(published);
        var table = (await _tables.GetTableAsync(new() { StatisticId = "measure-counted-2013-14" }, auditor)).Table;
        string At(params string[] at) => table.Cells.Single(c => c.At.SequenceEqual(at)).Shown;
        (At("All", "2013-14 Q1"), At("Middle", "2013-14 Q1"), At("Right", "2013-14 Q2")).Should().Be(("63", "suppressed", "suppressed"), "the whole is public, and 3 would follow from the others");

        foreach (var number in new[] { 1, 2 })
            (await _tables.CheckTableAsync(new() { StatisticId = "measure-counted-2013-14", Number = number }, auditor)).Should().Match<CheckTableResponse>(c => c.Findings.Count == 0 && c.Verdict.Contains("as it was published"));

        async Task Tamper(string from, string to)
        {
            await using var command = platform.Database.CreateCommand("update mt_events set data = replace(data::text, $1, $2)::jsonb where seq_id = $3");
            foreach (var value in new object[] { from, to, published.Position }) command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync();
        }
        var shown = table.Cells.First(c => c.Shown is "41" or "30" or "118" or "71");
        await Tamper($"\"value\": {shown.Shown}", "\"value\": 40");
        var found = await _tables.CheckTableAsync(new() { StatisticId = "measure-counted-2013-14" }, auditor);
        await Tamper("\"value\": 40", $"\"value\": {shown.Shown}");
        found.Findings.Should().ContainSingle().Which.Should().Be(new TableDifference { Place = string.Join(", ", shown.At), Published = "40", Recounted = shown.Shown });
        (await _tables.CheckTableAsync(new() { StatisticId = "measure-counted-2013-14" }, auditor)).Findings.Should().BeEmpty();

        // A text that goes after the publication is no tampering.
        var withdrawals = new WithdrawalService.WithdrawalServiceClient(platform.Channel);
        var proposed = (await withdrawals.ProposeWithdrawalAsync(
            new() { RequestId = _calls.NextId(), Stream = noted.Receipt.Stream, EventVersion = noted.Receipt.Version, Member = "note", Reason = "It tells who counted" }, officer)).Receipt;
        var withdrawal = proposed.Stream["withdrawal/".Length..];
        await withdrawals.ConfirmWithdrawalAsync(new() { RequestId = _calls.NextId(), WithdrawalId = withdrawal }, await _calls.As("governance-officer-2"));
        await PlatformFixture.UntilAsync(async () => (await withdrawals.GetWithdrawalAsync(new() { WithdrawalId = withdrawal }, auditor)).Withdrawal.Stage == WithdrawalStage.Completed, "the text is gone");
        var excused = await _tables.CheckTableAsync(new() { StatisticId = "measure-counted-2013-14" }, auditor);
        excused.Should().Match<CheckTableResponse>(c => c.Findings.Count == 0 && c.Verdict.Contains("as it was published") && c.Verdict.Contains("A text was withdrawn since"));
        excused.Withdrawn.Should().Equal(noted.Receipt.Position);
    }

    [Fact]
    public async Task Percentages_that_their_source_published_are_cited_and_counts_are_not()
    {
        var officer = await _calls.As("governance-officer");
        await Define("cited");
        await Import("cited", Published([3]));
        CiteGroupsRequest Cite(string breakdown, string at) => new() { RequestId = _calls.NextId(), MeasureId = "cited", Breakdown = breakdown, Year = "2014-15", PublishedAt = at };
        var first = (await _measures.CiteGroupsAsync(Cite(Strand("cited"), "Crime survey, July 2015"), officer)).Receipt;
        (await _measures.CiteGroupsAsync(Cite(Strand("cited"), "Crime survey, July 2015"), officer)).Receipt.Version.Should().Be(first.Version, "it is on record already");
        (await _calls.HistoryOf(first.Stream)).Last().StoredName.Should().Be("objectives.groups-cited.v1");
        await JourneyCalls.Fails(async () => await _measures.CiteGroupsAsync(Cite("sex", "Nowhere"), officer), StatusCode.FailedPrecondition, "BREAKDOWN_UNKNOWN");
        await JourneyCalls.Fails(async () => await _measures.CiteGroupsAsync(Cite("", ""), officer), StatusCode.InvalidArgument);
        await JourneyCalls.Fails(async () => await _measures.CiteGroupsAsync(Cite(Strand("cited"), "x"), await _calls.As("auditor")), StatusCode.PermissionDenied);
    }

    /// <summary>A million rows, or as many as a busy machine has time for, come in within a bounded memory.</summary>
    [Fact]
    public async Task Many_rows_stream_through()
    {
        var rows = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1" ? 1_000_000 : 5_000;
        await Define("many");
        var file = new StringBuilder("Year,Type of hate crime,Value\n");
        for (var i = 0; i < rows; i++) file.Append(2000 - i % 100).Append(",Kind ").Append(i / 100).Append(',').Append(i).Append('\n');
        var result = (await Import("many", file.ToString())).Result;
        (result.Added, result.Written, result.Rows).Should().Be((rows, rows, rows));
    }

    private static string Strand(string measure) => $"strand-of-{measure}";

    private async Task Define(string measure, string reporter = "")
    {
        var officer = await _calls.As("governance-officer");
        await _classifications.PublishClassificationAsync(
            new() { RequestId = _calls.NextId(), ClassificationId = Strand(measure), Title = "Strand", By = BreakdownBy.Other, Category = { new Category { Key = "other", Label = "Other" } } }, officer);
        await _measures.DefineMeasureAsync(
            new()
            {
                RequestId = _calls.NextId(), MeasureId = measure, Title = "Hate crime", Meaning = "Adults who met with hate crime", Unit = "per cent", Polarity = Polarity.Contextual, Frequency = Frequency.Occasional,
                YearEnd = YearEnd.Last, Source = "A survey", Owner = "Community Safety", Breakdown = { Strand(measure) }, PartsOverlap = true, ReporterId = reporter,
            },
            officer);
    }

    /// <summary>A file of the shape in which the national indicators are published: pooled years, four strands and the whole, and columns that say nothing here.</summary>
    private static string Published(IEnumerable<int> periods)
    {
        var file = new StringBuilder("Year,Type of hate crime,Age,Unit,Value\n");
        foreach (var p in periods)
            foreach (var (strand, s) in new[] { "Disability", "Race", "Religion", "Sexual orientation", "" }.Select((x, i) => (x, i)))
                file.Append($"{2007 + 2 * p}/{8 + 2 * p:00} to {2008 + 2 * p}/{9 + 2 * p:00},{strand},,Percentage,0.0{(p + 1) * 7 + s * 13}\n");
        return file.ToString();
    }

    private static List<string> Lines(string file) => [.. file.TrimEnd('\n').Split('\n')];

    private async Task<(ImportResult Result, IReadOnlyList<ImportFinding> Findings)> Import(
        string measure, string file, Action<ImportObservationsRequest>? with = null, string persona = "governance-officer", string? mapping = null)
    {
        var first = new ImportObservationsRequest { RequestId = _calls.NextId(), MeasureId = measure, Mapping = ByteString.CopyFromUtf8(mapping ?? Mapping.Replace("strand", Strand(measure))) };
        with?.Invoke(first);
        using var call = _exchange.ImportObservations(await _calls.As(persona));
        await call.RequestStream.WriteAsync(first);
        foreach (var piece in Encoding.UTF8.GetBytes(file).Chunk(30_000)) await call.RequestStream.WriteAsync(new() { File = ByteString.CopyFrom(piece) });
        await call.RequestStream.CompleteAsync();
        var (result, findings) = ((ImportResult?)null, new List<ImportFinding>());
        await foreach (var said in call.ResponseStream.ReadAllAsync())
        {
            findings.AddRange(said.Findings);
            result = said.Result ?? result;
        }
        return (result!, findings);
    }

    private async Task<string> Export(string measure)
    {
        var constant = Mapping.Replace("strand", Strand(measure)).Replace("}]}", "}],\"constants\":{\"Age\":\"\",\"Unit\":\"Percentage\"}}");
        using var call = _exchange.ExportObservations(new() { MeasureId = measure, Format = FigureFormat.Csv, Mapping = ByteString.CopyFromUtf8(constant) }, await _calls.As("governance-officer"));
        using var bytes = new MemoryStream();
        await foreach (var piece in call.ResponseStream.ReadAllAsync()) piece.Content.WriteTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private async Task<IReadOnlyList<ObservationRow>> Figures(string measure, string knownAt = "")
    {
        var (rows, token) = (new List<ObservationRow>(), "");
        do
        {
            var page = await _observations.ListObservationsAsync(new() { MeasureId = measure, PageSize = 7, PageToken = token, KnownAt = knownAt }, await _calls.As("auditor"));
            rows.AddRange(page.Observations);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return rows;
    }
}

/// <summary>Journeys that begin with a council's pack share one platform.</summary>
[CollectionDefinition(nameof(Packed))]
public sealed class Packed : ICollectionFixture<PlatformFixture>;
