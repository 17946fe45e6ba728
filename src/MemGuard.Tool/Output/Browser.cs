using System.ComponentModel;
using System.Diagnostics;

namespace MemGuard.Tool.Output;

/// <summary>Opens a file with whatever the user's system opens it with.</summary>
internal static class Browser
{
    /// <summary>Says so where that cannot be done: a server has no browser.</summary>
    public static void Open(Terminal terminal, string path)
    {
        try
        {
            using Process? opened = Process.Start(new ProcessStartInfo(Path.GetFullPath(path)) { UseShellExecute = true });
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            terminal.Note($"it cannot be opened here ({failure.Message}): open {path}");
        }
    }
}
