using System.IO.Pipelines;
using MemGuard.Bounded;

namespace MemGuard.Benchmarks.Queue;

/// <summary>BoundedPipeWriter against the bare writer of a pipe: time and bytes per write.</summary>
internal static class PipeWriterCost
{
    private const int Bytes = 256 * 1024 * 1024;

    // A round lasts 20 ms, less than the machine needs to change its speed: many of them.
    private static readonly int Rounds = Effort.Of(51, least: 1);

    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of {Rounds} interleaved rounds; ns and bytes per write.");
        Console.WriteLine();
        Console.WriteLine("| case | bare ns | bounded ns | ratio | CPU ratio | bare B | bounded B |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (int size in (int[])[4 * 1024, 16 * 1024])
        {
            byte[] piece = new byte[size];
            Print($"{size / 1024} KiB GetMemory, Advance, FlushAsync; reader in turn", Bytes / size,
                n => RunInTurnAsync<Bare>(n, piece).Wait(), n => RunInTurnAsync<Bounded>(n, piece).Wait());
            Print($"{size / 1024} KiB WriteAsync; reader in turn", Bytes / size,
                n => RunWriteAsync<Bare>(n, piece).Wait(), n => RunWriteAsync<Bounded>(n, piece).Wait());
            Print($"{size / 1024} KiB FlushAsync; concurrent reader, waits", Bytes / size / 4,
                n => RunConcurrentAsync<Bare>(n, piece).Wait(), n => RunConcurrentAsync<Bounded>(n, piece).Wait());
        }

        return 0;
    }

    private static void Print(string name, int operations, Workload bare, Workload bounded)
    {
        (WorkloadCost a, WorkloadCost b, double ratio, double cpuRatio) = InterleavedRounds.Measure(operations, bare, bounded, Rounds);
        Console.WriteLine($"| {name} | {a.Nanoseconds:F0} | {b.Nanoseconds:F0} | {ratio:F2} | {cpuRatio:F2} | {a.Bytes:F2} | {b.Bytes:F2} |");
    }

    private static Pipe CreatePipe() => new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));

    private static async Task RunInTurnAsync<TSide>(int writes, byte[] piece)
        where TSide : struct, ISide
    {
        Pipe pipe = CreatePipe();
        PipeWriter writer = TSide.GetWriter(pipe);
        for (int i = 0; i < writes; i++)
        {
            piece.CopyTo(writer.GetMemory(piece.Length));
            writer.Advance(piece.Length);
            await writer.FlushAsync();
            ReadResult result = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }

    private static async Task RunWriteAsync<TSide>(int writes, byte[] piece)
        where TSide : struct, ISide
    {
        Pipe pipe = CreatePipe();
        PipeWriter writer = TSide.GetWriter(pipe);
        for (int i = 0; i < writes; i++)
        {
            await writer.WriteAsync(piece);
            ReadResult result = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }

    private static async Task RunConcurrentAsync<TSide>(int writes, byte[] piece)
        where TSide : struct, ISide
    {
        Pipe pipe = CreatePipe();
        PipeWriter writer = TSide.GetWriter(pipe);
        Task reading = Task.Run(async () =>
        {
            ReadResult result;
            do
            {
                result = await pipe.Reader.ReadAsync();
                pipe.Reader.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        });
        for (int i = 0; i < writes; i++)
        {
            piece.CopyTo(writer.GetMemory(piece.Length));
            writer.Advance(piece.Length);
            await writer.FlushAsync();
        }

        await writer.CompleteAsync();
        await reading;
    }

    /// <summary>Which writer a loop uses. A type, so that each side has a loop compiled for it, as in a program that uses one of them.</summary>
    private interface ISide
    {
        static abstract PipeWriter GetWriter(Pipe pipe);
    }

    private readonly struct Bare : ISide
    {
        public static PipeWriter GetWriter(Pipe pipe) => pipe.Writer;
    }

    private readonly struct Bounded : ISide
    {
        public static PipeWriter GetWriter(Pipe pipe) => new BoundedPipeWriter(pipe.Writer, new BoundedPipeWriterOptions { Name = "benchmark" });
    }
}
