using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Whether the process may open as many files as a capture over the diagnostics endpoint needs.</summary>
/// <remarks>Without them the runtime's first socket fails in a static constructor, and the process could not use a socket until it ends.</remarks>
internal static class SpareDescriptors
{
    // Two connections with both of their ends, three for each of the runtime's socket engines, what is opened beside them, and some for the application.
    private const int Needed = 32;

    /// <returns>Why no capture may be taken now; null when nothing is short.</returns>
    public static string? FindShortage() => OperatingSystem.IsWindows() ? null : FindShortage(static () => File.OpenHandle("/dev/null"));

    /// <inheritdoc cref="FindShortage()"/>
    /// <param name="open">Opens one more.</param>
    internal static string? FindShortage(Func<SafeFileHandle> open)
    {
        SafeFileHandle?[] opened = new SafeFileHandle?[Needed];
        try
        {
            for (int i = 0; i < Needed; i++)
            {
                opened[i] = open();
            }

            return null;
        }
        catch (IOException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"fewer than {Needed} further files may be opened by this process (ulimit -n), and the event pipe needs sockets");
        }
        finally
        {
            foreach (SafeFileHandle? handle in opened)
            {
                handle?.Dispose();
            }
        }
    }
}
