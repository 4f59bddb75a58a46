using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Commitments;

// At the end of each financial year a partner's position is frozen and shown to it; its lead attests to it as shown,
// answers it, or returns nil. Governance assesses, and has the final view after the reply (Report 6.1). Silence can be
// told apart: not asked, no answer, nil return.

/// <summary>A command about a partner's attestation of a year.</summary>
public interface IYearEndAttestationCommand : ICommand, IOpens
{
    /// <summary>The partner.</summary>
    PartnerId Partner { get; }

    /// <summary>The financial year.</summary>
    FinancialYear Year { get; }

    string ICommand.Stream => YearEndAttestationId.Stream(Partner, Year);

    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Freeze the partner's position, and so ask it to attest or answer.</summary>
/// <param name="AsAt">The effective cut-off.</param>
/// <param name="Position">Up to which position it was composed: looked up, and no part of what was sent.</param>
/// <param name="Sha256">What it came to: likewise.</param>
[GenerateSerializer, Immutable]
public sealed record FreezePosition(
    PartnerId Partner, FinancialYear Year, DateOnly AsAt, [property: JsonIgnore] long Position, [property: JsonIgnore] string Sha256) : IYearEndAttestationCommand;

/// <summary>Attest to the position as it was shown.</summary>
/// <param name="Signature">The signature over <see cref="YearEndAttestationId.ToSign"/>, in base64, if it is signed.</param>
/// <param name="Signing">How the signature stands to the partner's keys: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record AttestPosition(
    PartnerId Partner, FinancialYear Year, string PositionShown, string? Statement, string? Signature = null,
    [property: JsonIgnore] Signing? Signing = null) : IYearEndAttestationCommand;

/// <summary>Answer the position as it was shown, instead of attesting to it.</summary>
[GenerateSerializer, Immutable]
public sealed record AnswerPosition(PartnerId Partner, FinancialYear Year, string PositionShown, string Reply) : IYearEndAttestationCommand;

/// <summary>Say that there is nothing to attest to or to answer: a nil return, unlike silence.</summary>
[GenerateSerializer, Immutable]
public sealed record ReturnNilPosition(PartnerId Partner, FinancialYear Year, string PositionShown) : IYearEndAttestationCommand;

/// <summary>Assess the partner's year, for the council.</summary>
[GenerateSerializer, Immutable]
public sealed record AssessPosition(PartnerId Partner, FinancialYear Year, string Assessment) : IYearEndAttestationCommand;

/// <summary>Say the council's final view, after what the partner said.</summary>
[GenerateSerializer, Immutable]
public sealed record ConcludePosition(PartnerId Partner, FinancialYear Year, string FinalView) : IYearEndAttestationCommand;

/// <summary>How a signature stands to a partner's keys.</summary>
/// <param name="Fingerprint">The key that counts, if the partner has one.</param>
/// <param name="Valid">Whether that key made the signature.</param>
[GenerateSerializer, Immutable]
public sealed record Signing(string? Fingerprint, bool Valid);

/// <summary>The id of a partner's attestation of a year, which follows from both.</summary>
public static class YearEndAttestationId
{
    /// <summary>The stream's key.</summary>
    public static string Stream(PartnerId partner, FinancialYear year) =>
        StreamKey.Of("year-end-attestation", NameBasedId.Of(partner.Value, $"year-end-attestation:{year}"));

    /// <summary>What a lead signs: whose position of which year it is, and the SHA-256 of what was shown.</summary>
    public static string ToSign(PartnerId partner, FinancialYear year, string sha256) =>
        $"equalities position attestation\npartner {partner}\nyear {year}\nsha256 {sha256}\n";
}

/// <summary>The partner's position was frozen and shown to it, and it was asked to attest or to answer.</summary>
/// <param name="AsAt">The effective cut-off.</param>
/// <param name="Position">Everything up to this position is in it.</param>
/// <param name="Sha256">Over the statement as shown, in hexadecimal.</param>
/// <param name="AnswerBy">The last day on which an answer is in time.</param>
[RecordedBy<YearEndAttestation>("commitments.position-frozen.v1")]
public sealed record PositionFrozen(PartnerId Partner, FinancialYear Year, DateOnly AsAt, long Position, string Sha256, DateOnly AnswerBy);

