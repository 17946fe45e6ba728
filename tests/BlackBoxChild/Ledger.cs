using System.Globalization;
using System.Runtime.InteropServices;
using MemGuard;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging;

namespace BlackBoxChild;

/// <summary>Says what the ledger makes of 64 MB of native memory in small blocks, half of which is freed again.</summary>
internal static unsafe class Ledger
{
    private const int Blocks = 8192;
    private const int BlockBytes = 8192;

    public static int Print()
    {
        void*[] blocks = new void*[Blocks];
        for (int i = 0; i < Blocks; i++)
        {
            blocks[i] = NativeMemory.AllocZeroed(BlockBytes);
            new Span<byte>(blocks[i], BlockBytes).Fill(1);
        }

        // Every other one: the allocator cannot give the pages back.
        for (int i = 0; i < Blocks; i += 2)
        {
            NativeMemory.Free(blocks[i]);
        }

        using ILoggerFactory log = LoggerFactory.Create(static builder => builder.AddProvider(new LineLogger()));
        MonitorSetup setup = new() { LoggerFactory = log };
        (setup.Options.BlackBox, setup.Options.SamplingInterval) = (false, TimeSpan.FromMilliseconds(100));
        using RunningMonitor monitor = MemGuardMonitor.Start(setup);
        Child.WaitForSamples(monitor);
        MemorySample sample = monitor.Latest!.Value;
        Console.WriteLine($"ledger {Text(sample.NativeAllocatedBytes)} {Text(sample.NativeFreeBytes)} {sample.Ledger!.OtherAnonymousBytes}");
        return 0;
    }

    private static string Text(long? bytes) => bytes?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
