using System.Globalization;
using System.Text.Json;
using MemGuard.HeapSnapshots;

namespace MemGuard.StartupHook;

/// <summary>What the tool asks of a process that is watched already: it leaves a file and puts the hook in again, which costs nothing while nobody asks.</summary>
/// <remarks>The file is <c>{process id}.request</c> in a private directory below the temporary one; the answer lies beside it.</remarks>
internal sealed class Requests(Watch watch, HeapSnapshotCollector collector, Action<string> say)
{
    public const string SnapshotAction = "snapshot";
    public const string StopAction = "stop";

    /// <summary>The directory of requests for processes of a user.</summary>
    public static string DirectoryBelow(string temporary, uint? user) => Path.Combine(temporary, string.Create(CultureInfo.InvariantCulture, $"memguard-requests-{user ?? 0}"));

    /// <summary>Called on the runtime's diagnostics thread, which must not wait: the work is done on one of ours.</summary>
    public void Answer() => OwnThread.TryStart(
        "MemGuard request",
        () =>
        {
            Handle();
            return false;
        },
        exception => say($"a request failed: {exception.Message}"));

    private void Handle()
    {
        string directory = DirectoryBelow(Path.GetTempPath(), FileOwner.Self);
        if (!Directory.Exists(directory) || PrivateDirectory.FindIntruder(directory) is not null)
        {
            return;
        }

        string request = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}.request"));
        if (!File.Exists(request) || new FileInfo(request).LinkTarget is not null)
        {
            return;
        }

        string action = File.ReadAllText(request).Trim();
        File.Delete(request);
        string answer = request[..^".request".Length] + ".answer";
        switch (action)
        {
            case SnapshotAction:
                HeapSnapshotResult result = collector.CaptureAsync("asked for by memguard snapshot").GetAwaiter().GetResult();
                using (HeapSnapshot? snapshot = result.Snapshot)
                {
                    Write(answer, result.Directory, result.RefusedBecause ?? snapshot?.IncompleteBecause);
                }

                break;
            case StopAction:
                watch.End();
                Write(answer, null, null);
                break;
            default:
                Write(answer, null, "this version does not know the request");
                break;
        }
    }

    private static void Write(string path, string? directory, string? problem)
    {
        string temporary = path + "." + PrivateFile.RandomName();
        using (FileStream file = PrivateFile.Create(temporary))
        using (Utf8JsonWriter json = new(file))
        {
            json.WriteStartObject();
            json.WriteString("directory", directory);
            json.WriteString("problem", problem);
            json.WriteEndObject();
        }

        File.Move(temporary, path, overwrite: true);
    }
}
