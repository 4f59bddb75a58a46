using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A partner's position statement for a year, as plain text that its lead can read and sign: a pure fold over the
/// events up to the scope's position, so that the same scope gives the same bytes on any later day.
/// </summary>
internal sealed class PositionStatement(ReportScope scope, PartnerId partner)
{
    /// <summary>The kinds of aggregate that it is about.</summary>
    public static readonly IReadOnlyList<string> Kinds = [PolicyPack.Kind, PartnerId.Kind, PartnerStandingRegister.Kind, CommitmentId.Kind, AgreedOutcomeRegister.Kind];

    private readonly PartnersOnRecord _partners = new(scope);
    private readonly StatementsOnRecord _statements = new();
    private readonly StandingsOnRecord _standings = new(scope);
    private readonly CommitmentsOnRecord _commitments = new(scope);

    /// <summary>SHA-256 over a statement, in hexadecimal.</summary>
    public static string Digest(string statement) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statement)));

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Position > scope.Position) return;
        _partners.Apply(recorded);
        _statements.Apply(recorded);
        _standings.Apply(recorded);
        _commitments.Apply(recorded);
    }

    /// <summary>The statement; null when no such partner is on record.</summary>
    public string? Complete()
    {
        if (_partners.All.FirstOrDefault(p => p.Id == partner) is not { } known) return null;
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"Position statement of {known.Heading(_partners)}");
        Line($"Financial year {scope.Year}, as at {Printed.Day(scope.AsAt)}");
        Line($"Known up to position {scope.Position.ToString(CultureInfo.InvariantCulture)} of the ledger");
        CommitmentOnRecord[] held = [.. _commitments.All.Where(c => c.Holder == partner)];
        Line($"\nCommitments: {Count(held.Length)}");
        foreach (var commitment in held) Commitment(commitment, Line);
        var expectations = _statements.Of(StatementKind.Expectation);
        Line($"\nExpectations of partners: {Count(expectations.Count)}");
        foreach (var expectation in expectations)
        {
            var attested = _standings.Attested(partner, expectation.Ref);
            var exception = _standings.Exception(partner, expectation.Ref);
            Line($"- {expectation.Heading}: {(attested is null ? "not stated" : $"{Printed.Word(attested.Value.Status).ToLowerInvariant()}, said on {Printed.Day(attested.On)}, {attested.Value.Evidence}")}"
                + (exception?.InForce(scope.AsAt) == true ? $"; excepted until {Printed.Day(exception.Granted.Value.ExpiresOn)}" : ""));
        }
        var recommendations = _statements.Of(StatementKind.Recommendation);
        Line($"\nRecommendations to partners: {Count(recommendations.Count)}");
        foreach (var recommendation in recommendations)
        {
            var answered = _standings.Answered(partner, recommendation.Ref);
            Line($"- {recommendation.Heading}: {(answered is null ? "no answer" : $"{Printed.Word(answered.Value.Answer).ToLowerInvariant()} on {Printed.Day(answered.On)}, {answered.Value.Reason}")}");
        }
        return text.ToString();
    }

    private void Commitment(CommitmentOnRecord commitment, Action<string> line)
    {
        line($"- {commitment.Wording} ({commitment.Subject})");
        line($"  Status: {commitment.Standing.Word.ToLowerInvariant()}{(commitment.Due is { } due ? $"; due on {Printed.Day(due)}" : "")}"
            + (commitment.Due is { } now && commitment.FirstDue is { } first && now != first ? $", first on {Printed.Day(first)}" : ""));
        line($"  Updates for the year: {Count(commitment.Given.Count)} given, {Count(commitment.Late.Count)} late, {Count(commitment.Nil.Count)} nil, "
            + $"{Count(commitment.Missed.Count)} missed, {Count(commitment.Named.Count)} to be named");
        if (commitment.Update.Any) line($"  Last update: {Printed.Day(commitment.Update.On)}, {commitment.Update.Value.Narrative}");
        if (_commitments.OutcomeOf(commitment) is { } outcome) line($"  Outcome: {(outcome.Step.Value is OutcomeAgreed agreed ? $"agreed, {agreed.Wording}" : "not agreed")}");
        if (commitment.Assessed.Any) line($"  The council's assessment: {Printed.Word(commitment.Assessed.Value.Status).ToLowerInvariant()}, {commitment.Assessed.Value.Assessment}");
        if (commitment.Replied.Any) line($"  The partner's reply: {commitment.Replied.Value.Reply}");
        if (commitment.Concluded.Any) line($"  The council's final view: {Printed.Word(commitment.Concluded.Value.Status).ToLowerInvariant()}, {commitment.Concluded.Value.FinalView}");
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
