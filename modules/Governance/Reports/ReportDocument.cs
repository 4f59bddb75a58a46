using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>What a report is: a kind, about a scope, printed with a template.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Scope">What it is about.</param>
/// <param name="Template">What it is printed with.</param>
public sealed record ReportOrder(ReportKind Kind, ReportScope Scope, ReportTemplate Template)
{
    /// <summary>What it restates, if it restates anything.</summary>
    public RestatementOrder? Restates { get; init; }
}

/// <summary>The report that is restated, as it was frozen, with what was said of each changed figure.</summary>
/// <param name="Before">The earlier report.</param>
/// <param name="ContentHash">The hash with which the earlier one was frozen.</param>
/// <param name="Reason">Why there is a restatement.</param>
/// <param name="Classed">How the changes are classed.</param>
public sealed record RestatementOrder(ReportOrder Before, string ContentHash, string Reason, IReadOnlyList<ReportChangeClassed> Classed);

/// <summary>
/// A report under way: every section's fold over the same events, in one pass. A pure function of the order and the
/// events up to its position; nothing of the run that makes it is in it.
/// </summary>
public sealed class ReportComposition
{
    private readonly ReportOrder _order;
    private readonly FrontMatter _front = new();
    private readonly Queue<ISectionFold> _folds;
    private readonly ReportComposition? _before;

    private ReportComposition(ReportOrder order, ReportTemplates templates)
    {
        _order = order;
        _folds = new(templates.Of(order.Template).Select(s => s.Begin(order.Scope)));
        if (order.Restates is { } restates) _before = new ReportComposition(restates.Before, templates);
    }

    /// <summary>Begins a report.</summary>
    public static ReportComposition Begin(ReportOrder order, ReportTemplates templates) => new(order, templates);

    /// <summary>The report over events that are at hand, in the order of positions.</summary>
    public static ReportDocument Compose(ReportOrder order, ReportTemplates templates, IEnumerable<RecordedEvent> events)
    {
        var report = Begin(order, templates);
        foreach (var recorded in events) report.Apply(recorded);
        return report.Complete();
    }

    /// <summary>Takes the next event, in the order of positions; what was not known yet is not taken.</summary>
    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Position > _order.Scope.Position) return;
        _front.Apply(recorded);
        foreach (var fold in _folds) fold.Apply(recorded);
        _before?.Apply(recorded);
    }

    private bool InWords => _order.Template.Form >= ReportTemplates.OnPaper;

    /// <summary>The report, after the last event; it is asked for once.</summary>
    public ReportDocument Complete()
    {
        var sections = new List<SectionContent>();
        // What a fold has kept of a long ledger is let go once it has said what it has to say.
        while (_folds.TryDequeue(out var fold)) sections.Add(InWords ? ReportWords.Of(fold.Complete()) : fold.Complete());
        var changes = Array.Empty<FigureChange>();
        if (_order.Restates is { } restates)
        {
            var before = _before!.Complete().Figures;
            // A formula that is put into words is not worked out otherwise.
            changes = [.. FigureChange.Between(InWords ? before.Select(ReportWords.Of) : before, sections.SelectMany(s => s.Figures))];
            sections.Add(ChangesSection.Of(restates, changes));
        }
        return new(_order.Kind, _order.Scope, _order.Template, _front.Complete(_order), sections) { Changes = changes };
    }
}

/// <summary>A report, composed: its body, which is hashed when it is frozen.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Scope">What it is about.</param>
/// <param name="Template">What it is printed with.</param>
/// <param name="Front">What stands on its front.</param>
/// <param name="Sections">Its sections, in order.</param>
public sealed record ReportDocument(ReportKind Kind, ReportScope Scope, ReportTemplate Template, ReportFront Front, IReadOnlyList<SectionContent> Sections)
{
    /// <summary>The figures in which it differs from the report that it restates.</summary>
    internal IReadOnlyList<FigureChange> Changes { get; init; } = [];

    /// <summary>Every figure, in the order of the report.</summary>
    public IEnumerable<Figure> Figures => Sections.SelectMany(s => s.Figures);

    /// <summary>The sections, and behind them the certificate's where there is one.</summary>
    internal IReadOnlyList<SectionContent> With(ReportCertificate? certificate) => certificate is null ? Sections : [.. Sections, certificate.Section];

