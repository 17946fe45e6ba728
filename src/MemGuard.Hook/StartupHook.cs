using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>What the runtime calls before Main, or in a running process: finds out whether MemGuard can live here, and says so in one line where it cannot.</summary>
/// <remarks>
/// The name, without a namespace, is the runtime's. Whatever leaves <see cref="Initialize"/> ends the process: nothing does. No static field has an
/// initializer here, and nothing but netstandard is referenced, for the same reason.
/// </remarks>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for this name.")]
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "There is no log yet, and no MemGuard.")]
internal static class StartupHook
{
    private const int LeastVersion = 10;

    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        try
        {
            if (IsSwitchedOff())
            {
                return;
            }

            if (Environment.Version.Major < LeastVersion)
            {
                Say("not attached: it needs .NET " + LeastVersion + ", this process runs " + Environment.Version);
                return;
            }

            Load();
        }
        catch (Exception exception)
        {
            Tell(exception);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Load()
    {
        string self = typeof(StartupHook).Assembly.Location;
        string folder = Path.GetDirectoryName(self)!;
        Assembly core = Assembly.LoadFrom(Path.Combine(FindCompiled(folder), "MemGuard.Hook.Core.dll"));
        MethodInfo start = core.GetType("MemGuard.Hook.Core.HookStart", throwOnError: true)!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!;
        ((Action<string>)start.CreateDelegate(typeof(Action<string>)))(self);
    }

    // Where a folder for this machine lies beside, it has the same compiled ahead, which halves the start.
    private static string FindCompiled(string folder)
    {
        string system = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? "linux" : RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win" : "osx";
        string compiled = Path.Combine(folder, system + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        return File.Exists(Path.Combine(compiled, "MemGuard.Hook.Core.dll")) ? compiled : folder;
    }

    // As KillSwitch reads it.
    private static bool IsSwitchedOff()
    {
        string? value = Environment.GetEnvironmentVariable("MEMGUARD_DISABLED")?.Trim();
        return string.Equals(value, "1", StringComparison.Ordinal) || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase)
            || string.Equals(value, "yes", StringComparison.OrdinalIgnoreCase) || string.Equals(value, "on", StringComparison.OrdinalIgnoreCase);
    }

    private static void Tell(Exception exception)
    {
        try
        {
            Exception cause = exception;
            while (cause is TargetInvocationException && cause.InnerException != null)
            {
                cause = cause.InnerException;
            }

            string text = cause.Message.Replace('\r', ' ').Replace('\n', ' ');
            Say("not attached: " + cause.GetType().Name + ": " + text);
        }
        catch (Exception)
        {
            // Nobody can be told.
        }
    }

    private static void Say(string line)
    {
        string? session = Environment.GetEnvironmentVariable("MEMGUARD_SESSION");
        if (string.IsNullOrEmpty(session))
        {
            Console.Error.WriteLine("memguard: " + line);
        }
        else
        {
            // The tool that started the process says it: the error output stays the application's.
            File.AppendAllText(Path.Combine(session, "hook.log"), line + "\n");
        }
    }
}
