using System.Collections;
using System.Collections.Frozen;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EqualitiesPlatform.Ledger;

/// <summary>Leaves out of an answer the fields that its caller's role may not see (<c>seen_by</c>, beside the field).</summary>
internal sealed class Veil
{
    // Messages that have such fields, or hold messages that have.
    private readonly FrozenDictionary<string, (FieldDescriptor Field, SeenBy? SeenBy)[]> _veiled;

    public Veil(Rpcs rpcs)
    {
        var reached = new Dictionary<string, MessageDescriptor>(StringComparer.Ordinal);
        foreach (var rpc in rpcs.All) Reach(rpc.OutputType);
        void Reach(MessageDescriptor message)
        {
            if (!reached.TryAdd(message.FullName, message)) return;
            foreach (var field in message.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message)) Reach(field.MessageType);
        }

        var veiled = new Dictionary<string, (FieldDescriptor, SeenBy?)[]>(StringComparer.Ordinal);
        bool more;
        do
        {
            more = false;
            foreach (var message in reached.Values)
            {
                (FieldDescriptor Field, SeenBy? SeenBy)[] fields = [.. message.Fields.InDeclarationOrder().Select(f => (f, SeenByOf(f)))
                    .Where(f => f.Item2 is not null || (f.f.FieldType == FieldType.Message && veiled.ContainsKey(f.f.MessageType.FullName)))];
                if (fields.Length <= (veiled.GetValueOrDefault(message.FullName)?.Length ?? 0)) continue;
                veiled[message.FullName] = fields;
                more = true;
            }
        }
        while (more);
        _veiled = veiled.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Who sees a field; null for whoever may call the rpc.</summary>
    public static SeenBy? SeenByOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(OptionsExtensions.SeenBy);

    /// <summary>Leaves out what a role may not see.</summary>
    public void Cover(IMessage answer, Role role)
    {
        if (!_veiled.TryGetValue(answer.Descriptor.FullName, out var fields)) return;
        foreach (var (field, seenBy) in fields)
        {
            if (seenBy?.Roles.Contains(role) == false) field.Accessor.Clear(answer);
            else Within(field.Accessor.GetValue(answer), role);
        }
    }

    private void Within(object? value, Role role)
    {
        if (value is IMessage message) Cover(message, role);
        else if (value is IDictionary map) foreach (var held in map.Values) Within(held, role);
        else if (value is IList list) foreach (var held in list) Within(held, role);
    }
}
