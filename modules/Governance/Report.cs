using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Governance;

// The life of a report (Report 6.1; Policy, Difference): prepared, frozen at a final position, signed off by the
// reviewers, submitted, considered, published. What becomes known afterwards goes to a restatement, never into it.

/// <summary>A command to a report.</summary>
public interface IReportCommand : ICommand
{
    /// <summary>The report.</summary>
    ReportId Report { get; }

    string ICommand.Stream => StreamKey.Of(ReportId.Kind, Report.Value);
}

/// <summary>Begin to prepare a report: from now on it has a live preview.</summary>
/// <param name="Body">The key of the body that it is for.</param>
/// <param name="AsAt">The effective cut-off.</param>
/// <param name="Partner">The partner that it is about, for a report on one partner.</param>
[GenerateSerializer, Immutable]
public sealed record PrepareReport(ReportId Report, string? Key, ReportKind Kind, string Body, FinancialYear Year, DateOnly AsAt, PartnerId? Partner) : IReportCommand;

/// <summary>Begin to prepare a restatement of a frozen report, because of facts that came late.</summary>
/// <param name="Restates">The report that is restated.</param>
/// <param name="Reason">Why.</param>
/// <param name="Before">That report as it is on record: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record PrepareRestatement(ReportId Report, string? Key, ReportId Restates, string Reason, [property: JsonIgnore] ReportBefore? Before) : IReportCommand;

/// <summary>What a restatement takes over from the report that it restates.</summary>
[GenerateSerializer, Immutable]
public sealed record ReportBefore(ReportKind Kind, string Body, FinancialYear Year, DateOnly AsAt, PartnerId? Partner, string ContentHash);

/// <summary>Class changed figures of a restatement, and say why they changed.</summary>
/// <param name="Figures">Keys of figures, or beginnings of keys such as commitments.status.</param>
[GenerateSerializer, Immutable]
public sealed record ClassReportChange(ReportId Report, IReadOnlyList<string> Figures, ChangeClass Class, string Why) : IReportCommand;

