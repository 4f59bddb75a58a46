using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Vocabulary;
using Equalities.Ledger.V1;
using Grpc.Core;
using Words = Equalities.Ledger.V1;

namespace EqualitiesPlatform.Ledger;

internal sealed class WithdrawalEndpoint(Intake intake, EventReader reader, Catalogue catalogue, IPolicy policy) : WithdrawalService.WithdrawalServiceBase
{
    public override Task<ProposeWithdrawalResponse> ProposeWithdrawal(ProposeWithdrawalRequest r, ServerCallContext context) =>
        intake.Write<ProposeWithdrawalResponse>(context, r, async f =>
        {
            var reason = f.Text(r.Reason);
            var member = f.Text(r.Member);
            if (r.EventVersion < 1) f.Violate("event_version", "Name the event by its version in the stream, from 1.");
            var stream = f.Try(() => StreamNames.Read(r.Stream, catalogue, policy)) ?? "";
            f.Done();
            catalogue.Seen(Caller.Of(context), stream);
            var stored = (await reader.StoredStream(stream, context.CancellationToken)).FirstOrDefault(e => e.Version == r.EventVersion)
                ?? throw new LedgerException(FailureKind.NotFound, "NOT_FOUND", "There is no such event.");
            var id = NameBasedId.Of<WithdrawalId>(StreamKey.IdOf(stream), $"{stream}:{r.EventVersion}:{member}");
            if (SaltedStatement.In(stored) is var statements && statements.All(s => s.Member != member) && !OccasionHeaders.Parse(stored.Headers).HasWithdrawn(member))
                f.Violate("member", statements.Count == 0
                    ? $"The event {stored.StoredName} holds no statement; what isn't one can't be withdrawn."
                    : $"The statements of this event are {string.Join(" and ", statements.Select(s => s.Member))}.");
            return new ProposeWithdrawal(id, stream, r.EventVersion, member, reason);
        });

    public override Task<ConfirmWithdrawalResponse> ConfirmWithdrawal(ConfirmWithdrawalRequest r, ServerCallContext context) =>
        intake.Write<ConfirmWithdrawalResponse>(context, r, f => new ConfirmWithdrawal(f.Id<WithdrawalId>(r.WithdrawalId)));

    public override Task<DeclineWithdrawalResponse> DeclineWithdrawal(DeclineWithdrawalRequest r, ServerCallContext context) =>
        intake.Write<DeclineWithdrawalResponse>(context, r, f => new DeclineWithdrawal(f.Id<WithdrawalId>(r.WithdrawalId), f.Text(r.Reason)));

    public override async Task<GetWithdrawalResponse> GetWithdrawal(GetWithdrawalRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<WithdrawalId>(r.WithdrawalId));
        return new() { Withdrawal = Shown(await intake.Get<WithdrawalRegister>(context, StreamKey.Of(WithdrawalRegister.Kind, id.Value), "withdrawal")) };
    }

    public override async Task<ListWithdrawalsResponse> ListWithdrawals(ListWithdrawalsRequest r, ServerCallContext context)
    {
        var page = await intake.List<WithdrawalRegister>(context, r);
        return new() { Withdrawals = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Words.Withdrawal Shown(WithdrawalRegister withdrawal) => new()
    {
        WithdrawalId = StreamKey.IdOf(withdrawal.Id).ToString(),
        Stream = withdrawal.Of,
        EventVersion = withdrawal.EventVersion,
        Member = withdrawal.Member,
        Stage = (Words.WithdrawalStage)withdrawal.Stage,
        Reason = withdrawal.Reason,
        ProposedOn = withdrawal.ProposedOn.Shown(),
        DecidedOn = withdrawal.DecidedOn.Shown(),
        Version = withdrawal.Version,
    };
}
