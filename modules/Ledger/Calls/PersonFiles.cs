using Google.Protobuf;
using Grpc.Core;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Writes what is about people into the erasable store before the command that refers to it is sent, and takes it back
/// when the command is refused. A retry finds the words where it left them, and what a crash leaves over is swept.
/// </summary>
public sealed class PersonFiles(Intake intake, People people)
{
    /// <summary>Takes a write with words about somebody whose file is there.</summary>
    public Task<TResponse> Write<TResponse>(
        ServerCallContext context, IMessage request, PersonId file, Func<WriteFields, string> words, Func<WriteFields, TextId, string, ICommand> read)
        where TResponse : IMessage, new() => Keeping<TResponse>(context, request, async (fields, written, fresh) =>
    {
        var said = words(fields);
        var text = fields.NewId<TextId>("");
        var command = read(fields, text, await people.Mark(file, said));
        fields.Done();
        if (await people.Write(file, text, said)) fresh.Add(text.Value);
        written.Add(text.Value);
        return command;
    });

    /// <summary>Takes a write that begins a file.</summary>
    /// <param name="read">The command, from the file, the account's text and the mark of all that was told.</param>
    public Task<TResponse> Open<TResponse>(
        ServerCallContext context, IMessage request, Func<WriteFields, (PersonRecord Person, string Account)> told,
        Func<WriteFields, PersonId, TextId, Func<string, Task<ICommand>>> read)
        where TResponse : IMessage, new() => Keeping<TResponse>(context, request, async (fields, written, fresh) =>
    {
        var (person, account) = told(fields);
        var (file, text) = (fields.NewId<PersonId>(""), fields.NewId<TextId>(""));
        var command = read(fields, file, text);
        fields.Done();
        if (await people.Enter(file, person)) fresh.Add(file.Value);
        if (await people.Write(file, text, account)) fresh.Add(text.Value);
        written.AddRange([file.Value, text.Value]);
        return await command(await people.Mark(file, string.Join('\u001f', [account, person.Name, person.Contact, .. person.Characteristics?.Select(c => c.ToString()) ?? [], .. person.Groups ?? []])));
    });

    private async Task<TResponse> Keeping<TResponse>(ServerCallContext context, IMessage request, Func<WriteFields, List<Guid>, List<Guid>, Task<ICommand>> read)
        where TResponse : IMessage, new()
    {
        var (written, fresh) = (new List<Guid>(), new List<Guid>());
        try
        {
            var response = await intake.Write<TResponse>(context, request, fields => read(fields, written, fresh));
            await people.Settle(written);
            return response;
        }
        catch (LedgerException e) when (e.Failure.Kind is not (FailureKind.Unavailable or FailureKind.Busy))
        {
            // Whether an unavailable ledger has it is not known: then the words stay for the retry.
            foreach (var id in fresh) await people.TakeBack(id);
            throw;
        }
    }
}