/// <summary>Attach a table that another department supplied to the report, for one of its sections.</summary>
/// <param name="Office">Which office supplied it.</param>
/// <param name="Sha256">The hash of the file's bytes.</param>
/// <param name="Rows">Its rows, as wide as its columns.</param>
[GenerateSerializer, Immutable]
public sealed record AttachReportFile(
    ReportId Report, ReportSlot Slot, string FileName, string Office, string Sha256, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : IReportCommand;

/// <summary>Freeze the report: the body, as computed up to a final position, does not change any more.</summary>
/// <param name="KnownAt">The position, day or instant that the caller named.</param>
/// <param name="Frozen">What was computed: looked up, and no part of what was sent.</param>
/// <param name="Changed">The figures of a restatement that changed.</param>
[GenerateSerializer, Immutable]
public sealed record FreezeReport(ReportId Report, string KnownAt, [property: JsonIgnore] ReportBody Frozen, [property: JsonIgnore] IReadOnlyList<string> Changed) : IReportCommand;

/// <summary>A body of a report, computed.</summary>
/// <param name="Position">The final position up to which the ledger was known.</param>
/// <param name="Template">What it is printed with.</param>
/// <param name="ContentHash">SHA-256 of its JSON form.</param>
/// <param name="Figures">How many figures it has.</param>
/// <param name="Reviewers">The reviewers that have to sign it off, as the pack names them.</param>
[GenerateSerializer, Immutable]
public sealed record ReportBody(long Position, ReportTemplate Template, string ContentHash, int Figures, IReadOnlyList<ReportReviewer> Reviewers);

/// <summary>An office that reviews progress.</summary>
[GenerateSerializer, Immutable]
public sealed record ReportReviewer(string Key, string Office);

/// <summary>Sign the frozen report off, for one reviewer's office, as it was shown.</summary>
/// <param name="Reviewer">The reviewer's key in the pack.</param>
/// <param name="ContentHash">The content hash that the reviewer was shown.</param>
/// <param name="Appointed">Whether the caller is appointed to that office today: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record SignOffReport(ReportId Report, string Reviewer, string ContentHash, [property: JsonIgnore] bool Appointed) : IReportCommand;

/// <summary>Give the frozen report back to be prepared again: its sign-offs fall, and it is frozen anew.</summary>
/// <param name="Appointed">Whether the caller is appointed to that office today: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record ReturnReport(ReportId Report, string Reviewer, string Reason, [property: JsonIgnore] bool Appointed) : IReportCommand;

/// <summary>Submit the report to the body that it is for.</summary>
[GenerateSerializer, Immutable]
public sealed record SubmitReport(ReportId Report) : IReportCommand;

/// <summary>Minute what the body made of the report.</summary>
/// <param name="Minute">Where the minute is found.</param>
/// <param name="Text">What was minuted, if more than the outcome.</param>
[GenerateSerializer, Immutable]
public sealed record ConsiderReport(ReportId Report, ReportOutcome Outcome, string Minute, string? Text, DateOnly? ConsideredOn) : IReportCommand;

/// <summary>Publish the report with its certificate.</summary>
/// <param name="Certificate">What was certified: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record PublishReport(ReportId Report, [property: JsonIgnore] CertifiedReport Certificate) : IReportCommand;

/// <summary>The certificate of a report, and what was printed with it.</summary>
/// <param name="Version">The version of the report's record up to which it certifies.</param>
/// <param name="Receipt">The proof that the freezing is in the sealed log.</param>
/// <param name="Hash">SHA-256 of the certificate's JSON form.</param>
/// <param name="Printed">SHA-256 of each printed form, by its name.</param>
[GenerateSerializer, Immutable]
public sealed record CertifiedReport(long Version, string Receipt, string Hash, IReadOnlyDictionary<string, string> Printed);

/// <summary>Note that somebody was given the frozen report before its publication.</summary>
[GenerateSerializer, Immutable]
public sealed record NoteEarlyAccess(ReportId Report, string ContentHash) : IReportCommand;

/// <summary>What other departments supply for a report (Report 6.1).</summary>
public enum ReportSlot
{
    /// <summary>The year-end finance reporting.</summary>
    Finance = 1,
    /// <summary>The year-end performance reporting.</summary>
    Performance,
}

/// <summary>What a body made of a report.</summary>
public enum ReportOutcome
{
    /// <summary>It took note.</summary>
    Noted = 1,
    /// <summary>It considered it.</summary>
    Considered,
    /// <summary>It agreed.</summary>
    Agreed,
    /// <summary>It agreed with amendments, which are minuted.</summary>
    Amended,
    /// <summary>It put it off: the report comes to it again.</summary>
    Deferred,
}

/// <summary>Why a figure of a restatement is another one.</summary>
public enum ChangeClass
{
    /// <summary>Facts that came late moved it.</summary>
    Revision = 1,
    /// <summary>It was wrong.</summary>
    Correction,
    /// <summary>It is worked out otherwise.</summary>
    Definition,
}

/// <summary>A report is being prepared.</summary>
/// <param name="By">Who prepares it.</param>
[RecordedBy<Report>("governance.report-prepared.v1")]
public sealed record ReportPrepared(
    ReportId Report, string? Key, ReportKind Kind, string Body, FinancialYear Year, DateOnly AsAt, PartnerId? Partner, PersonId By);

/// <summary>The report that is prepared restates an earlier one.</summary>
/// <param name="ContentHash">The content hash of the earlier one.</param>
[RecordedBy<Report>("governance.report-restates.v1")]
public sealed record ReportRestates(ReportId Restated, string ContentHash, [property: Statement] string Reason);

/// <summary>Changed figures of a restatement are classed.</summary>
[RecordedBy<Report>("governance.report-change-classed.v1")]
public sealed record ReportChangeClassed(IReadOnlyList<string> Figures, ChangeClass Class, [property: Statement] string Why);

/// <summary>A table was attached to the report, with the hash of its file.</summary>
[RecordedBy<Report>("governance.report-file-attached.v1")]
public sealed record ReportFileAttached(
    ReportId Report, ReportSlot Slot, string FileName, string Office, string Sha256, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>The body is frozen: on any later day it is issued with these bytes.</summary>
[RecordedBy<Report>("governance.report-frozen.v1")]
public sealed record ReportFrozen(
    long UpTo, ReportTemplate Template, string ContentHash, int Figures, IReadOnlyList<ReportReviewer> Reviewers, PersonId By);

/// <summary>A reviewer signed the report off.</summary>
[RecordedBy<Report>("governance.report-signed-off.v1")]
public sealed record ReportSignedOff(string Reviewer, string Office, string ContentHash, PersonId By);

/// <summary>A reviewer gave the report back.</summary>
[RecordedBy<Report>("governance.report-returned.v1")]
public sealed record ReportReturned(string Reviewer, string Office, [property: Statement] string Reason);

/// <summary>The report was submitted to the body that it is for.</summary>
[RecordedBy<Report>("governance.report-submitted.v1")]
public sealed record ReportSubmitted(string Body);

/// <summary>The body considered the report.</summary>
/// <param name="EffectiveOn">The day on which it did.</param>
[RecordedBy<Report>("governance.report-considered.v1")]
public sealed record ReportConsidered(string Body, ReportOutcome Outcome, string Minute, [property: Statement] string? Text, DateOnly EffectiveOn) : IEffective;

/// <summary>The report is published, with its certificate.</summary>
/// <param name="CertifiedVersion">The version of the record up to which the certificate speaks.</param>
[RecordedBy<Report>("governance.report-published.v1")]
public sealed record ReportPublished(
    ReportKind Kind, long CertifiedVersion, string Receipt, string CertificateHash, IReadOnlyDictionary<string, string> Printed, PersonId By);

/// <summary>Somebody was given the frozen report before its publication; who, and in which role, stands beside the event.</summary>
[RecordedBy<Report>("governance.report-early-access-given.v1")]
public sealed record ReportEarlyAccessGiven(string ContentHash, PersonId To);

/// <summary>What deciding about a report needs to know.</summary>
internal sealed record Report(
    ReportPrepared? Prepared, ReportRestates? Restates, IReadOnlyList<ReportChangeClassed> Classed, ReportFrozen? Frozen,
    IReadOnlyList<ReportSignedOff> SignedOff, bool Submitted, ReportConsidered? Considered, ReportPublished? Published,
    IReadOnlyList<ReportEarlyAccessGiven> Seen, IReadOnlyDictionary<ReportSlot, string> Files) : IAggregate<Report>
{
    private const int FiguresNamed = 5;

    public static string Kind => ReportId.Kind;

    public static Report Unborn { get; } = new(null, null, [], null, [], false, null, null, [], new Dictionary<ReportSlot, string>());

    public bool BelongsTo(PartnerId organisation) => Prepared?.Partner == organisation;

    public static Decision Decide(Report state, ICommand command, Occasion occasion) => command switch
    {
        PrepareReport c => Begin(state, new(c.Report, c.Key, c.Kind, c.Body, c.Year, c.AsAt, c.Partner, occasion.Actor.Person)),
        PrepareRestatement c => Restate(state, c, occasion),
        _ when state.Prepared is null => Decision.Refuse("REPORT_UNKNOWN", "There is no such report; prepare it first."),
        AttachReportFile c => Attach(state, c),
        ClassReportChange c => Class(state, c),
        FreezeReport c => Freeze(state, state.Prepared, c, occasion),
        _ when state.Frozen is null => Decision.Refuse("NOT_FROZEN", "The report is still being prepared; freeze it first."),
        NoteEarlyAccess c => See(state, c, occasion),
        SignOffReport c => SignOff(state, state.Prepared, state.Frozen, c, occasion),
        ReturnReport c => Return(state, state.Frozen, c),
        SubmitReport => Submit(state, state.Prepared, state.Frozen),
        ConsiderReport c => Consider(state, state.Prepared, c, occasion),
        PublishReport c => Publish(state, state.Prepared, state.Frozen, c, occasion),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A report does not know this command."),
    };

    public static Report Evolve(Report state, object @event) => @event switch
    {
        ReportPrepared e => state with { Prepared = e },
        ReportRestates e => state with { Restates = e },
        ReportFileAttached e => state with { Files = new Dictionary<ReportSlot, string>(state.Files) { [e.Slot] = e.Sha256 } },
        ReportChangeClassed e => state with { Classed = [.. state.Classed, e] },
        ReportFrozen e => state with { Frozen = e },
        ReportReturned => state with { Frozen = null, SignedOff = [] },
        ReportSignedOff e => state with { SignedOff = [.. state.SignedOff, e] },
        ReportSubmitted => state with { Submitted = true },
        ReportConsidered e => state with { Considered = e },
        ReportPublished e => state with { Published = e },
        ReportEarlyAccessGiven e => state with { Seen = [.. state.Seen, e] },
        _ => state,
    };

    private static Decision Begin(Report state, ReportPrepared prepared) =>
        state.Prepared is null ? Decision.Take(prepared)
        : state.Prepared with { By = prepared.By } == prepared && state.Restates is null ? Decision.AlreadySo
        : Decision.Refuse("REPORT_EXISTS", "There is another report of this key; give this one a key of its own.");

    private static Decision Restate(Report state, PrepareRestatement c, Occasion occasion)
    {
        if (c.Before is not { } before)
            return Decision.Refuse("NOTHING_TO_RESTATE", "Only a report that is published can be restated; an earlier one is returned and frozen anew.");
        var prepared = new ReportPrepared(c.Report, c.Key, before.Kind, before.Body, before.Year, before.AsAt, before.Partner, occasion.Actor.Person);
        var restates = new ReportRestates(c.Restates, before.ContentHash, c.Reason);
        return state.Prepared is null ? Decision.Take(prepared, restates)
            : state.Restates == restates ? Decision.AlreadySo
            : Decision.Refuse("REPORT_EXISTS", "There is another report of this key; give this one a key of its own.");
    }

    private static Decision Attach(Report state, AttachReportFile c) =>
        state.Frozen is not null ? Decision.Refuse("FROZEN_ALREADY", "The report is frozen; another file goes to a restatement.")
        : state.Files.GetValueOrDefault(c.Slot) == c.Sha256 ? Decision.AlreadySo
        : Decision.Take(new ReportFileAttached(c.Report, c.Slot, c.FileName, c.Office, c.Sha256, c.Columns, c.Rows));

    private static Decision Class(Report state, ClassReportChange c)
    {
        if (state.Restates is null) return Decision.Refuse("NOT_A_RESTATEMENT", "This report restates none, so no change in it is to be classed.");
        if (state.Frozen is not null) return Decision.Refuse("FROZEN_ALREADY", "The report is frozen; what it says of its changes stands.");
        var now = new ChangeClasses(state.Classed);
        return c.Figures.All(f => now.Of(f) is { } said && said.Class == c.Class && said.Why == c.Why)
            ? Decision.AlreadySo
            : Decision.Take(new ReportChangeClassed(c.Figures, c.Class, c.Why));
    }

    private static Decision Freeze(Report state, ReportPrepared prepared, FreezeReport c, Occasion occasion)
    {
        if (state.Frozen is not null) return Decision.Refuse("FROZEN_ALREADY", "The report is frozen; a reviewer can return it, and what comes late goes to a restatement.");
        if (prepared.By == occasion.Actor.Person)
            return Decision.Refuse("SAME_PERSON", "Freezing takes two persons: somebody else than who prepared the report freezes it.");
        if (ReportRule.Of(prepared.Kind).Reviewed && c.Frozen.Reviewers.Count == 0)
            return Decision.Refuse("REVIEWERS_UNKNOWN", "The policy pack names no reviewers, and this report is signed off by them; load a pack that names them.");
        var classed = new ChangeClasses(state.Classed);
        string[] open = [.. c.Changed.Where(f => classed.Of(f) is null)];
        if (open.Length > 0)
            return Decision.Refuse("CHANGES_UNCLASSED",
                $"{open.Length} changed figures are not classed yet: {string.Join(", ", open.Take(FiguresNamed))}{(open.Length > FiguresNamed ? " and others" : "")}. Class each as a revision, a correction or a definition.");
        return Decision.Take(new ReportFrozen(c.Frozen.Position, c.Frozen.Template, c.Frozen.ContentHash, c.Frozen.Figures, c.Frozen.Reviewers, occasion.Actor.Person));
    }

    private static Decision See(Report state, NoteEarlyAccess c, Occasion occasion)
    {
        var given = new ReportEarlyAccessGiven(c.ContentHash, occasion.Actor.Person);
        return state.Published is not null || state.Seen.Contains(given) ? Decision.AlreadySo : Decision.Take(given);
    }

    private static Decision SignOff(Report state, ReportPrepared prepared, ReportFrozen frozen, SignOffReport c, Occasion occasion)
    {
        var person = occasion.Actor.Person;
        if (frozen.Reviewers.FirstOrDefault(r => r.Key == c.Reviewer) is not { } reviewer) return NoReviewer(frozen, c.Reviewer);
        if (c.ContentHash != frozen.ContentHash)
            return Decision.Refuse("CONTENT_DIFFERS", $"What you were shown is not what is frozen, whose content hash is {frozen.ContentHash}; read that and sign it off.");
        if (state.SignedOff.FirstOrDefault(s => s.Reviewer == c.Reviewer) is { } signed)
            return signed.By == person ? Decision.AlreadySo : Decision.Refuse("SIGNED_OFF_ALREADY", $"The {reviewer.Office} signed this report off already.");
        if (state.SignedOff.Any(s => s.By == person) || person == prepared.By || person == frozen.By)
            return Decision.Refuse("SAME_PERSON", "Each reviewer signs off in person, and nobody who prepared or froze the report does.");
        if (!c.Appointed) return NotAppointed(reviewer);
        return Decision.Take(new ReportSignedOff(reviewer.Key, reviewer.Office, c.ContentHash, person));
    }

    private static Decision Return(Report state, ReportFrozen frozen, ReturnReport c) =>
        state.Submitted ? Decision.Refuse("SUBMITTED_ALREADY", "The report was submitted; what comes late goes to a restatement.")
        : frozen.Reviewers.FirstOrDefault(r => r.Key == c.Reviewer) is { } reviewer
            ? c.Appointed ? Decision.Take(new ReportReturned(reviewer.Key, reviewer.Office, c.Reason)) : NotAppointed(reviewer)
        : NoReviewer(frozen, c.Reviewer);

    private static Decision Submit(Report state, ReportPrepared prepared, ReportFrozen frozen)
    {
        if (state.Submitted) return Decision.AlreadySo;
        string[] missing = [.. frozen.Reviewers.Where(r => state.SignedOff.All(s => s.Reviewer != r.Key)).Select(r => r.Office)];
        return missing.Length > 0
            ? Decision.Refuse("SIGN_OFF_MISSING", $"The report is not signed off yet by: {string.Join(", ", missing)}.")
            : Decision.Take(new ReportSubmitted(prepared.Body));
    }

    private static Decision Consider(Report state, ReportPrepared prepared, ConsiderReport c, Occasion occasion)
    {
        var on = c.ConsideredOn ?? occasion.Today;
        if (!state.Submitted) return Decision.Refuse("NOT_SUBMITTED", "The report has not been submitted to the body yet.");
        if (on > occasion.Today) return Decision.Refuse("CONSIDERED_IN_FUTURE", $"A minute is of a meeting that was held: today, {occasion.Today.Shown()}, or before.");
        var considered = new ReportConsidered(prepared.Body, c.Outcome, c.Minute, c.Text, on);
        if (state.Considered == considered) return Decision.AlreadySo;
        return state.Considered is { Outcome: not ReportOutcome.Deferred } before
            ? Decision.Refuse("CONSIDERED_ALREADY", $"The body has considered this report: {before.Minute}.")
            : Decision.Take(considered);
    }

    private static Decision Publish(Report state, ReportPrepared prepared, ReportFrozen frozen, PublishReport c, Occasion occasion)
    {
        if (state.Published is not null) return Decision.AlreadySo;
        if (!state.Submitted) return Decision.Refuse("NOT_SUBMITTED", "The report has not been submitted to the body yet.");
        if (ReportRule.Of(prepared.Kind).Considered && state.Considered is null or { Outcome: ReportOutcome.Deferred })
            return Decision.Refuse("NOT_CONSIDERED", "The body has not considered the report yet, or has put it off; its clerk minutes the outcome.");
        if (frozen.By == occasion.Actor.Person)
            return Decision.Refuse("SAME_PERSON", "Publishing takes two persons: somebody else than who froze the report publishes it.");
        return Decision.Take(new ReportPublished(
            prepared.Kind, c.Certificate.Version, c.Certificate.Receipt, c.Certificate.Hash, c.Certificate.Printed, occasion.Actor.Person));
    }

    private static Decision NotAppointed(ReportReviewer reviewer) =>
        Decision.Refuse("NOT_APPOINTED", $"You are not appointed to the office of the {reviewer.Office} today; an administrator appoints who holds it, and from when.");

    private static Decision NoReviewer(ReportFrozen frozen, string key) => Decision.Refuse("NO_REVIEWER",
        frozen.Reviewers.Count == 0 ? "This kind of report is not signed off." : $"{key} is no reviewer of this report; they are: {string.Join(", ", frozen.Reviewers.Select(r => r.Key))}.");
}
