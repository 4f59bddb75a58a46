using Equalities.Governance.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class PackEndpoint(
    Dispatch dispatch, Intake intake, Registers registers, EventReader reader, Catalogue catalogue, SiloTables tables, PolicyInForce policy,
    IPartners partners)
    : PackService.PackServiceBase
{
    // The scope of the request ids: each entry's derives from the load's, so that a repeated load repeats and never doubles.
    private const string Rpc = "PackService/LoadPack";

    public override async Task LoadPack(LoadPackRequest r, IServerStreamWriter<LoadPackResponse> answers, ServerCallContext context)
    {
        var pack = Read(r);
        await tables.Refresh(context.CancellationToken);
        if (policy.Council is { } council && council.Pack != PackLoad.IdOf(pack))
            throw new LedgerException(new Failure(FailureKind.Refused, "ANOTHER_COUNCILS_PACK",
                $"This ledger is that of {council.Name} ({council.Key}), and the pack is that of {pack.Council.Name} ({pack.Council.Key}). Each council has a ledger of its own."));

        var load = PackLoad.Of(pack, await Recorded(context.CancellationToken), Occasion(context, r.RequestId));
        var result = new LoadedPack { DryRun = r.DryRun };
        if (!r.DryRun)
        {
            result.Receipt = Shown(await dispatch.Send(load.Establish, new Envelope(
                Occasion(context, r.RequestId), Rpc, r.HasExpectedVersion ? r.ExpectedVersion : null)));
            result.Position = result.Receipt.Position;
            for (var done = 0; done < load.Steps.Count; done++)
            {
                await answers.WriteAsync(new() { Done = done, Total = load.Steps.Count });
                await Send(load.Steps[done], context, r.RequestId, result);
            }
        }
        Count(load, result);
        await answers.WriteAsync(new() { Done = load.Steps.Count, Total = load.Steps.Count, Result = result });
    }

    public override async Task<GetPackResponse> GetPack(GetPackRequest r, ServerCallContext context)
    {
        var pack = policy.Council is { } council
            ? await registers.Find<PackRegister>(StreamKey.Of(PackId.Kind, council.Pack.Value), ct: context.CancellationToken)
            : null;
        return new()
        {
            Pack = Shown(pack ?? throw new LedgerException(new Failure(
                FailureKind.NotFound, "NO_PACK_LOADED", "No policy pack was loaded yet; an administrator loads it with `pack load`."))),
        };
    }

    private Pack Read(LoadPackRequest r) => intake.Read(f =>
    {
        if (r.RequestId.Length is 0 or > 100 || r.RequestId.Any(c => c is < '!' or > '~'))
            f.Violate("request_id", "Give every write an id of its own, such as a fresh UUID (at most 100 visible characters), and the same one when you send it again.");
        if (r.HasExpectedVersion && r.ExpectedVersion < 0)
            f.Violate("expected_version", "A version is 0 or more; 0 means that the record does not exist yet.");
        f.Done();
        var reading = PackReader.Read(r.Pack.Span);
        return reading.IsValid
            ? reading.Pack
            : throw new FieldsException([.. reading.Mistakes.Select(m =>
                (m.Path is "" ? "pack" : m.Path, $"line {m.Line}, column {m.Column}: {m.Sentence}"))]);
    });

    private async Task<List<(string Stream, object Event)>> Recorded(CancellationToken ct)
    {
        var names = catalogue.Events.Where(e => PackLoad.SaidBy.Contains(e.Type)).Select(e => e.StoredName).ToArray();
        var recorded = new List<(string, object)>();
        await foreach (var e in reader.Read(new EventRange(StoredNames: names), ct)) recorded.Add((e.Stream, e.Event));
        return recorded;
    }

    private async Task Send(LoadStep step, ServerCallContext context, string requestId, LoadedPack result)
    {
        try
        {
            // Whether the partner takes commitments is asked when its turn comes: the load may have registered it just now.
            var command = step.Command is ProposeCommitment proposal ? proposal with { Readiness = partners.ReadinessOf(proposal.Partner) } : step.Command;
            var receipt = await dispatch.Send(command, new Envelope(Occasion(context, $"{requestId}/{step.Ref}"), Rpc));
            result.Position = Math.Max(result.Position, receipt.Position);
        }
        catch (LedgerException e) when (e.Failure.Kind is FailureKind.Refused or FailureKind.NotFound or FailureKind.NotYours)
        {
            // Its own record has the last word; the other entries go on.
            result.Refused.Add(new RefusedEntry { Entry = step.Ref, Reason = e.Failure.Reason, Sentence = e.Failure.Sentence });
        }
    }

    private Occasion Occasion(ServerCallContext context, string requestId) =>
        dispatch.OccasionOf(Caller.Of(context).Actor, requestId, Caller.Of(context).Correlation);

    private static void Count(PackLoad load, LoadedPack result)
    {
        var refused = result.Refused.Select(r => r.Entry).ToHashSet();
        result.NoLongerInThePack.AddRange(load.Entries.Where(e => e.Standing is Standing.NoLongerInThePack).Select(e => e.Ref));
        foreach (var kind in load.Entries.GroupBy(e => e.Kind))
        {
            int Of(Standing standing) => kind.Count(e => e.Standing == standing && !refused.Contains(e.Ref));
            result.Counts.Add(new LoadCount
            {
                Kind = kind.Key,
                Added = Of(Standing.Added),
                Changed = Of(Standing.Changed),
                Unchanged = Of(Standing.Unchanged),
                NoLongerInThePack = Of(Standing.NoLongerInThePack),
                Refused = kind.Count(e => refused.Contains(e.Ref)),
            });
        }
    }

    private static Equalities.Ledger.V1.Receipt Shown(WriteReceipt receipt) =>
        new() { Stream = receipt.Stream, Version = receipt.Version, Position = receipt.Position };

    private static Words.Pack Shown(PackRegister pack)
    {
        var places = pack.Contents.Select((entry, place) => (entry, place)).ToDictionary(c => c.entry, c => c.place);
        bool Holds(object said) => places.ContainsKey(PolicyPack.NameOf(said)!);
        IEnumerable<T> InOrder<T>(IEnumerable<T> entries) where T : notnull =>
            entries.OrderBy(e => places.GetValueOrDefault(PolicyPack.NameOf(e)!, int.MaxValue));

        var shown = new Words.Pack
        {
            PackId = pack.Pack.ToString(),
            CouncilKey = pack.CouncilKey,
            Council = pack.Council,
            Namespace = pack.Namespace.ToString(),
            Title = pack.Policy?.Title ?? "",
            PolicyVersion = pack.Policy?.Version ?? "",
            InForceFrom = (pack.Policy?.EffectiveOn).Shown(),
            Statements =
            {
                InOrder(pack.Statements).Select(s => new PolicyStatement
                {
                    Reference = PolicyPack.NameOf(s), Label = s.Label, Text = s.Text, Citation = s.Citation.ToString(), InPack = Holds(s),
                }),
            },
            Bodies =
            {
                InOrder(pack.Bodies).Select(b => new Words.Body
                {
                    BodyId = b.Body.ToString(), Key = b.Key, Name = b.Name, Aliases = { b.Aliases }, Kind = PackWord.Of(b.Kind),
                    Parent = b.Parent ?? "", Citation = b.Citation.ToString(), InPack = Holds(b),
                }),
            },
            Networks =
            {
                InOrder(pack.Networks).Select(n => new Network
                {
                    Key = n.Key, Name = n.Name, Aliases = { n.Aliases }, Purpose = n.Purpose, Virtual = n.Virtual, ReportsTo = n.ReportsTo ?? "",
                    CoChairIds = { n.CoChairs.Select(c => c.ToString()) }, MemberIds = { n.Members.Select(m => m.ToString()) },
                    Citation = n.Citation.ToString(), InPack = Holds(n),
                }),
            },
            Contacts =
            {
                InOrder(pack.Contacts).Select(c => new Contact
                {
                    Key = c.Key, Office = c.Office, Mailbox = c.Mailbox, Citation = c.Citation.ToString(), InPack = Holds(c),
                }),
            },
            Reviewers =
            {
                InOrder(pack.Reviewers).Select(o => new Reviewer { Key = o.Key, Office = o.Office, Citation = o.Citation.ToString(), InPack = Holds(o) }),
            },
            Version = pack.Version,
        };
        foreach (var (name, value) in pack.Policy?.Values ?? new Dictionary<string, string>()) shown.Values.Add(name, value);
        return shown;
    }
}
