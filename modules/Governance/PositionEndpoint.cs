using Equalities.Governance.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using ReportScope = EqualitiesPlatform.Ledger.Reporting.ReportScope;

namespace EqualitiesPlatform.Governance;

internal sealed class PositionEndpoint(Intake intake, EventReader reader, Positions positions) : PositionService.PositionServiceBase
{
    public override Task<FreezePositionResponse> FreezePosition(FreezePositionRequest r, ServerCallContext context) =>
        intake.Write<FreezePositionResponse>(context, r, async f =>
        {
            var (partner, year, asAt) = (f.Id<PartnerId>(r.PartnerId), f.Year(r.Year), f.OptionalDay(r.AsAt));
            if (year != default && asAt < year.First) f.Violate("as_at", $"{year} begins on {year.First.Shown()}; a position of it can't be as at a day before that.");
            f.Done();
            var scope = new ReportScope("", year, asAt ?? year.Last, await positions.Final(context.CancellationToken));
            var statement = await Compose(scope, partner, context.CancellationToken)
                ?? throw new FieldsException([("partner_id", "There is no such partner; register it first.")]);
            return new FreezePosition(partner, year, scope.AsAt, scope.Position, PositionStatement.Digest(statement));
        });

    public override async Task<GetPositionResponse> GetPosition(GetPositionRequest r, ServerCallContext context)
    {
        var (partner, frozen) = await Frozen(r.PartnerId, r.Year, context);
        var statement = await Compose(new ReportScope("", frozen.Year, frozen.AsAt, frozen.Position), partner, context.CancellationToken) ?? "";
        return PositionStatement.Digest(statement) == frozen.Sha256
            ? new() { Sha256 = frozen.Sha256, Lines = { Texts.Lines(statement) }, AnswerBy = frozen.AnswerBy.Shown() }
            : throw new InvalidDataException($"The position that was frozen at {frozen.Position} with the digest {frozen.Sha256} does not come out the same any more.");
    }

    public override async Task<GetPositionToSignResponse> GetPositionToSign(GetPositionToSignRequest r, ServerCallContext context)
    {
        var (partner, frozen) = await Frozen(r.PartnerId, r.Year, context);
        return new() { Lines = { Texts.Lines(YearEndAttestationId.ToSign(partner, frozen.Year, frozen.Sha256)) } };
    }

    private async Task<(PartnerId Partner, PositionFrozen Frozen)> Frozen(string partnerId, string ofYear, ServerCallContext context)
    {
        var (partner, year) = intake.Read(f => (f.Id<PartnerId>(partnerId), f.Year(ofYear)));
        var attestation = await intake.Get<YearEndAttestationRegister>(context, YearEndAttestationId.Stream(partner, year), "position");
        return (partner, attestation.Frozen
            ?? throw new LedgerException(new Failure(FailureKind.NotFound, "POSITION_NOT_FROZEN", "The position of this year is not frozen yet; a governance officer freezes it.")));
    }

    private async Task<string?> Compose(ReportScope scope, PartnerId partner, CancellationToken ct)
    {
        var statement = new PositionStatement(scope, partner);
        await foreach (var recorded in reader.Read(new EventRange(ToPosition: scope.Position, Kinds: PositionStatement.Kinds), ct)) statement.Apply(recorded);
        return statement.Complete();
    }
}
