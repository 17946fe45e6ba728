using System.Reflection;

namespace MemGuard.Hook.Core;

/// <summary>Brings MemGuard into the process, on a thread of its own: the application's start does not wait for it.</summary>
/// <param name="self">The path of this assembly, beside which the third stage lies.</param>
/// <param name="session">The folder of the tool that started this process; null where there is none.</param>
/// <param name="variables">Options that came with the hook, <c>NAME=VALUE</c> each; they win over those of the environment.</param>
/// <param name="host">Hears of the application's host.</param>
/// <param name="line">Says what goes wrong.</param>
internal sealed class Attacher(string self, string? session, string[] variables, HostWatch host, HookLine line)
{
    /// <summary>The host is built first, where there is one: the code that is compiled here would slow its start.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();

    /// <summary>What the third stage does with a request; null before it runs.</summary>
    private Action? _again;

    /// <summary>A request that came before.</summary>
    private bool _isAsked;

    public void Start()
    {
        Thread thread = new(Attach) { IsBackground = true, Name = "MemGuard attach", Priority = ThreadPriority.BelowNormal };
        thread.UnsafeStart();
    }

    /// <summary>The hook was put into the process again: somebody wants something of what runs here. Never throws.</summary>
    public void Again()
    {
        Action? again;
        lock (_gate)
        {
            again = _again;
            _isAsked = again is null;
        }

        Answer(again);
    }

    // An exception here would end the process.
    private void Attach()
    {
        try
        {
            host.Wait(LongestWait);
            Action again = Load();
            bool isAsked;
            lock (_gate)
            {
                _again = again;
                isAsked = _isAsked;
            }

            if (isAsked)
            {
                Answer(again);
            }
        }
        catch (Exception exception)
        {
            line.Say(exception);
        }
    }

    private Action Load()
    {
        string folder = Path.GetDirectoryName(self)!;
        Assembly third = new OwnContext(folder).LoadFromAssemblyPath(Path.Combine(folder, "MemGuard.StartupHook.dll"));
        MethodInfo start = third.GetType("MemGuard.StartupHook.Attachment", throwOnError: true)!.GetMethod("Start", BindingFlags.Public | BindingFlags.Static)!;

        // Framework types alone: all that both contexts agree about.
        Func<IServiceProvider?> services = () => host.Services;
        Func<object?> registrations = () => host.Registrations;
        Func<TimeSpan, bool> wait = host.Wait;
        return (Action)start.Invoke(null, [session, variables, services, registrations, wait, (Action<string>)line.Say])!;
    }

    private void Answer(Action? again)
    {
        try
        {
            again?.Invoke();
        }
        catch (Exception exception)
        {
            line.Say(exception);
        }
    }
}
