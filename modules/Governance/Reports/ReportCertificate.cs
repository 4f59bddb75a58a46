using System.Globalization;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What goes with a published report: its freezing, who signed it off, what was minuted, who was given it early, and the
/// proof that the freezing is in the sealed log. A pure function of the report's own record and that proof.
/// </summary>
/// <param name="Report">The report.</param>
/// <param name="ContentHash">The content hash of the body that it certifies.</param>
/// <param name="Version">The version of the report's record up to which it speaks.</param>
/// <param name="Receipt">The proof, in the form of tlog-proof.</param>
/// <param name="Section">What it says.</param>
internal sealed record ReportCertificate(ReportId Report, string ContentHash, long Version, string Receipt, SectionContent Section)
{
    private const string Key = "certificate";
    private const int ShortHash = 12;

    /// <summary>The certificate of a report that is frozen.</summary>
    /// <param name="record">The report's own events, oldest first, up to the version that is certified.</param>
    public static ReportCertificate Of(IReadOnlyList<RecordedEvent> record, string receipt)
    {
        var frozen = record.Last(e => e.Event is ReportFrozen);
        var body = (ReportFrozen)frozen.Event;
        var prepared = record.Select(e => e.Event).OfType<ReportPrepared>().First();
        var facts = new List<Fact>
        {
            new("Frozen", $"On {Printed.Day(frozen.RecordedOn)}, at position {body.UpTo.ToString(CultureInfo.InvariantCulture)} of the ledger"),
            new("Content hash", body.ContentHash),
        };
        foreach (var signed in record.SkipWhile(e => e != frozen).Where(e => e.Event is ReportSignedOff))
            facts.Add(new("Signed off", $"By the {((ReportSignedOff)signed.Event).Office}, on {Printed.Day(signed.RecordedOn)}"));
        foreach (var returned in record.Where(e => e.Event is ReportReturned))
        {
            var e = (ReportReturned)returned.Event;
            facts.Add(new("Returned", $"By the {e.Office}, on {Printed.Day(returned.RecordedOn)}: “{e.Reason}”"));
        }
        foreach (var submitted in record.Where(e => e.Event is ReportSubmitted)) facts.Add(new("Submitted", $"On {Printed.Day(submitted.RecordedOn)}"));
        foreach (var considered in record.Select(e => e.Event).OfType<ReportConsidered>())
            facts.Add(new("Considered", [$"{Printed.Word(considered.Outcome)} on {Printed.Day(considered.EffectiveOn)}: {considered.Minute}", .. considered.Text is null ? Array.Empty<Cell>() : [$"“{considered.Text}”"]]));
        return new ReportCertificate(prepared.Report, body.ContentHash, record[^1].Version, receipt, new SectionContent(
            Key, "Certificate",
            ["What became of the body of this report after it was frozen. The proof below shows with stock tools that its freezing is in the sealed log of the ledger."],
            [],
            [new ReportEntries($"{Key}.life", "From freezing to publication", [], [new ReportEntry($"{Key}.steps", "Steps", facts)]), Early(record, body.Template.Form >= ReportTemplates.OnPaper), Proof(receipt)]));
    }

    /// <summary>The certificate in the ledger's canonical JSON.</summary>
    public string ToJson() => CanonicalEncoding.Of(JsonSerializer.SerializeToElement(this, Catalogue.Json));

    private static ReportTable Early(IReadOnlyList<RecordedEvent> record, bool inWords)
    {
        IReadOnlyList<Cell>[] rows =
        [
            .. from given in record
               where given.Event is ReportEarlyAccessGiven
               select (IReadOnlyList<Cell>)[Printed.Word(given.Occasion.Actor.Role), inWords ? Printed.Instant(given.RecordedAt) : CanonicalEncoding.Instant(given.RecordedAt), ((ReportEarlyAccessGiven)given.Event).ContentHash[..ShortHash]],
        ];
        return new ReportTable($"{Key}.early", rows.Length == 0 ? "Nobody was given it before its publication" : "Who was given it before its publication", ["Office", "First given, in UTC", "Draft, by its content hash"], rows);
    }

    private static ReportEntries Proof(string receipt) =>
        new($"{Key}.proof", "Proof of the freezing", [], [new ReportEntry($"{Key}.receipt", "In the form of tlog-proof", [new Fact("Lines", [.. receipt.TrimEnd('\n').Split('\n').Select(line => new Cell(line))])])]);
}