/// <summary>The lead attested that the position is as it was shown; again, when the position has changed since.</summary>
/// <param name="PositionShown">What was shown: the position's version or digest, as printed on it.</param>
[RecordedBy<YearEndAttestation>("commitments.position-attested.v1")]
public sealed record PositionAttested(PartnerId Partner, FinancialYear Year, string PositionShown, [property: Statement] string? Statement);

/// <summary>The attestation is signed with the partner's key.</summary>
/// <param name="Fingerprint">Which key.</param>
/// <param name="Signature">The signature over <see cref="YearEndAttestationId.ToSign"/>, in base64.</param>
[RecordedBy<YearEndAttestation>("commitments.position-signed.v1")]
public sealed record PositionSigned(PartnerId Partner, FinancialYear Year, string PositionShown, string Fingerprint, string Signature);

/// <summary>The lead answered the position instead of attesting to it.</summary>
/// <param name="PositionShown">What was shown: the position's version or digest, as printed on it.</param>
[RecordedBy<YearEndAttestation>("commitments.position-answered.v1")]
public sealed record PositionAnswered(PartnerId Partner, FinancialYear Year, string PositionShown, [property: Statement] string Reply);

/// <summary>The lead said that there is nothing to attest to or to answer.</summary>
[RecordedBy<YearEndAttestation>("commitments.position-nil-returned.v1")]
public sealed record PositionNilReturned(PartnerId Partner, FinancialYear Year, string PositionShown);

/// <summary>Nothing came by the day on which an answer was due; on record once for what was frozen, and never erased.</summary>
/// <param name="AnswerBy">The day.</param>
/// <param name="EffectiveOn">The day after.</param>
[RecordedBy<YearEndAttestation>("commitments.position-unanswered.v1")]
public sealed record PositionUnanswered(PartnerId Partner, FinancialYear Year, DateOnly AnswerBy, DateOnly EffectiveOn) : IEffective;

/// <summary>The council assessed the partner's year.</summary>
[RecordedBy<YearEndAttestation>("commitments.position-assessed.v1")]
public sealed record PositionAssessed(PartnerId Partner, FinancialYear Year, [property: Statement] string Assessment);

/// <summary>The council said its final view, after what the partner said.</summary>
[RecordedBy<YearEndAttestation>("commitments.position-concluded.v1")]
public sealed record PositionConcluded(PartnerId Partner, FinancialYear Year, [property: Statement] string FinalView);

