using System.Diagnostics;

namespace MemGuard.Hook.Core;

/// <summary>The second stage, in the application's load context: framework types alone, so that nothing of the application's can be in the way.</summary>
internal static class HookStart
{
    /// <summary>Under this name an <see cref="Action"/> that is called when the hook is put into the process again. Statics are a context's, this is the process's.</summary>
    private const string Claim = "MemGuard.Hook";

    /// <summary>Called by the first stage, which contains what is thrown.</summary>
    /// <param name="hook">The path of the first stage, as the variable has it.</param>
    public static void Run(string hook)
    {
        // The switch of an operator, asked for again: a running process may be attached to twice.
        if (AppContext.GetData(Claim) is Action again)
        {
            again();
            return;
        }

        // The variable stays: what the command-line interface starts is meant.
        if (StandAside.FindReason(AppContext.BaseDirectory, Environment.GetCommandLineArgs()) is { } reason)
        {
            HookLine.SayIfVerbose($"stands aside: {reason}");
            return;
        }

        string? session = HookVariables.TakeSession() ?? Beside.ReadSession(hook);
        HookVariables.Remove(hook);
        HookLine line = new(session);
        if (StandAside.BringsMemGuard(AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string))
        {
            HookVariables.GiveBackSession(session);
            line.Say("not attached: this application brings MemGuard itself, and its own watch counts (services.AddMemGuard() or MemGuardMonitor.Start())");
            return;
        }

        HostWatch host = new();
        Attacher attacher = new(typeof(HookStart).Assembly.Location, session, Beside.ReadVariables(hook), host, line);
        AppContext.SetData(Claim, (Action)attacher.Again);

        // Before Main goes on: who subscribes late misses the host.
        DiagnosticListener.AllListeners.Subscribe(host);
        attacher.Start();
    }
}
