using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// Watches, which have no end: what changes is shown as it comes, until the user stops it. A call that breaks goes on
/// after the last position that it told.
/// </summary>
internal static class Watch
{
    /// <summary>Whether an rpc is a watch: a stream that can go on after a position.</summary>
    public static bool Is(MethodDescriptor method) => method.IsServerStreaming && method.InputType.FindFieldByName("after_position") is not null;

    public static async Task<int> RunAsync(Run run, MethodDescriptor method, IMessage request)
    {
        var after = request.Descriptor.FindFieldByName("after_position");
        var position = method.OutputType.FindFieldByName("position");
        var changed = method.OutputType.FindFieldByName("changed");
        for (var attempt = 0; ;)
        {
            try
            {
                await foreach (var step in run.StreamAsync(method, request))
                {
                    attempt = 0;
                    if ((long)position.Accessor.GetValue(step) is > 0 and var reached) after.Accessor.SetValue(request, reached);
                    await ShowAsync(run, step, changed);
                }
            }
            catch (RpcException stopped) when (stopped.StatusCode == StatusCode.Cancelled && run.Cancel.IsCancellationRequested)
            {
                return 0;
            }
            catch (RpcException broken) when (Connection.MayPass(broken) && run.Timeout is null)
            {
                await Connection.PauseAsync(Math.Min(++attempt, LongestPause), run.Screen.Remark, run.Cancel);
            }
        }
    }

    // A pause of 250 ms doubled so often is half a minute.
    private const int LongestPause = 7;

    private static async Task ShowAsync(Run run, IMessage step, FieldDescriptor changed)
    {
        var rows = ((IList)changed.Accessor.GetValue(step)).Cast<IMessage>().ToList();
        var gone = ((IList)step.Descriptor.FindFieldByName("gone_ids").Accessor.GetValue(step)).Cast<string>().ToList();
        if (!run.Screen.ForPeople)
        {
            run.Screen.Line(step);
            return;
        }
        if (rows.Count > 0)
        {
            await run.NameAsync(rows);
            run.Screen.List(changed, rows, new Empty());
        }
        foreach (var id in gone) run.Screen.Remark($"No longer among them: {id}");
    }
}
