using System.Text.Json;
using Equalities.Cases.V1;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using Google.Protobuf;
using Grpc.Core;
using Words = Equalities.Cases.V1;

namespace EqualitiesPlatform.Cases;

internal sealed class ErasureEndpoint(Intake intake, People people, EventReader reader) : ErasureService.ErasureServiceBase
{
    private static readonly JsonSerializerOptions Indented = new(Catalogue.Json) { WriteIndented = true };

    public override async Task<ProposeErasureResponse> ProposeErasure(ProposeErasureRequest r, ServerCallContext context)
    {
        var found = await Find(context, r.CaseId);
        return await intake.Write<ProposeErasureResponse>(context, r, f => new ProposeErasure(found.File, found.Case, f.Word<ErasureReason>(r.Reason), found.Open));
    }

    public override async Task<WithdrawErasureResponse> WithdrawErasure(WithdrawErasureRequest r, ServerCallContext context)
    {
        var found = await Find(context, r.CaseId);
        return await intake.Write<WithdrawErasureResponse>(context, r, _ => new WithdrawErasure(found.File));
    }

    public override async Task<EraseSubjectResponse> EraseSubject(EraseSubjectRequest r, ServerCallContext context)
    {
        var found = await Find(context, r.CaseId);
        var response = await intake.Write<EraseSubjectResponse>(context, r, _ => new EraseSubject(found.File, found.Open));
        // At once, so that the answer says what is so; if this fails, the follow-up does it.
        await people.Erase(found.File);
        return response;
    }

    public override async Task<ListErasuresResponse> ListErasures(ListErasuresRequest r, ServerCallContext context)
    {
        var page = await intake.List<ErasureRegister>(context, r);
        return new()
        {
            Erasures =
            {
                page.Items.Select(e => new Words.ErasureOnRecord
                {
                    PersonId = e.Person.ToString(), CaseId = e.Case.ToString(), State = Enum.Parse<Words.ErasureState>(e.State.ToString()),
                    Reason = e.Reason is { } reason ? Enum.Parse<Words.ErasureReason>(reason.ToString()) : default, ProposedById = e.ProposedBy?.ToString() ?? "",
                    ProposedOn = e.ProposedOn.Shown(), ConfirmedById = e.ConfirmedBy?.ToString() ?? "", ErasedOn = e.ErasedOn.Shown(), Version = e.Version,
                }),
            },
            NextPageToken = page.NextPageToken,
        };
    }

    public override async Task<ExportSubjectResponse> ExportSubject(ExportSubjectRequest r, ServerCallContext context)
    {
        var found = await Find(context, r.CaseId);
        var person = await people.Find(found.File) ?? throw new LedgerException(new Failure(FailureKind.NotFound, "PERSON_NOT_FOUND", "This file was erased; nothing is known of whom it was about."));
        var texts = await people.Texts(found.File);
        var export = new
        {
            person = new { id = found.File, person.Name, person.Contact, person.Characteristics },
            @case = new { id = found.Case, found.Type, found.Ward, found.ReceivedOn, found.State },
            entries = (await reader.ReadStream(found.Id, ct: context.CancellationToken)).Select(e => new
            {
                at = e.RecordedAt,
                what = Sentence.Of(e, ids: false),
                by = e.Occasion.Actor.Role.ToString(),
                text = e.Event is ISaysOfSomebody said ? texts.GetValueOrDefault(said.Text) : null,
            }),
        };
        return new() { Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(export, Indented)) };
    }

    private Task<CaseRegister> Find(ServerCallContext context, string caseId) =>
        intake.Get<CaseRegister>(context, StreamKey.Of(CaseId.Kind, intake.Read(f => f.Id<CaseId>(caseId, "r.CaseId")).Value), "case");
}
