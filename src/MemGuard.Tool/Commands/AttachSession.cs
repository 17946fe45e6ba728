using System.Globalization;
using System.Text.Json;
using MemGuard.Sessions;
using MemGuard.StartupHook;
using MemGuard.Tool.Diagnostics;
using MemGuard.Tool.Processes;

namespace MemGuard.Tool.Commands;

/// <summary>Puts the hook into a running process, and asks something of one that has it.</summary>
internal sealed class AttachSession
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A snapshot of a large heap takes its time.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(3);

    private readonly AttachCheck _check;
    private readonly string _hook;

    private AttachSession(AttachCheck check, string hook, string? session)
    {
        _check = check;
        _hook = hook;
        SessionPath = session;
    }

    /// <summary>The session's folder, as this process reaches it; null where the process was watched before.</summary>
    public string? SessionPath { get; }

    /// <summary>Whether the process had MemGuard before.</summary>
    public bool WasWatched => SessionPath is null;

    /// <summary>Attaches where nothing is attached yet.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="variables">Options, <c>NAME=VALUE</c> each.</param>
    /// <exception cref="ToolException">It cannot be done; nothing was sent that could harm the process.</exception>
    public static AttachSession Open(int processId, IReadOnlyList<string> variables)
    {
        AttachCheck check = AttachCheck.Make(processId);
        TargetProcess process = check.Process;
        if (process.FindHook() is { } known)
        {
            check.CheckHook(known, process.Root + known);
            return new AttachSession(check, known, null);
        }

        if (process.HasMemGuard)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"process {processId} has MemGuard of its own: its log has the alerts, and 'kill -USR2 {processId}' takes a snapshot where AddHeapSnapshots() was called"));
        }

        string inner = Path.Combine(process.Temporary, "memguard-attach-" + PrivateFile.RandomName());
        string reached = process.Reach(inner);
        HookFiles.CopyTo(reached, isPrivate: true);
        string session = Path.Combine(reached, "session");
        PrivateDirectory.CreateFresh(session);
        File.WriteAllLines(Path.Combine(reached, "session.txt"), [Path.Combine(inner, "session")]);
        File.WriteAllLines(Path.Combine(reached, "variables.txt"), variables);
        string hook = Path.Combine(inner, HookFiles.EntryName);
        try
        {
            check.CheckHook(hook, HookFiles.FindEntry());
            DiagnosticsChannel.Apply(check.Endpoint, hook);
        }
        catch (ToolException)
        {
            PrivateTree.Delete(Path.GetDirectoryName(reached)!, Path.GetFileName(reached));
            throw;
        }

        AttachSession opened = new(check, hook, session);
        opened.WaitForSession();
        return opened;
    }

    /// <summary>Asks for something, and waits for the answer.</summary>
    /// <returns>The directory that was written; null for none.</returns>
    /// <exception cref="ToolException">It was refused, with the reason.</exception>
    public string? Ask(string action)
    {
        string directory = _check.Process.Reach(Requests.DirectoryBelow(_check.Process.Temporary, FileOwner.Self));
        PrivateDirectory.Create(directory);
        if (PrivateDirectory.FindIntruder(directory) is { } intruder)
        {
            throw new ToolException(intruder);
        }

        string name = _check.Process.InnerId.ToString(CultureInfo.InvariantCulture);
        string answer = Path.Combine(directory, name + ".answer");
        string request = Path.Combine(directory, name + ".request");
        File.Delete(answer);
        File.Delete(request);
        using (StreamWriter file = new(PrivateFile.Create(request)))
        {
            file.Write(action);
        }

        DiagnosticsChannel.Apply(_check.Endpoint, _hook);
        if (!WaitFor(() => File.Exists(answer), LongestAnswer))
        {
            Containment.Run(request, File.Delete);
            throw new ToolException("the process did not answer");
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(answer));
        File.Delete(answer);
        string? problem = document.RootElement.GetProperty("problem").GetString();
        string? written = document.RootElement.GetProperty("directory").GetString();
        return problem is not null && written is null ? throw new ToolException($"the process took no snapshot: {problem}")
            : written is null ? null
            : _check.Process.Reach(written);
    }

    private static bool WaitFor(Func<bool> condition, TimeSpan longest)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) > longest)
            {
                return false;
            }

            Thread.CurrentThread.Join(50);
        }

        return true;
    }

    // A reply proves nothing: a trimmed process answers too, and does nothing.
    private void WaitForSession()
    {
        SessionFolder folder = new(SessionPath!);
        if (!WaitFor(() => File.Exists(folder.AttachedFile), Patience))
        {
            string? said = File.Exists(folder.LogFile) ? File.ReadLines(folder.LogFile).FirstOrDefault() : null;
            throw new ToolException(said ?? "the process took the hook and did not start it: it was trimmed, or startup hooks are switched off in it");
        }
    }
}
