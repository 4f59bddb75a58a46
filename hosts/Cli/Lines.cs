using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EqualitiesPlatform.Cli;

/// <summary>An answer that holds lines: the lines as one text in UTF-8, how many they are, and the answer without them.</summary>
internal sealed record LinesPart(ReadOnlyMemory<byte> Text, int Count, IMessage Rest);

/// <summary>
/// Takes the lines of a stream's answers as they come over the wire, into one buffer that serves all of them: a history
/// that goes to a file by the million needs no string of each line.
/// </summary>
internal sealed class LinesReader(MethodDescriptor method, FieldDescriptor lines)
{
    private readonly uint _tag = WireFormat.MakeTag(lines.FieldNumber, WireFormat.WireType.LengthDelimited);
    private byte[] _buffer = [];

    /// <summary>The lines of an rpc's answers; null when they hold none.</summary>
    public static FieldDescriptor? Of(MethodDescriptor method) =>
        method.OutputType.FindFieldByName("lines") is { IsRepeated: true, FieldType: FieldType.String } lines ? lines : null;

    /// <summary>One answer; its text stands until the next is read.</summary>
    public LinesPart Read(ReadOnlySequence<byte> payload)
    {
        var length = (int)payload.Length;
        if (_buffer.Length < length) _buffer = new byte[Math.Max(length, 2 * _buffer.Length)];
        payload.CopyTo(_buffer);
        var input = new CodedInputStream(_buffer, 0, length);
        using var rest = new MemoryStream();
        var (written, count) = (0, 0);
        for (var before = 0L; input.ReadTag() is var tag and not 0; before = input.Position)
        {
            var start = (int)input.Position;
            input.SkipLastField();
            var end = (int)input.Position;
            if (tag != _tag)
            {
                rest.Write(_buffer.AsSpan((int)before..end));
                continue;
            }
            // Behind the tag stands the length, of which only the last byte is below 128. Tag and length are longer than a
            // line break, so that the text always fits before what is still to be read.
            while (_buffer[start++] >= 0x80) { }
            _buffer.AsSpan(start..end).CopyTo(_buffer.AsSpan(written));
            written += end - start;
            _buffer[written++] = (byte)'\n';
            count++;
        }
        return new LinesPart(_buffer.AsMemory(0, written), count, method.OutputType.Parser.ParseFrom(rest.ToArray()));
    }
}
