using System.Collections;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// A verb that sends a file: the first message says all but the file, which follows in pieces, so that it may be of any
/// size. What is found in it is told with its line as it is found.
/// </summary>
internal static class Upload
{
    private const int Piece = 64 * 1024;

    /// <summary>The field that the file is sent in, when an rpc takes one in pieces.</summary>
    public static FieldDescriptor? FileOf(MethodDescriptor method) =>
        method.IsClientStreaming && method.IsServerStreaming && method.InputType.FindFieldByName("file") is { FieldType: FieldType.Bytes } file ? file : null;

    /// <summary>Sends the file and shows what comes of it.</summary>
    public static async Task<int> RunAsync(Run run, MethodDescriptor method, IMessage request, FieldDescriptor field, string? path)
    {
        if (path is null) throw new FieldMistakesException([new(field.Name, "Give the file.")]);
        await using var file = Open(path);
        using var call = run.Connection.Duplex(method, run.Token, run.Cancel);
        var clock = Stopwatch.StartNew();
        var sending = SendAsync();
        IMessage? last = null;
        while (await call.ResponseStream.MoveNext(run.Cancel))
        {
            last = call.ResponseStream.Current;
            foreach (var finding in (last.Descriptor.FindFieldByName("findings")?.Accessor.GetValue(last) as IList ?? Array.Empty<object>()).Cast<IMessage>()) Tell(finding);
            run.Screen.Progress($"{Content.Numbers(last)}  {clock.Elapsed.TotalSeconds:0} s");
        }
        await sending;
        run.Screen.Progress("");
        if (last?.Descriptor.FindFieldByName("result")?.Accessor.GetValue(last) is not IMessage result)
            throw new RpcException(new Status(StatusCode.Unavailable, "The platform ended the call early. Send the file again: nothing is recorded twice."));
        run.Screen.Show(result);
        return Content.ExitCode(result);

        async Task SendAsync()
        {
            try
            {
                await call.RequestStream.WriteAsync(request, run.Cancel);
                var bytes = new byte[Piece];
                for (long sent = 0; await file.ReadAsync(bytes, run.Cancel) is > 0 and var read;)
                {
                    var piece = request.Descriptor.Parser.ParseFrom(ByteString.Empty);
                    field.Accessor.SetValue(piece, ByteString.CopyFrom(bytes, 0, read));
                    await call.RequestStream.WriteAsync(piece, run.Cancel);
                    run.Screen.Progress(string.Create(CultureInfo.InvariantCulture, $"{(sent += read) / 1024:N0} of {file.Length / 1024:N0} KB sent"));
                }
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception refused) when (refused is RpcException or InvalidOperationException)
            {
                // Refused on the way: why, is what the answers end with.
            }
        }

        void Tell(IMessage finding)
        {
            object Of(string name) => finding.Descriptor.FindFieldByName(name).Accessor.GetValue(finding);
            var (line, column) = ((int)Of("line"), (string)Of("column"));
            run.Screen.Remark($"{path}{(line > 0 ? $":{line}" : "")}: {(column.Length > 0 ? $"{column}: " : "")}{Of("reason")}");
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, Piece, useAsync: true);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new MistakeException($"The file {path} can't be read: {(unreadable is FileNotFoundException or DirectoryNotFoundException ? "there is none" : unreadable.Message)}.");
        }
    }
}
