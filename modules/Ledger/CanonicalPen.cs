using System.Buffers;
using System.Globalization;
using System.Text;

// The offline verifier is compiled from this very file too, as from CanonicalEncoding.cs.
namespace EqualitiesPlatform.Ledger;

public static partial class CanonicalEncoding
{
    /// <summary>What a thread writes with: histories and leaves are written by the million, and need no memory of their own.</summary>
    private sealed class Pen
    {
        private static readonly SearchValues<byte> ToEscape = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (byte)c), (byte)'"', (byte)'\\']);

        [ThreadStatic]
        private static Pen? _mine;

        private byte[] _text = new byte[4096];
        private int _length;
        private Member[] _members = new Member[64];

        /// <summary>The pen of this thread, with nothing written.</summary>
        public static Pen Mine
        {
            get
            {
                var pen = _mine ??= new Pen();
                (pen._length, pen.Opened) = (0, 0);
                return pen;
            }
        }

        public ReadOnlySpan<byte> Written => _text.AsSpan(0, _length);

        /// <summary>How many members are known, of the objects that are being written.</summary>
        public int Opened { get; private set; }

        public Span<Member> this[Range members] => _members.AsSpan(members);

        public ref Member Open()
        {
            if (Opened == _members.Length) Array.Resize(ref _members, 2 * Opened);
            return ref _members[Opened++];
        }

        /// <summary>An object is written, the last that was opened.</summary>
        public void Close(Range members) => Opened = members.Start.Value;

        public void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(Room(bytes.Length));
            _length += bytes.Length;
        }

        public void Whole(long number)
        {
            number.TryFormat(Room(20), out var written, provider: CultureInfo.InvariantCulture);
            _length += written;
        }

        /// <summary>As <see cref="CanonicalEncoding.Instant"/>, in quotes.</summary>
        public void Instant(DateTimeOffset instant)
        {
            Put("\""u8);
            // The form of the framework, which has a seventh decimal.
            instant.UtcDateTime.TryFormat(Room(32), out var written, "O", CultureInfo.InvariantCulture);
            _length += written - "1Z".Length;
            Put("Z\""u8);
        }

        public void Text(string text, bool quoted = true)
        {
            if (quoted) Put("\""u8);
            var written = Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
            var escaped = _text.AsSpan(_length, written).ContainsAny(ToEscape) ? _text.AsSpan(_length, written).ToArray() : null;
            if (escaped is null) _length += written;
            else Escaped(escaped);
            if (quoted) Put("\""u8);
        }

        /// <summary>A text in UTF-8 with the escapes that it needs, without quotes.</summary>
        public void Escaped(ReadOnlySpan<byte> text)
        {
            for (int at; (at = text.IndexOfAny(ToEscape)) >= 0; text = text[(at + 1)..])
            {
                Put(text[..at]);
                var c = text[at];
                Put(c switch
                {
                    (byte)'"' => "\\\""u8,
                    (byte)'\\' => "\\\\"u8,
                    (byte)'\b' => "\\b"u8,
                    (byte)'\f' => "\\f"u8,
                    (byte)'\n' => "\\n"u8,
                    (byte)'\r' => "\\r"u8,
                    (byte)'\t' => "\\t"u8,
                    _ => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")),
                });
            }
            Put(text);
        }

        private Span<byte> Room(int most)
        {
            if (_text.Length - _length < most) Array.Resize(ref _text, Math.Max(2 * _text.Length, _length + most));
            return _text.AsSpan(_length);
        }
    }
}
