using System.IO.Pipelines;
using MemGuard.Bounded;

namespace MemGuard.Benchmarks.Queue;

/// <summary>BoundedPipeWriter against the bare writer of a pipe: time and bytes per write.</summary>
internal static class PipeWriterCost
{
    private const int Bytes = 256 * 1024 * 1024;

    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of {InterleavedRounds.Rounds} interleaved rounds; ns and bytes per write.");
        Console.WriteLine();
        Console.WriteLine("| case | bare ns | bounded ns | ratio | CPU ratio | bare B | bounded B |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (int size in (int[])[4 * 1024, 16 * 1024])
        {
            byte[] piece = new byte[size];
            Print($"{size / 1024} KiB GetMemory, Advance, FlushAsync; reader in turn", Bytes / size,
                n => RunInTurnAsync(bounded: false, n, piece).Wait(), n => RunInTurnAsync(bounded: true, n, piece).Wait());
            Print($"{size / 1024} KiB WriteAsync; reader in turn", Bytes / size,
                n => RunWriteAsync(bounded: false, n, piece).Wait(), n => RunWriteAsync(bounded: true, n, piece).Wait());
            Print($"{size / 1024} KiB FlushAsync; concurrent reader, waits", Bytes / size / 4,
                n => RunConcurrentAsync(bounded: false, n, piece).Wait(), n => RunConcurrentAsync(bounded: true, n, piece).Wait());
        }

        return 0;
    }

    private static void Print(string name, int operations, Workload bare, Workload bounded)
    {
        (WorkloadCost a, WorkloadCost b, double ratio, double cpuRatio) = InterleavedRounds.Measure(operations, bare, bounded);
        Console.WriteLine($"| {name} | {a.Nanoseconds:F0} | {b.Nanoseconds:F0} | {ratio:F2} | {cpuRatio:F2} | {a.Bytes:F2} | {b.Bytes:F2} |");
    }

    private static Pipe CreatePipe() => new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));

    private static PipeWriter GetWriter(Pipe pipe, bool bounded) =>
        bounded ? new BoundedPipeWriter(pipe.Writer, new BoundedPipeWriterOptions { Name = "benchmark" }) : pipe.Writer;

    private static async Task RunInTurnAsync(bool bounded, int writes, byte[] piece)
    {
        Pipe pipe = CreatePipe();
        PipeWriter writer = GetWriter(pipe, bounded);
        for (int i = 0; i < writes; i++)
        {
            piece.CopyTo(writer.GetMemory(piece.Length));
            writer.Advance(piece.Length);
            await writer.FlushAsync();
            ReadResult result = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }

    private static async Task RunWriteAsync(bool bounded, int writes, byte[] piece)
    {
        Pipe pipe = CreatePipe();
        PipeWriter writer = GetWriter(pipe, bounded);
        for (int i = 0; i < writes; i++)
        {
            await writer.WriteAsync(piece);
            ReadResult result = await pipe.Reader.ReadAsync();
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }

    private static async Task RunConcurrentAsync(bool bounded, int writes, byte[] piece)
    {
        Pipe pipe = CreatePipe();
        PipeWriter writer = GetWriter(pipe, bounded);
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
}
