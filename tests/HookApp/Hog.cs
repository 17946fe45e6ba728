using System.Runtime.InteropServices;

namespace HookApp;

/// <summary>Takes native memory until the system ends the process.</summary>
internal static class Hog
{
    private const int Piece = 1 << 20;

    public static unsafe void Run()
    {
        while (true)
        {
            NativeMemory.Clear(NativeMemory.Alloc(Piece), Piece);
        }
    }
}
