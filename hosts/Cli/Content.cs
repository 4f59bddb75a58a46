using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// Answers that are for a file: lines of a history, bytes of a report. They come in parts; a call that breaks goes on
/// where it stopped, or begins again, and a file is whole or not there.
/// </summary>
internal static class Content
{
    private const int Attempts = 5;

    /// <summary>Whether an rpc's answer holds bytes or lines.</summary>
    public static bool Has(MethodDescriptor method) => Field(method.OutputType) is not null;

    /// <summary>The exit code of an answer that came: what a verification found wrong and what was refused of a load are no successes.</summary>
    public static int ExitCode(IMessage answer) =>
        Any(answer, "findings") || Any(answer, "refused") || answer.Descriptor.FindFieldByName("result")?.Accessor.GetValue(answer) is IMessage result && ExitCode(result) != 0
            ? Failure.Refused : 0;

    /// <summary>Writes the bytes of one answer, and shows the rest of it.</summary>
    public static int Write(Run run, IMessage answer, string? path)
    {
        using var target = new Target(run, path);
        target.Add(Pieces(answer));
        target.Whole();
        if (path is not null) Tell(run, answer, path);
        return ExitCode(answer);
    }

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<int> StreamAsync(Run run, MethodDescriptor method, IMessage request, string? path)
    {
        using var target = new Target(run, path);
        // What is limited is short: it is asked for again, and not gone on with.
        var limited = request.Descriptor.FindFieldByName("limit")?.Accessor.GetValue(request) is > 0;
        var from = limited ? null : request.Descriptor.FindFieldByName("from_position");
        var position = method.OutputType.FindFieldByName("position");
        var clock = Stopwatch.StartNew();
        var last = method.OutputType.Parser.ParseFrom(ByteString.Empty);
        var lines = LinesReader.Of(method) is null ? (long?)null : 0;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await foreach (var (text, count, part) in PartsAsync(run, method, request))
                {
                    target.Add(text);
                    if (lines is not null) lines += count;
                    last = part;
                    if (from is not null && position is not null) from.Accessor.SetValue(request, (long)position.Accessor.GetValue(part) + 1);
                    run.Screen.Progress($"{Numbers(part)}  {clock.Elapsed.TotalSeconds:0} s");
                    attempt = 1;
                }
                break;
            }
            catch (RpcException broken) when (Connection.MayPass(broken) && attempt < Attempts && (from is not null || target.CanBeginAgain))
            {
                if (from is null)
                {
                    target.BeginAgain();
                    if (lines is not null) lines = 0;
                }
                await Connection.PauseAsync(attempt, run.Screen.Remark, run.Cancel);
            }
        }
        run.Screen.Progress("");
        target.Whole();
        if (path is not null || !Has(method)) Tell(run, last, path, lines);
        else if (lines == 0 && run.Screen.ForPeople) run.Screen.Remark("Nothing is recorded that fits.");
        if (limited && run.Screen.ForPeople && position?.Accessor.GetValue(last) is long reached && last.Descriptor.FindFieldByName("final_position")?.Accessor.GetValue(last) is long final && reached < final)
            run.Screen.Remark(string.Create(CultureInfo.InvariantCulture, $"There may be more: add --from-position {reached + 1}"));
        return ExitCode(last);
    }

    /// <summary>What each answer of a stream has for the file, and the answer besides.</summary>
    private static async IAsyncEnumerable<LinesPart> PartsAsync(Run run, MethodDescriptor method, IMessage request)
    {
        if (LinesReader.Of(method) is { } lines)
            await foreach (var part in run.LinesAsync(method, new LinesReader(method, lines), request)) yield return part;
        else
            await foreach (var part in run.StreamAsync(method, request)) yield return new LinesPart(Pieces(part), 0, part);
    }

    private static void Tell(Run run, IMessage answer, string? path, long? lines = null)
    {
        var content = Field(answer.Descriptor);
        content?.Accessor.Clear(answer);
        // A last message is often a receipt wrapped in counters that were for the way.
        var result = answer.Descriptor.Fields.InFieldNumberOrder()
            .Where(f => f is { FieldType: FieldType.Message, IsRepeated: false, IsMap: false }).Select(f => f.Accessor.GetValue(answer)).OfType<IMessage>().ToList();
        // Where nothing but counters came with the file, a sentence says them.
        var counted = lines ?? (result.Count == 0 && answer.Descriptor.FindFieldByName("rows") is { } rows && answer.Descriptor.Fields.InFieldNumberOrder().All(f => f == content || (!f.IsRepeated && f.FieldType is FieldType.Int64 or FieldType.Int32))
            ? Convert.ToInt64(rows.Accessor.GetValue(answer), CultureInfo.InvariantCulture) : (long?)null);
        if (counted is null || path is null || (lines is not null && !run.Screen.ForPeople)) run.Screen.Show(result is [var only] ? only : answer);
        if (path is not null)
            run.Screen.Remark(counted is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(lines is null ? "rows" : "lines")} were written to {path}.") : $"Written to {path}.");
        else if (answer.Descriptor.FindFieldByName("findings") is not null)
            run.Screen.Remark(ExitCode(answer) == 0 ? "All is well." : "Something is wrong: see the findings.");
    }

    private static FieldDescriptor? Field(MessageDescriptor answer) => answer.Fields.InFieldNumberOrder()
        .FirstOrDefault(f => f.FieldType == FieldType.Bytes || (f.IsRepeated && f.Name == "lines"));

    private static ReadOnlyMemory<byte> Pieces(IMessage part) => Field(part.Descriptor)?.Accessor.GetValue(part) switch
    {
        ByteString bytes => bytes.Memory,
        IList lines => Lines(lines),
        _ => ReadOnlyMemory<byte>.Empty,
    };

    private static byte[] Lines(IList lines)
    {
        var text = new byte[lines.Cast<string>().Sum(l => Encoding.UTF8.GetByteCount(l) + 1)];
        var at = 0;
        foreach (var line in lines.Cast<string>())
        {
            at += Encoding.UTF8.GetBytes(line, text.AsSpan(at));
            text[at++] = (byte)'\n';
        }
        return text;
    }

    internal static string Numbers(IMessage part) => string.Join(", ", part.Descriptor.Fields.InFieldNumberOrder()
        .Where(f => !f.IsRepeated && f.FieldType is FieldType.Int64 or FieldType.Int32 && f.Accessor.GetValue(part) is not (0L or 0))
        .Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name.Replace('_', ' ')} {f.Accessor.GetValue(part):N0}")));

    private static bool Any(IMessage answer, string list) =>
        answer.Descriptor.FindFieldByName(list)?.Accessor.GetValue(answer) is IList { Count: > 0 };

    /// <summary>A file that takes its name when it is whole, or the screen.</summary>
    private sealed class Target : IDisposable
    {
        private readonly string? _path;
        private readonly Stream _stream;
        private readonly TextWriter? _text;

        public Target(Run run, string? path)
        {
            _path = path;
            if (path is null)
            {
                (_stream, _text) = (Stream.Null, run.Output);
                return;
            }
            try
            {
                if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
                _stream = new FileStream(path + ".part", FileMode.Create, FileAccess.Write);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new MistakeException($"{path} can't be written: {refused.Message}");
            }
        }

        /// <summary>What stands on a screen can't be taken back.</summary>
        public bool CanBeginAgain => _text is null || !_wrote;
        private bool _wrote;

        public void Add(ReadOnlyMemory<byte> bytes)
        {
            _wrote |= bytes.Length > 0;
            if (_text is null) _stream.Write(bytes.Span);
            else _text.Write(Encoding.UTF8.GetString(bytes.Span));
        }

        public void BeginAgain() => _stream.SetLength(0);

        public void Whole()
        {
            _stream.Dispose();
            if (_path is not null) File.Move(_path + ".part", _path, overwrite: true);
        }

        public void Dispose()
        {
            _stream.Dispose();
            if (_path is not null) File.Delete(_path + ".part");
        }
    }
}
