using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Equalities.Objectives.V1;
using EqualitiesPlatform.Ledger.Replay;
using Google.Protobuf;
using Grpc.Core;
using Shown = Equalities.Objectives.V1;

namespace EqualitiesPlatform.Objectives;

internal sealed class ExchangeEndpoint(Intake intake, Reporting reporting, FigureReader figures, FigureImport imports, FigureComparison comparison, Positions positions, IPolicy policy, ISharedDatasets datasets)
    : ExchangeService.ExchangeServiceBase
{
    private const long LargestFile = 2L * 1024 * 1024 * 1024;

    public override async Task ImportObservations(
        IAsyncStreamReader<ImportObservationsRequest> requestStream, IServerStreamWriter<ImportObservationsResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (!await requestStream.MoveNext(ct)) throw new FieldsException([("measure_id", "This is needed, in the first message.")]);
        var first = requestStream.Current;
        var terms = await Terms(first, context);
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        for (var piece = first; ; piece = requestStream.Current)
        {
            await file.WriteAsync(piece.File.Memory, ct);
            if (file.Length > LargestFile) throw new FieldsException([("file", "A file may have 2 GB; send a larger one in parts, without a release.")]);
            if (!await requestStream.MoveNext(ct)) break;
        }
        await file.FlushAsync(ct);
        if (file.Length == 0) throw new FieldsException([("file", "The file is empty.")]);
        if (terms.From is { } from)
        {
            file.Position = 0;
            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
            if (sha256 != from.Sha256)
                throw new LedgerException(new Failure(
                    FailureKind.Refused, "ANOTHER_FILE", $"This is not the file of version {from.Version}: its SHA-256 is {sha256}, and that of the version is {from.Sha256}."));
            file.Position = 0;
        }

        var counts = await imports.Run(
            file, terms,
            (found, so) => responseStream.WriteAsync(
                new() { Rows = so.Rows, Compared = so.Compared, Written = so.Written, Findings = { found.Select(f => new ImportFinding { Line = f.Line, Column = f.Column, Reason = f.Reason }) } }, ct),
            ct);
        await responseStream.WriteAsync(new() { Rows = counts.Rows, Compared = counts.Compared, Written = counts.Written, Result = Result(counts, terms) }, ct);
    }

    public override async Task ExportObservations(ExportObservationsRequest r, IServerStreamWriter<ExportObservationsResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var format = intake.Read(f => f.Word<FileFormat>(r.Format));
        var mapping = FigureMapping.Read(r.Mapping.Span);
        var measure = await reporting.Measure(context, r.MeasureId, mapping.Source);
        var matches = ListFilter.Matching<FigureOnRecord>(r.Filter, policy.Namespace);
        var series = r.Series == 0 ? measure.Register.Series : r.Series;
        if (series < 0 || series > measure.Register.Series) throw new FieldsException([("series", $"The measure has the series 1 to {measure.Register.Series}.")]);
        var position = await positions.Known(r.KnownAt, "known_at", ct);
        var export = new FigureExport(measure, mapping);
        long rows = 0;
        var chosen = figures.Read(measure.Id, position, ct: ct).Where(f => f.Series == series && matches(f));
        if (format is FileFormat.Csvw)
        {
            await responseStream.WriteAsync(new() { Content = ByteString.CopyFromUtf8(await export.Metadata(r.TableUrl.Length > 0 ? r.TableUrl : "figures.csv", chosen, ct)) }, ct);
            return;
        }
        await using var outgoing = new Outgoing(bytes => responseStream.WriteAsync(new() { Content = UnsafeByteOperations.UnsafeWrap(bytes), Rows = rows }, ct));
        if (format is FileFormat.Parquet) await export.Parquet(chosen, outgoing, n => rows = n, ct);
        else
        {
            await using var text = new StreamWriter(outgoing, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 32 * 1024, leaveOpen: true);
            await export.Csv(chosen, text, n => rows = n, ct);
            await text.FlushAsync(ct);
        }
        await outgoing.FlushAsync(ct);
        await responseStream.WriteAsync(new() { Rows = rows }, ct);
    }

    public override async Task<CompareObservationsResponse> CompareObservations(CompareObservationsRequest r, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var measure = await reporting.Measure(context, r.MeasureId);
        var size = PageSize.Of(r.PageSize);
        var matches = ListFilter.Matching<FigureDifference>(r.Filter, policy.Namespace);
        if (r.From.Length == 0) throw new FieldsException([("from", "Give a day, an instant or a position.")]);
        var (from, to) = (await positions.Known(r.From, "from", ct), await positions.Known(r.To, "to", ct));
        if (from > to) throw new FieldsException([("from", "The first moment is the earlier one.")]);
        var response = new CompareObservationsResponse();
        FigureDifference? last = null;
        await foreach (var change in comparison.Between(measure.Id, from, to, FigurePlace.Of(measure.Id, r.PageToken), ct))
        {
            if (!matches(change)) continue;
            if (response.Changes.Count == size)
            {
                response.NextPageToken = PageTokens.Write(FigurePlace.At(measure.Id, last!.Series, last.Period, last.Cell).ToString());
                break;
            }
            response.Changes.Add(Showing(last = change));
        }
        return response;
    }

    private async Task<ImportTerms> Terms(ImportObservationsRequest r, ServerCallContext context)
    {
        var mapping = FigureMapping.Read(r.Mapping.Span);
        var measure = await reporting.Measure(context, r.MeasureId, mapping.Source);
        var caller = Caller.Of(context);
        var (dataset, version) = intake.Read(f =>
        {
            if (r.DatasetId.Length == 0 && r.DatasetVersion.Length > 0) f.Violate("dataset_id", "Say of which dataset it is a version.");
            return (f.OptionalId<SharedDatasetId>(r.DatasetId), r.DatasetId.Length == 0 ? "" : f.Text(r.DatasetVersion, 100));
        });
        var from = dataset is { } named ? new DatasetSource(named, version, await datasets.HashOf(named, version, caller.Actor.Organisation, context.CancellationToken)) : null;
        return intake.Read(f =>
        {
            var status = f.OptionalWord<ObservationStatus>(r.Status) ?? ObservationStatus.Final;
            if (status is ObservationStatus.Revised) f.Violate("status", "Figures come in as provisional or final; what was final is revised.");
            if (r.RequestId.Length is 0 or > 100) f.Violate("request_id", "Give every import an id of its own, such as a fresh UUID, and the same one when you send it again.");
            var (release, reason) = (f.OptionalText(r.Release, 200), f.OptionalText(r.Reason));
            if (r.Correction && reason is null) f.Violate("reason", "Say what was wrong.");
            if (r.Correction && release is not null) f.Violate("correction", "A release revises; what was wrong is corrected by itself.");
            var relabelled = new Dictionary<(string, string), (string, string)>();
            foreach (var (text, i) in r.Relabelled.Select((t, i) => (t, i)))
            {
                if (text.Split(':', 2) is not [var breakdown, var rest] || rest.Split('=', 2) is not [var category, { Length: > 0 } label]) f.Violate($"relabelled[{i}]", $"\"{text}\" is not breakdown:category=label, such as sex:female=Women.");
                else if (measure.Breakdown(breakdown)?.Register?.Categories.Any(c => c.Key == category) != true) f.Violate($"relabelled[{i}]", $"{category} is no category of {breakdown} for this measure.");
                else relabelled[(breakdown, ClassificationRegister.Plain(label))] = (category, label.Trim());
            }
            if (relabelled.Count > 0 && caller.Actor.Organisation is not null) f.Violate("relabelled", "Only the council gives categories other labels.");
            var gone = new HashSet<(string, string)>();
            foreach (var (text, i) in r.NotRelabelled.Select((t, i) => (t, i)))
                if (text.Split(':', 2) is [var breakdown, var category]) gone.Add((breakdown, category));
                else f.Violate($"not_relabelled[{i}]", $"\"{text}\" is not breakdown:category, such as sex:female.");
            return new ImportTerms(
                measure, mapping, from, status, release, reason ?? (release is null ? null : $"Release {release}."), r.Correction, r.DryRun, r.AcceptGoodRows, relabelled, gone,
                caller, r.RequestId, context.Method);
        });
    }

    private static ImportResult Result(ImportCounts counts, ImportTerms terms) => new()
    {
        DryRun = terms.DryRun,
        Rows = counts.Rows,
        Figures = counts.Figures,
        BadRows = counts.BadRows,
        Added = counts.Added,
        MadeFinal = counts.MadeFinal,
        Revised = counts.Revised,
        Corrected = counts.Corrected,
        Withdrawn = counts.Withdrawn,
        Unchanged = counts.Unchanged,
        WithoutValue = counts.WithoutValue,
        CategoriesAdded = counts.CategoriesAdded,
        Written = counts.Written,
        ReadAs = $"{counts.Encoding}, divided by {(counts.Delimiter == "\t" ? "tabs" : counts.Delimiter)}",
        LeftOut = { counts.LeftOut },
        PartsNotAddedUp = counts.PartsNotAddedUp,
        Refused = { counts.Refused ? [counts.Whole ? "Nothing was written: the file as a whole can't be taken as it is." : "Nothing was written: mend the rows that were found, or accept the good ones."] : Array.Empty<string>() },
        Position = counts.Position,
        Outcome = Outcome(counts, terms),
        LeftOutRows = counts.LeftOutRows,
        NewCategories = { counts.NewCategories },
    };

    private static string Outcome(ImportCounts counts, ImportTerms terms)
    {
        var kinds = new (long Count, string What)[]
        {
            (counts.Added, "new"), (counts.MadeFinal, "made final"), (counts.Revised, "revised"), (counts.Corrected, "corrected"), (counts.Withdrawn, "withdrawn"), (counts.Unchanged, "as they were"),
        };
        var figures = string.Join(", ", kinds.Where(k => k.Count > 0).Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Count:N0} {k.What}")));
        var measure = terms.Measure.Register.Key ?? terms.Measure.Id.ToString();
        var (rows, bad) = (string.Create(CultureInfo.InvariantCulture, $"{counts.Rows:N0} rows"), string.Create(CultureInfo.InvariantCulture, $"{counts.BadRows:N0}"));
        var so = counts.Refused || terms.DryRun ? "nothing was written" : counts.Written == 0 ? "nothing had to be written" : string.Create(CultureInfo.InvariantCulture, $"{counts.Written:N0} figures were written to {measure}");
        return $"{rows} were read and {so}{(figures.Length > 0 ? $" ({figures})" : "")}{(counts.BadRows > 0 ? $"; {bad} {(counts.BadRows == 1 ? "mistake was" : "mistakes were")} found" : "")}.";
    }

    private static FigureChange Showing(FigureDifference change) => new()
    {
        Change = Enum.Parse<Shown.FigureChangeClass>(change.Change.ToString()),
        Period = change.Period.ToString(),
        EndsOn = change.EndsOn.Shown(),
        Cell = change.Cell,
        Before = change.Before.Shown(),
        After = change.After.Shown(),
        Reason = change.Reason ?? "",
        Release = change.Release ?? "",
        Series = change.Series,
        Position = change.Position,
    };

    private enum FileFormat
    {
        Csv = 1,
        Csvw,
        Parquet,
    }
}