/// <summary>What deciding about a year-end attestation needs to know.</summary>
/// <param name="Frozen">What was frozen last.</param>
/// <param name="Word">The partner's last word: attested, answered or nil returned.</param>
/// <param name="Signed">The signature on that word.</param>
/// <param name="Awaited">The day by which an answer to what was frozen last is awaited; none when it came or is missed.</param>
internal sealed record YearEndAttestation(
    PartnerId? Partner, PositionFrozen? Frozen, object? Word, PositionSigned? Signed, DateOnly? Awaited, PositionAssessed? Assessed, PositionConcluded? Concluded)
    : IAggregate<YearEndAttestation>
{
    public static string Kind => "year-end-attestation";

    public static YearEndAttestation Unborn { get; } = new(null, null, null, null, null, null, null);

    public DateOnly? WakesOn => Awaited?.AddDays(1);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(YearEndAttestation state, ICommand command, Occasion occasion)
    {
        // The clock may come late; what is said after its day was silence first, whoever says it first.
        var due = state.DueBy(occasion.Today);
        if (command is RaiseDue) return Decision.Take(due);
        var decision = Answer(due.Aggregate(state, Evolve), command, occasion);
        return decision is Decision.Taken { Events.Count: > 0 } taken ? Decision.Take([.. due, .. taken.Events]) : decision;
    }

    public static YearEndAttestation Evolve(YearEndAttestation state, object @event) => @event switch
    {
        PositionFrozen e => state with { Partner = e.Partner, Frozen = e, Awaited = e.AnswerBy },
        PositionAttested e => state with { Partner = e.Partner, Word = e, Signed = null, Awaited = null },
        PositionSigned e => state with { Signed = e },
        PositionAnswered e => state with { Partner = e.Partner, Word = e, Signed = null, Awaited = null },
        PositionNilReturned e => state with { Partner = e.Partner, Word = e, Signed = null, Awaited = null },
        PositionUnanswered => state with { Awaited = null },
        PositionAssessed e => state with { Partner = e.Partner, Assessed = e },
        PositionConcluded e => state with { Concluded = e },
        _ => state,
    };

    private static Decision Answer(YearEndAttestation state, ICommand command, Occasion occasion) => command switch
    {
        IYearEndAttestationCommand c when c.Year.First > occasion.Today =>
            Decision.Refuse("YEAR_NOT_BEGUN", $"{c.Year} begins on {c.Year.First.Shown()}; there is no position to speak of yet."),
        FreezePosition c => state.Frozen?.Sha256 == c.Sha256
            ? Decision.AlreadySo
            : Decision.Take(new PositionFrozen(
                c.Partner, c.Year, c.AsAt, c.Position, c.Sha256, occasion.Today.AddDays(occasion.Policy.Number("positions.answer-days", 14)))),
        AssessPosition c => state.Assessed?.Assessment == c.Assessment
            ? Decision.AlreadySo
            : Decision.Take(new PositionAssessed(c.Partner, c.Year, c.Assessment)),
        ConcludePosition c => state.Assessed is null && state.Word is null
            ? Decision.Refuse("NOTHING_TO_CONCLUDE", "Neither did the council assess this year nor did the partner say anything of it.")
            : state.Concluded?.FinalView == c.FinalView ? Decision.AlreadySo : Decision.Take(new PositionConcluded(c.Partner, c.Year, c.FinalView)),
        _ when ShownIn(command) is { } shown && state.Frozen is { } frozen && shown != frozen.Sha256 =>
            Decision.Refuse("POSITION_NOT_AS_FROZEN", $"What was shown last is the position with the digest {frozen.Sha256}; read it again and speak of that."),
        AttestPosition c => Attest(state, c),
        AnswerPosition c => (state.Word as PositionAttested)?.PositionShown == c.PositionShown
            ? Decision.Refuse("POSITION_ALREADY_ATTESTED", "This very position was attested to; it can be answered once it has changed.")
            : Said(state, new PositionAnswered(c.Partner, c.Year, c.PositionShown, c.Reply)),
        ReturnNilPosition c => Said(state, new PositionNilReturned(c.Partner, c.Year, c.PositionShown)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A year-end attestation does not know this command."),
    };

    private static string? ShownIn(ICommand command) => command switch
    {
        AttestPosition c => c.PositionShown,
        AnswerPosition c => c.PositionShown,
        ReturnNilPosition c => c.PositionShown,
        _ => null,
    };

    private static Decision Attest(YearEndAttestation state, AttestPosition c)
    {
        var attested = new PositionAttested(c.Partner, c.Year, c.PositionShown, c.Statement);
        if (c.Signature is null)
            return c.Signing?.Fingerprint is not null && state.Frozen is not null
                ? Decision.Refuse("SIGNATURE_NEEDED", "The partner has a signing key: sign the text that `positions to-sign` gives, and send the signature along.")
                : Said(state, attested);
        if (c.Signing?.Fingerprint is not { } key) return Decision.Refuse("NO_KEY", "The partner has no signing key; register one first.");
        if (!c.Signing.Valid) return Decision.Refuse("SIGNATURE_INVALID", "The partner's key did not make this signature over the text that `positions to-sign` gives.");
        var signed = new PositionSigned(c.Partner, c.Year, c.PositionShown, key, c.Signature);
        return !attested.Equals(state.Word) ? Decision.Take(attested, signed)
            : state.Signed == signed ? Decision.AlreadySo
            : Decision.Take(signed);
    }

    private static Decision Said(YearEndAttestation state, object word) => word.Equals(state.Word) ? Decision.AlreadySo : Decision.Take(word);

    private IReadOnlyList<object> DueBy(DateOnly today) => Awaited is { } day && today > day
        ? [new PositionUnanswered(Frozen!.Partner, Frozen.Year, day, day.AddDays(1))]
        : [];
}