    /// <summary>What is printed beside the title: what the report is about, in words.</summary>
    internal IEnumerable<(string Term, string Said)> Facts()
    {
        yield return ("Financial year", $"{Printed.Day(Scope.Year.First)} to {Printed.Day(Scope.Year.Last)}");
        yield return ("As at", Printed.Day(Scope.AsAt));
        yield return ("Known up to", $"position {Scope.Position.ToString(CultureInfo.InvariantCulture)} of the ledger{(Front.LastRecordedOn is { } last ? $", last recorded on {Printed.Day(last)}" : "")}");
        if (Front.ContactOffice is { } office) yield return ("Contact", Front.ContactMailbox is { } mailbox ? $"{office}, {mailbox}" : office);
    }

    /// <summary>Where it stands how each figure was worked out, for the forms that are read on paper.</summary>
    internal string OnLineage =>
        $"How each of the {Figures.Count()} figures of this report was worked out, and from how many events, stands in its web page, in its JSON and in figures.csv of its tables; "
        + "`report explain` lists the events themselves.";

    private const int BytesAPiece = 64 * 1024;

    // Of a long report it is long work, and asked for more than once.
    private string? _hash;

    /// <summary>
    /// The report in the ledger's canonical JSON: sorted keys, no white space. A long report has more of it than is kept at
    /// once, so it comes in pieces; each is good until the next one is asked for.
    /// </summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Json()
    {
        var text = new ArrayBufferWriter<byte>(2 * BytesAPiece);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add("{\"front\":", Front);
        Add(",\"kind\":", Kind);
        Add(",\"scope\":", Scope);
        var section = ",\"sections\":[{\"figures\":[";
        foreach (var said in Sections)
        {
            Say(section);
            section = ",{\"figures\":[";
            for (var i = 0; i < said.Figures.Count; i++)
            {
                Add(i == 0 ? "" : ",", said.Figures[i]);
                if (text.WrittenCount < BytesAPiece) continue;
                yield return Piece();
                text.ResetWrittenCount();
            }
            Add("],\"introduction\":", said.Introduction);
            Add(",\"key\":", said.Key);
            Say(",\"parts\":[");
            for (var i = 0; i < said.Parts.Count; i++)
            {
                Add(i == 0 ? "" : ",", said.Parts[i]);
                if (text.WrittenCount < BytesAPiece) continue;
                yield return Piece();
                text.ResetWrittenCount();
            }
            Add("],\"title\":", said.Title);
            Say("}");
        }
        Add(Sections.Count == 0 ? ",\"sections\":[],\"template\":" : "],\"template\":", Template);
        Say("}");
        yield return Piece();
        _hash = Convert.ToHexStringLower(hash.GetHashAndReset());

        ReadOnlyMemory<byte> Piece()
        {
            hash.AppendData(text.WrittenSpan);
            return text.WrittenMemory;
        }

        void Say(string words) => Encoding.UTF8.GetBytes(words, text);

        void Add<T>(string before, T value)
        {
            Say(before);
            CanonicalEncoding.Append(text, JsonSerializer.SerializeToElement(value, Catalogue.Json));
        }
    }

    /// <summary>The whole JSON as a text.</summary>
    public string ToJson()
    {
        var json = new StringBuilder();
        // A piece ends behind a value, and never within a letter.
        foreach (var piece in Json()) json.Append(Encoding.UTF8.GetString(piece.Span));
        return json.ToString();
    }

    /// <summary>SHA-256 over the bytes of the JSON: two reports say the same when it is the same.</summary>
    public string ContentHash
    {
        get
        {
            // It is known once all pieces were asked for.
            if (_hash is null) _ = Json().Count();
            return _hash!;
        }
    }

    /// <summary>SHA-256 over a text in UTF-8, in hexadecimal.</summary>
    internal static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What stands on a report's front.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Council">The council's name.</param>
/// <param name="Body">The name of the body that it is for; its key when no body of that key is on record.</param>
/// <param name="BodyKnown">Whether the body is on record.</param>
/// <param name="Policy">The policy that it answers to.</param>
/// <param name="ContactOffice">The office that answers for it.</param>
/// <param name="ContactMailbox">That office's mailbox.</param>
/// <param name="LastRecordedOn">The day on which the last event that it knows was recorded.</param>
public sealed record ReportFront(
    string Title, string Council, string Body, bool BodyKnown, string Policy, string? ContactOffice, string? ContactMailbox, DateOnly? LastRecordedOn);
