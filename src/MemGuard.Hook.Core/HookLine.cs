using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Hook.Core;

/// <summary>The one line that the hook says where it cannot do its work. Never throws.</summary>
/// <param name="session">The folder of the tool that started this process, which then says it; null for the error output.</param>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "There is no log: the error output is all that there is.")]
internal sealed class HookLine(string? session)
{
    private static readonly char[] Breaks = ['\r', '\n'];

    /// <summary>For who wonders why nothing happens.</summary>
    public static void SayIfVerbose(string text)
    {
        if (Environment.GetEnvironmentVariable("MEMGUARD_VERBOSE") == "1")
        {
            new HookLine(null).Say(text);
        }
    }

    public void Say(string text)
    {
        try
        {
            string line = string.Join(' ', text.Split(Breaks, StringSplitOptions.RemoveEmptyEntries));
            if (session is null)
            {
                Console.Error.WriteLine("memguard: " + line);
            }
            else
            {
                File.AppendAllText(Path.Combine(session, "hook.log"), line + "\n");
            }
        }
        catch (Exception)
        {
            // Nobody can be told, and the application goes on.
        }
    }

    public void Say(Exception exception)
    {
        Exception cause = exception;
        while (cause is System.Reflection.TargetInvocationException { InnerException: { } inner })
        {
            cause = inner;
        }

        Say($"not attached: {cause.GetType().Name}: {cause.Message}");
    }
}
