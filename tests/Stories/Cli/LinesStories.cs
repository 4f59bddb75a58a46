extern alias cli;
using System.Buffers;
using System.Text;
using cli::Equalities.Ledger.V1;
using cli::EqualitiesPlatform.Cli;
using Google.Protobuf;

namespace EqualitiesPlatform.Stories.Cli;

public sealed class LinesStories
{
    private readonly LinesReader _reader = new(HistoryServiceReflection.Descriptor.Services[0].FindMethodByName("Replay"), ReplayResponse.Descriptor.FindFieldByName("lines"));

    [Fact]
    public void The_lines_of_an_answer_are_taken_as_they_are_and_the_rest_is_read()
    {
        string[] lines = ["{}", "", "“£” – größer", new string('x', 127), new string('y', 128), new string('z', 20_000)];
        foreach (var some in new[] { lines, [], lines[..3] })
        {
            var part = Read(new ReplayResponse { Lines = { some }, Position = 7_000_000_000, FinalPosition = 12 });

            Encoding.UTF8.GetString(part.Text.Span).Should().Be(string.Concat(some.Select(l => l + "\n")));
            part.Count.Should().Be(some.Length);
            part.Rest.Should().Be(new ReplayResponse { Position = 7_000_000_000, FinalPosition = 12 });
        }
    }

    [Fact]
    public void Lines_are_taken_in_whatever_order_the_fields_come_and_however_the_answer_is_cut()
    {
        byte[] sent = [.. new ReplayResponse { Position = 3 }.ToByteArray(), .. new ReplayResponse { Lines = { "a", "b" } }.ToByteArray(), .. new ReplayResponse { FinalPosition = 9, Lines = { "c" } }.ToByteArray()];

        var part = _reader.Read(Cut(sent, 5));

        Encoding.UTF8.GetString(part.Text.Span).Should().Be("a\nb\nc\n");
        part.Rest.Should().Be(new ReplayResponse { Position = 3, FinalPosition = 9 });
    }

    [Fact]
    public void An_answer_that_is_cut_off_is_not_taken() =>
        FluentActions.Invoking(() => _reader.Read(new(new ReplayResponse { Lines = { "a line" } }.ToByteArray().AsMemory()[..^1]))).Should().Throw<InvalidProtocolBufferException>();

    private LinesPart Read(ReplayResponse answer) => _reader.Read(new(answer.ToByteArray()));

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int at)
    {
        var first = new Piece(bytes.AsMemory(0, at), 0, null);
        var last = new Piece(bytes.AsMemory(at), at, first);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long before, Piece? after)
        {
            (Memory, RunningIndex) = (memory, before);
            if (after is not null) after.Next = this;
        }
    }
}
