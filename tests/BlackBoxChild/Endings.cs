using System.Runtime.InteropServices;
using MemGuard.Bounded;
using Microsoft.Extensions.Hosting;

namespace BlackBoxChild;

/// <summary>Ends the process in the way that was asked for, once somebody says so on the input.</summary>
internal sealed partial class Endings(Way way, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int MB = 1 << 20;
    private static readonly List<object> Kept = [];
    private int _depth;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the host.
        await Task.Yield();
        if (way.Name == "ask" || await Console.In.ReadLineAsync(CancellationToken.None) is null)
        {
            return;
        }

        switch (way.Name)
        {
            case "main" or "hang":
                lifetime.StopApplication();
                break;
            case "exit":
                Environment.Exit(5);
                break;
            case "service":
                throw new InvalidOperationException("planted");
            case "unhandled" or "broken":
                OnThread(static () => throw new InvalidDataException("a planted secret"));
                break;
            case "unhandled-locked":
                DieWhileALockIsHeld();
                break;
            case "access-near":
                OnThread(static () => Marshal.WriteByte(new IntPtr(16), 1));
                break;
            case "access-far":
                OnThread(static () => Marshal.WriteByte(new IntPtr(0x123_4567_8000), 1));
                break;
            case "heap":
                OnThread(static () => GrowHeap(MB));
                break;
            case "heap-eight":
                for (int i = 0; i < 8; i++)
                {
                    OnThread(static () => GrowOwnHeap(MB / 8));
                }

                break;
            case "heap-caught":
                OnThread(() =>
                {
                    CatchGrowth();
                    lifetime.StopApplication();
                });
                break;
            case "native":
                OnThread(static () => GrowNative(2 * MB));
                break;
            case "failfast":
                Environment.FailFast("planted");
                break;
            case "overflow":
                OnThread(() => Overflow());
                break;
            case "abort":
                Abort();
                break;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (way.Name == "hang")
        {
            Console.WriteLine("stopping");
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        }

        await base.StopAsync(cancellationToken);
    }

    private static void OnThread(ThreadStart run) => new Thread(run).Start();

    private static void GrowHeap(int step)
    {
        while (true)
        {
            // Slower than the samples: the last one must have seen most of it.
            Kept.Add(new byte[step]);
            Thread.Sleep(2);
        }
    }

    // Each its own list: eight writers of one would damage it before memory runs out.
    private static void GrowOwnHeap(int step)
    {
        List<object> kept = [];
        while (true)
        {
            kept.Add(new byte[step]);
        }
    }

    private static void CatchGrowth()
    {
        try
        {
            GrowHeap(MB);
        }
        catch (OutOfMemoryException)
        {
            Kept.Clear();
        }
    }

    private static unsafe void GrowNative(int step)
    {
        while (true)
        {
            NativeMemory.Fill(NativeMemory.Alloc((nuint)step), (nuint)step, 1);
            Thread.Sleep(20);
        }
    }

    private int Overflow() => Overflow() + ++_depth;

    [LibraryImport("libc", EntryPoint = "abort")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Abort();

    // A structure's count takes a lock that is held by a thread that waits for the dying one.
    private static void DieWhileALockIsHeld()
    {
        Lock gate = new();
        BoundedStructures.Watch("locked", gate, static locked =>
        {
            lock (locked)
            {
                return 1;
            }
        });
        OnThread(() =>
        {
            lock (gate)
            {
                Thread worker = new(static () => throw new InvalidDataException("a planted secret"));
                worker.Start();
                worker.Join();
            }
        });
    }
}
